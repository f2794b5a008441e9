{% set cc = cookiecutter %}
{% set plan = cc._plan %}
#!/usr/bin/env bash
# Runs once, when the container has been created: installs the project, then looks for the GPU.
set -euo pipefail
cd "$(dirname "$0")/.."
{% if plan.install.project %}

{{ plan.install.project }}
{% endif %}

gpu={{ plan.gpu or cc.gpu }}
module={{ plan.module or "''" }}

verdict() { printf '\n== gpu-scaffold: %s\n' "$1"; }

# A missing GPU does not fail this script: the container stays usable for editing, and a
# required GPU was asked of Docker itself, which refuses the start without one.
advise() {
  verdict "$1"
  if [ "$gpu" = required ]; then
    printf '%s\n' "   A GPU is required here. On the host: does nvidia-smi work? Does" \
      "   docker run --rm --gpus all debian:stable-slim nvidia-smi work?"
  fi
}

if [ "$gpu" = none ]; then
  verdict "no GPU asked for; running on the CPU."
elif ! command -v nvidia-smi >/dev/null; then
  advise "no GPU is visible in this container; running on the CPU."
elif ! seen="$(nvidia-smi --query-gpu=name --format=csv,noheader 2>&1)"; then
  advise "the GPU does not answer: $seen"
elif [ -z "$module" ]; then
  verdict "GPU visible: $seen"
else
  report="$(python - "$module" <<'PYTHON' || true
import importlib
import sys

name = sys.argv[1]
try:
    module = importlib.import_module(name)
    if name == "torch":
        found = module.cuda.is_available()
        if found:
            device = module.device("cuda")
            found = bool(module.ones(8, 8, device=device).sum().item() == 64)
    elif name == "tensorflow":
        found = bool(module.config.list_physical_devices("GPU"))
    else:
        found = any(device.platform == "gpu" for device in module.devices())
    version = getattr(module, "__version__", "?")
    print(f"{name} {version} " + ("computes on the GPU" if found else "sees no GPU"))
except Exception as error:
    print(f"{name} cannot use the GPU: {type(error).__name__}: {error}")
PYTHON
  )"
  verdict "GPU visible: $seen. ${report:-$module could not be started.}"
fi
