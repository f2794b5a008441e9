"""Whether an image that somebody names runs on a host."""

# A table is read by its columns.
# ruff: noqa: E501

import pytest

from scaffold.catalogue import load_catalogue
from scaffold.resolver.images.named_image import judge_image
from scaffold.resolver.resolution import Conflict
from tests.resolver.situations import host

CATALOGUE = load_catalogue()
T4, RTX4090, V100 = "Tesla T4", "NVIDIA GeForce RTX 4090", "Tesla V100-SXM2-16GB"

# fmt: off
IMAGES = [
    ("CUDA 12 on a driver of its family", T4, "535.183.01", "nvidia/cuda:12.6.3-cudnn-devel-ubuntu24.04", "runs; with nvcc"),
    ("Docker Hub's full name is the same image", T4, "535.183.01", "docker.io/nvidia/cuda:12.6.3-base-ubuntu22.04", "runs; without nvcc"),
    ("CUDA 13 needs driver 580", T4, "535.183.01", "nvidia/cuda:13.0.3-base-ubuntu24.04", "conflict; 580.65.06"),
    ("a data-centre card may use the image's own driver libraries", "NVIDIA A100-SXM4-80GB", "470.161.03", "nvidia/cuda:12.4.1-runtime-ubuntu22.04", "conflict; 525.60.13; cuda-compat"),
    ("the requirement check that stops a GeForce is told", RTX4090, "535.183.01", "nvidia/cuda:12.6.3-base-ubuntu24.04", "runs; NVIDIA_DISABLE_REQUIRE"),
    ("CUDA 13 has no Volta", V100, "580.65.06", "nvidia/cuda:13.0.3-base-ubuntu24.04", "conflict; does not know"),
    ("a compiler before Ada does not know Ada", RTX4090, "535.183.01", "nvidia/cuda:11.1.1-cudnn8-devel-ubuntu20.04", "conflict; does not know"),
    ("its libraries run there", RTX4090, "535.183.01", "nvidia/cuda:11.1.1-cudnn8-runtime-ubuntu20.04", "runs"),
    ("a point release of no row is judged by its CUDA", T4, "535.183.01", "nvidia/cuda:12.4.0-base-ubuntu22.04", "runs; unverified"),
    ("an image that is gone names another", T4, "535.183.01", "nvidia/cuda:10.2-cudnn7-devel-ubuntu18.04", "conflict; --image nvidia/cuda:11.8.0"),
    ("PyTorch's image", T4, "580.65.06", "pytorch/pytorch:2.14.1-cuda13.2-cudnn9-runtime", "runs; holds pytorch 2.14.1"),
    ("PyTorch's image to compile in", T4, "580.65.06", "pytorch/pytorch:2.14.1-cuda13.2-cudnn9-devel", "runs; holds pytorch 2.14.1"),
    ("PyTorch's image without code for the card", V100, "580.65.06", "pytorch/pytorch:2.14.1-cuda13.2-cudnn9-runtime", "conflict; compute capability 7.0"),
    ("PyTorch's image on another architecture", "NVIDIA GB10 aarch64", "580.65.06", "pytorch/pytorch:2.1.2-cuda12.1-cudnn8-runtime", "conflict; aarch64"),
    ("a plain Python image holds no CUDA", T4, "470.57.02", "python:3.12-slim", "runs; no CUDA; Python 3.12"),
    ("Ubuntu neither", T4, "470.57.02", "ubuntu:24.04", "runs; no CUDA"),
    ("a tag that names CUDA", T4, "535.183.01", "ghcr.io/example/trainer:cuda12.4-py311", "runs; unverified"),
    ("a tag that names a CUDA too new", T4, "535.183.01", "ghcr.io/example/trainer:2.0-cu130", "conflict; 580.65.06"),
    ("an image of which nothing is known", T4, "535.183.01", "ghcr.io/example/trainer:2.0", "conflict; nothing is known"),
]
# fmt: on


@pytest.mark.parametrize(
    ("gpus", "driver", "image", "expected"),
    [pytest.param(*row[1:], id=row[0].replace(" ", "_")) for row in IMAGES],
)
def test_named_image(gpus, driver, image, expected):
    words = ["docker=", *(["aarch64"] if gpus.endswith("aarch64") else [])]
    facts = host(gpus.removesuffix(" aarch64"), driver, words)
    result = judge_image(CATALOGUE, facts, image)
    first, *others = expected.split("; ")
    if isinstance(result, Conflict):
        said = ["conflict", result.fact, *(f"{way.what} {way.how}" for way in result.ways_out)]
    else:
        said = ["runs", f"Python {result.python}", *(name for name, _ in result.env)]
        said += [*(step.because for step in result.decisions), *result.warnings]
    assert said[0] == first, said
    for text in others:
        assert any(text in one for one in said[1:]), (text, said)
