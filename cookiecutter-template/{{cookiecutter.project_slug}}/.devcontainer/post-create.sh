{% from "plan.jinja" import plan with context %}
{% set install = plan.install %}
{% set constraints = "-c " ~ install.environment ~ "/constraints.txt " if install.framework_names else "" %}
{% set extra_index = "--extra-index-url " ~ install.framework_index ~ " " if install.framework_index else "" %}
{% set lists = install.requirement_arguments if install.recipe in ("pip", "uv") else "" %}
{% set packages = [lists, install.late_arguments, "-e ." if install.installable else ""] | select | join(" ") %}
{% set labels = {"pytorch": "PyTorch", "tensorflow": "TensorFlow", "jax": "JAX"} %}
#!/bin/sh
# Runs once in the new container: what needs the source, then the proof of the GPU.
set -eu
cd "$(dirname "$0")/.."
{% if plan.run.volume_arguments %}

# A volume that an earlier container made for another user stays that user's.
set -- {{ plan.run.volume_arguments }}
for folder in "$@"; do
    if [ ! -w "$folder" ]; then
        echo "warning: $folder is not writable for $(id -un); on the host, remove the volume" >&2
        echo "or give it away: docker run --rm -v NAME:/v debian chown -R $(id -u):$(id -g) /v" >&2
    fi
done
{% endif %}
{% if install.pixi %}

pixi install{{ " --frozen" if install.locked }}
{% elif install.recipe == "uv-lock" %}

uv sync --frozen --inexact{{ " --no-install-project" if not install.installable }}
{% elif install.recipe == "poetry" and install.installable %}

poetry install --no-interaction
{% elif install.recipe == "pdm" and install.installable %}

pdm {{ "sync" if install.locked else "install" }}
{% elif packages %}

# Quick, since the image has the dependencies: this adds what only the source can tell.
{% if install.installer == "uv" %}
uv pip install {{ constraints }}{% if extra_index %}--index-strategy unsafe-best-match {{ extra_index }}{% endif %}{{ packages }}
{% else %}
python -m pip install {{ constraints }}{{ extra_index }}{{ packages }}
{% endif %}
{% endif %}
{% if plan.run.gpu != "none" %}

driver_sees=$(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | head -n 1) || driver_sees=""
{% if install.framework == "none" %}
if [ -n "$driver_sees" ]; then
    echo "GPU ok: nvidia-smi sees $driver_sees"
    exit 0
fi
echo "no GPU visible: nvidia-smi finds none" >&2
{% else %}
# A sum on the GPU, since a build without kernels for this card still lists it.
if verdict=$(python - <<'PYTHON'
try:
{% if install.framework == "pytorch" %}
    import torch

    if not torch.cuda.is_available():
        raise RuntimeError(f"PyTorch {torch.__version__} (CUDA {torch.version.cuda or 'not built in'}) finds none")
    torch.ones(2, device="cuda").sum().item()
    print(f"PyTorch {torch.__version__} sees {torch.cuda.get_device_name()}")
{% elif install.framework == "tensorflow" %}
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        raise RuntimeError(f"TensorFlow {tf.__version__} finds none")
    with tf.device("/GPU:0"):
        tf.reduce_sum(tf.ones(2)).numpy()
    name = tf.config.experimental.get_device_details(gpus[0]).get("device_name", "a GPU")
    print(f"TensorFlow {tf.__version__} sees {name}")
{% else %}
    import jax

    gpu = jax.devices("gpu")[0]
    jax.device_put(jax.numpy.ones(2), gpu).sum().block_until_ready()
    print(f"JAX {jax.__version__} sees {gpu.device_kind}")
{% endif %}
except Exception as error:
    print(f"{type(error).__name__}: {error}")
    raise SystemExit(1)
PYTHON
); then
    echo "GPU ok: $verdict"
    exit 0
fi
echo "no GPU visible: $verdict" >&2
{% endif %}
if [ -n "$driver_sees" ]; then
    echo "nvidia-smi sees $driver_sees: the driver is there, and {{ labels.get(install.framework, "the program") }} is built for another CUDA or card" >&2
else
    echo "the container has no GPU: nvidia-smi must work on the host, and Docker needs the NVIDIA Container Toolkit" >&2
fi
{% if plan.run.gpu == "required" %}
# Not a failure of this script: it would keep Jupyter from starting in a container that can
# still be used, and Docker itself refuses to start one whose GPU request it cannot meet.
echo "A GPU IS REQUIRED HERE, and the programs in this container cannot use one." >&2
{% else %}
echo "the GPU is optional here: the container works without" >&2
{% endif %}
{% endif %}
