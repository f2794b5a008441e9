"""A base image that the user names: what is built on it, what is noted, what is refused."""

# A table is read by its columns.
# ruff: noqa: E501

from dataclasses import replace

import pytest

from scaffold.catalogue import load_catalogue
from scaffold.resolver.resolution import Conflict
from scaffold.resolver.resolving import resolve
from tests.resolver.situations import host, wishes

CATALOGUE = load_catalogue()
T4, RTX4090, P100 = "Tesla T4", "NVIDIA GeForce RTX 4090", "Tesla P100-PCIE-16GB"

# fmt: off
IMAGES = [
    ("CUDA is kept although nothing needs it", T4, "535.183.01", "torch", "nvidia/cuda:12.4.1-devel-ubuntu22.04", "build 2.14.1 cu126; Python 3.10; you named it; with nvcc"),
    ("the image of the customer's guide", T4, "535.183.01", "torch", "nvidia/cuda:11.1.1-cudnn8-devel-ubuntu18.04", "build 2.5.1; Python 3.12; glibc 2.27; VS Code 1.99"),
    ("without a framework", T4, "535.183.01", "", "nvidia/cuda:11.1.1-cudnn8-devel-ubuntu18.04", "CUDA 11.1; Python 3.12"),
    ("the newest release without the distribution's Python", T4, "535.183.01", "torch", "nvidia/cuda:12.4.1-devel-ubuntu20.04", "build 2.14.1; Python 3.12"),
    ("PyTorch's image holds the framework", T4, "580.65.06", "torch", "pytorch/pytorch:2.14.1-cuda13.2-cudnn9-runtime", "build 2.14.1; Python 3.12; holds"),
    ("a release of PyTorch's images that is not listed", T4, "535.183.01", "torch", "pytorch/pytorch:2.3.0-cuda12.1-cudnn8-devel", "build 2.3.0; Python 3.10; in no list"),
    ("PyTorch's image without a release", T4, "535.183.01", "torch", "pytorch/pytorch:latest", "no build; its own PyTorch is kept; CUDA release is unknown"),
    ("PyTorch's image for a project without a framework", T4, "580.65.06", "", "pytorch/pytorch:2.14.1-cuda13.2-cudnn9-runtime", "build 2.14.1; Python 3.12"),
    ("TensorFlow's image", T4, "535.183.01", "tensorflow", "tensorflow/tensorflow:2.21.0-gpu", "build 2.21.0; Python 3.11"),
    ("TensorFlow's image with Jupyter", T4, "535.183.01", "tensorflow", "tensorflow/tensorflow:2.21.0-gpu-jupyter", "build 2.21.0"),
    ("Jupyter's image gets the framework", T4, "535.183.01", "torch", "quay.io/jupyter/scipy-notebook:python-3.11", "build 2.14.1 cu126; Python 3.11; holds no CUDA"),
    ("Jupyter's image of a day", T4, "535.183.01", "torch", "quay.io/jupyter/scipy-notebook:2024-10-07", "build 2.14.1; Python release is unknown"),
    ("Jupyter's old place", T4, "535.183.01", "", "jupyter/datascience-notebook:latest", "frozen since 2023-10"),
    ("NVIDIA's own image", T4, "535.183.01", "torch", "nvcr.io/nvidia/pytorch:24.10-py3", "build 2.5; Python 3.10"),
    ("NVIDIA's own image of an unknown month", T4, "535.183.01", "torch", "nvcr.io/nvidia/pytorch:27.01-py3", "no build; its own PyTorch is kept"),
    ("NVIDIA's registry has nvidia/cuda, too", T4, "535.183.01", "", "nvcr.io/nvidia/cuda:12.4.1-base-ubuntu22.04", "CUDA 12.4; Python 3.10"),
    ("a mirror of Docker Hub", T4, "535.183.01", "", "registry.example.com:5000/hub/nvidia/cuda:12.4.1-base-ubuntu22.04", "CUDA 12.4; Python 3.10"),
    ("RAPIDS", T4, "535.183.01", "", "rapidsai/base:24.10-cuda12.5-py3.11", "CUDA 12.5; Python 3.11"),
    ("Hugging Face", T4, "535.183.01", "torch", "huggingface/transformers-pytorch-gpu:4.41.2", "no build; its own PyTorch is kept; Python release is unknown"),
    ("a plain Python", T4, "535.183.01", "torch", "python:3.11-slim-bookworm", "build 2.14.1 cu126; Python 3.11"),
    ("Ubuntu with its Python", T4, "535.183.01", "torch", "ubuntu:22.04", "build 2.14.1; Python 3.10"),
    ("Ubuntu by its code name", T4, "535.183.01", "", "ubuntu:jammy", "Python 3.10"),
    ("Debian by its number", T4, "535.183.01", "", "debian:12-slim", "Python 3.11"),
    ("micromamba", T4, "535.183.01", "", "mambaorg/micromamba:2.0-ubuntu22.04", "Python 3.10"),
    ("a company's own", T4, "535.183.01", "torch", "ghcr.io/acme/trainer:2.0", "build 2.14.1 cu126; Python 3.12; not in the catalogue"),
    ("a company's own with a release of CUDA", T4, "535.183.01", "torch", "ghcr.io/acme/trainer:cuda12.4-py311", "CUDA 12.6; unverified; not in the catalogue"),
    ("by digest", T4, "535.183.01", "", "ghcr.io/acme/trainer@sha256:" + "0" * 64, "not in the catalogue"),
    ("the compiler's release goes first", T4, "535.183.01", "torch nvcc", "nvidia/cuda:11.8.0-devel-ubuntu22.04", "build 2.7.1 cu118; with nvcc"),
    ("a compiler of another release than the framework", T4, "535.183.01", "torch>=2.8 nvcc", "nvidia/cuda:11.8.0-devel-ubuntu22.04", "extensions will not compile"),
    ("an unknown compiler", T4, "535.183.01", "torch nvcc", "ghcr.io/acme/trainer:2.0", "whether it has nvcc"),
    ("without a GPU nothing is judged", T4, "470.57.02", "torch cpu", "nvidia/cuda:13.0.3-base-ubuntu24.04", "build 2.15.0 cpu"),
    ("an unknown host", "?", "?", "torch", "nvidia/cuda:12.4.1-base-ubuntu22.04", "build 2.13.0; unknown"),
    ("the requirement check that stops a GeForce", RTX4090, "535.183.01", "torch", "nvidia/cuda:12.6.3-base-ubuntu24.04", "NVIDIA_DISABLE_REQUIRE"),

    ("CUDA too new for the driver", T4, "535.183.01", "torch", "nvidia/cuda:13.0.3-devel-ubuntu24.04", "conflict; 580.65.06; --image nvidia/cuda:12.; --image ''"),
    ("PyTorch's image too new for the driver", T4, "535.183.01", "torch", "pytorch/pytorch:2.14.1-cuda13.2-cudnn9-runtime", "conflict; 13.2"),
    ("a tag that never was", T4, "535.183.01", "torch", "nvidia/cuda:12.4-devel", "conflict; no tag; --image nvidia/cuda:12.4.1-devel-ubuntu22.04"),
    ("a distribution that the release lacks", T4, "535.183.01", "torch", "nvidia/cuda:12.4.1-cudnn-devel-ubuntu24.04", "conflict; no tag; --image nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04"),
    ("another word for cuDNN", T4, "535.183.01", "torch", "nvidia/cuda:12.4.1-cudnn8-devel-ubuntu22.04", "conflict; no tag; --image nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04"),
    ("an image that is gone", T4, "535.183.01", "torch", "nvidia/cuda:10.2-cudnn7-devel-ubuntu18.04", "conflict; no longer be pulled; --image nvidia/cuda:11.8.0"),
    ("no compiler", T4, "535.183.01", "torch nvcc", "nvidia/cuda:12.1.1-runtime-ubuntu22.04", "conflict; no nvcc; --image nvidia/cuda:12.1.1-devel-ubuntu22.04; --no-nvcc"),
    ("no compiler in PyTorch's runtime image", T4, "580.65.06", "torch nvcc", "pytorch/pytorch:2.14.1-cuda13.2-cudnn9-runtime", "conflict; no nvcc; cudnn9-devel"),
    ("no compiler in a plain Python", T4, "535.183.01", "torch nvcc", "python:3.12", "conflict; no nvcc"),
    ("another release of the framework", T4, "580.65.06", "torch==2.8.0", "pytorch/pytorch:2.14.1-cuda13.2-cudnn9-runtime", "conflict; holds pytorch 2.14.1; --framework 'torch==2.14.1'"),
    ("another Python", T4, "535.183.01", "torch python>=3.12", "python:3.10-slim", "conflict; brings Python 3.10; --python 3.10"),
    ("a release that the old system cannot load", T4, "535.183.01", "torch>=2.8", "nvidia/cuda:11.8.0-devel-ubuntu18.04", "conflict; glibc 2.27"),
    ("Alpine", T4, "535.183.01", "", "python:3.12-alpine", "conflict; no apt"),
    ("Red Hat", T4, "535.183.01", "", "nvidia/cuda:12.4.1-devel-ubi8", "conflict; no apt"),
    ("an image of another framework", T4, "550.54.15", "torch", "tensorflow/tensorflow:2.16.1-gpu", "an image for TensorFlow, which stays in it; the project uses PyTorch"),
    ("Rocky", T4, "535.183.01", "", "rockylinux:9", "conflict; no apt"),
    ("an image for AMD", T4, "535.183.01", "torch", "rocm/pytorch:latest", "conflict; AMD"),
    ("an image for Jetson", T4, "535.183.01", "torch", "nvcr.io/nvidia/l4t-pytorch:r35.2.1-pth2.0-py3", "conflict; Jetson"),
]
# fmt: on


