"""The frameworks by name, importable without what a repository says of itself."""

from enum import StrEnum


class Framework(StrEnum):
    """The deep learning frameworks that decide CUDA and image."""

    PYTORCH = "pytorch"
    TENSORFLOW = "tensorflow"
    JAX = "jax"
    ONNXRUNTIME = "onnxruntime"
    NONE = "none"
