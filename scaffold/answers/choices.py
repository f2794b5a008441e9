"""The choices that an answer can be, importable without the other answers."""

from enum import StrEnum


class Target(StrEnum):
    """Where the container will run."""

    LOCAL = "local"
    REMOTE = "remote"
    CPU = "cpu"


class Files(StrEnum):
    """How the project's files get to a remote host.

    REMOTE_SSH: files and editor are on the host; CONTEXT: the editor is local, and a Docker context
    connects to the host's engine.
    """

    REMOTE_SSH = "remote-ssh"
    CONTEXT = "context"


class GpuNeed(StrEnum):
    """Whether the container starts without a GPU: only required makes a missing one fatal."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


class Stack(StrEnum):
    """What the image is made from.

    PYTHON installs wheels on a plain Python image, CUDA on nvidia/cuda; the rest are the
    vendors' own images with the framework inside.
    """

    PYTHON = "python"
    CUDA = "cuda"
    PYTORCH_IMAGE = "pytorch-image"
    TENSORFLOW_IMAGE = "tensorflow-image"
    NGC_IMAGE = "ngc-image"
    JUPYTER_IMAGE = "jupyter-image"


class Installer(StrEnum):
    """What installs the packages of a project whose lists pip can read."""

    UV = "uv"
    PIP = "pip"