def outcome(gpus: str, driver: str, asked: str, image: str) -> list[str]:
    """What came out, in the words of the table."""
    wanted = replace(wishes(["docker=", *asked.split()]), image=image)
    found = resolve(CATALOGUE, host(gpus, driver, ["docker="]), wanted)
    if isinstance(found, Conflict):
        return ["conflict", found.fact, *(f"{way.what} {way.how}" for way in found.ways_out)]
    build = f"build {found.build.version} {found.build.variant}" if found.build else "no build"
    said = [build, f"Python {found.python}", f"CUDA {found.cuda}"]
    said += [*(one.because for one in found.decisions), *found.warnings]
    return ["runs", *said, *(name for name, _ in found.env)]


@pytest.mark.parametrize(
    ("gpus", "driver", "asked", "image", "expected"),
    [pytest.param(*row[1:], id=row[0].replace(" ", "_")) for row in IMAGES],
)
def test_image_of_the_user(gpus, driver, asked, image, expected):
    said = outcome(gpus, driver, asked, image)
    words = expected.replace("", "").replace("; named", "; you named it").split("; ")
    assert (said[0] == "conflict") == (words[0] == "conflict"), said
    for text in words:
        assert any(text in one for one in said), (text, said)
    assert not any("nothing in the project needs CUDA" in one for one in said)
