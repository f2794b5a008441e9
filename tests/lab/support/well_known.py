"""Dockerfiles of stand-ins for images that people build on, with the configuration of each.

A stand-in has what a Dockerfile on top depends on: the user that it ends as, its SHELL and
ENTRYPOINT, its PATH, whose Python is found first, and a package by which that Python is known.
"""

PACKAGED = "/usr/lib/python3/dist-packages"


def _marker(name: str, version: str) -> str:
    """Commands that put an empty distribution where the image's Python finds it."""
    folder = f"{PACKAGED}/{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n"
    return (
        f"RUN mkdir -p {folder} && printf '{metadata}' >{folder}/METADATA "
        f"&& printf 'pip' >{folder}/INSTALLER && touch {folder}/RECORD "
        f"&& printf '__version__ = \"{version}\"\\n' >{PACKAGED}/{name.replace('-', '_')}.py\n"
    )


# conda's programs come first on the PATH. A link, since an environment would hide the marker.
_CONDA = """\
RUN mkdir -p /opt/conda/bin && ln -s /usr/bin/python3 /opt/conda/bin/python3 \\
    && ln -s python3 /opt/conda/bin/python && ln -s /usr/bin/pip3 /opt/conda/bin/pip
ENV PATH=/opt/conda/bin:$PATH CONDA_DIR=/opt/conda
"""
_JUPYTER = f"""\
FROM lab/debian
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
USER root
{_CONDA}{_marker("scipy", "1.14.1")}
RUN useradd --no-log-init --create-home --shell /bin/bash --uid 1000 --no-user-group --gid 100 \\
    jovyan
ENV NB_USER=jovyan NB_UID=1000 NB_GID=100 HOME=/home/jovyan
USER 1000
WORKDIR /home/jovyan
ENTRYPOINT ["tini", "-g", "--", "start.sh"]
CMD ["start-notebook.py"]
"""
_NGC = f"""\
FROM lab/debian
{_marker("torch", "2.5.0a0+e000cf0ad9.nv24.10")}
ENV NVIDIA_VISIBLE_DEVICES=all PIP_CONSTRAINT= NVIDIA_PYTORCH_VERSION=24.10
ENTRYPOINT ["/opt/nvidia/nvidia_entrypoint.sh"]
WORKDIR /workspace
"""
_TENSORFLOW = f'FROM lab/debian\n{_marker("tensorflow", "2.21.0")}CMD ["/bin/bash"]\n'
_RAPIDS = f"""\
FROM lab/debian
{_CONDA}{_marker("cudf", "24.10.1")}
RUN groupadd --gid 1000 conda && useradd --create-home --uid 1001 --gid 1000 rapids
USER rapids
WORKDIR /home/rapids
ENTRYPOINT ["/home/rapids/entrypoint.sh"]
CMD ["ipython"]
"""
_HUGGING_FACE = f"""\
FROM lab/debian
SHELL ["sh", "-lc"]
{_marker("torch", "2.3.0")}{_marker("transformers", "4.41.2")}
"""
_MICROMAMBA = """\
FROM lab/debian
RUN useradd --create-home --uid 57439 mambauser \\
    && printf '#!/bin/bash\\nexec bash -o pipefail -c "$@"\\n' \\
    >/usr/local/bin/_dockerfile_shell.sh && chmod +x /usr/local/bin/_dockerfile_shell.sh
ENV MAMBA_USER=mambauser MAMBA_ROOT_PREFIX=/opt/conda
USER mambauser
ENTRYPOINT ["/usr/local/bin/_entrypoint.sh"]
CMD ["/bin/bash"]
SHELL ["/usr/local/bin/_dockerfile_shell.sh"]
"""
# Its account has the name and its other account the id that the container's user gets.
_COMPANY = """\
FROM lab/debian
RUN useradd --uid 1000 app && useradd --create-home --uid 4242 dev && chmod 700 /home/dev
USER dev
ENTRYPOINT ["/entrypoint-that-fails"]
"""
_OLD_CUDA = """\
FROM lab/debian
RUN mkdir -p /usr/local/cuda/bin && printf '#!/bin/sh\\necho "nvcc: stand-in, release 11.1"\\n' \\
    >/usr/local/cuda/bin/nvcc && chmod +x /usr/local/cuda/bin/nvcc
ENV PATH=/usr/local/cuda/bin:$PATH CUDA_VERSION=11.1.1 NVIDIA_REQUIRE_CUDA="cuda>=11.1"
"""

DOCKERFILES: tuple[tuple[str, str], ...] = (
    (r"nvidia/cuda:11\.1\.1-cudnn8-devel-ubuntu18\.04", _OLD_CUDA),
    (r"(quay\.io/)?jupyter/.*", _JUPYTER),
    (r"nvcr\.io/nvidia/pytorch:.*", _NGC),
    (r"tensorflow/tensorflow:.*", _TENSORFLOW),
    (r"rapidsai/base:.*", _RAPIDS),
    (r"huggingface/.*", _HUGGING_FACE),
    (r"mambaorg/micromamba:2\.0-debian12", _MICROMAMBA),
    (r"registry\.example\.com/ml/base:3", _COMPANY),
    (r"debian:12-slim", 'FROM lab/debian\nCMD ["bash"]\n'),
)
"""Pattern of the image's name, and the Dockerfile of its stand-in."""
