{% from "plan.jinja" import plan with context %}
{% set install = plan.install %}
{% set constraints = "-c " ~ install.environment ~ "/constraints.txt " if install.framework_names else "" %}
{% set extra_index = "--extra-index-url " ~ install.framework_index ~ " " if install.framework_index else "" %}
{% set lists = install.requirement_arguments if install.recipe in ("pip", "uv") else "" %}
{% set packages = [lists, install.late_arguments, "-e ." if install.installable else ""] | select | join(" ") %}
{% set modules = {"pytorch": "torch", "tensorflow": "tensorflow", "jax": "jax"} %}
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

# A sum on the GPU, since a build without kernels for this card still lists it.
if ! sh .devcontainer/gpu-check.sh{{ " " ~ modules[install.framework] if install.framework in modules }}; then
{% if plan.run.gpu == "required" %}
    # Not a failure of this script: it would keep Jupyter from starting in a container that can
    # still be used, and Docker itself refuses to start one whose GPU request it cannot meet.
    echo "A GPU IS REQUIRED HERE, and the programs in this container cannot use one." >&2
{% else %}
    echo "the GPU is optional here: the container works without" >&2
{% endif %}
fi
{% endif %}
