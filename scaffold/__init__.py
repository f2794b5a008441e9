"""gpu-scaffold: from an ML repository and a GPU server to a dev container that sees the GPU."""

__version__ = "0.1.0"
