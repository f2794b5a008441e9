"""`init --image` on images that people build on: build, start, right user, right Python found.

Stand-ins with the configuration of each image (tests/lab/support/well_known.py), the real CLI.
"""

from dataclasses import dataclass

import pytest

from tests.lab.support.rows import with_long
from tests.lab.test_rendered import written
from tests.lab.test_rendered_kinds import kind

ENVIRONMENT = "/opt/venv/bin/python"
"""Every image's project finds its packages here, whoever brought the interpreter."""

PROGRAM = """
import os, pwd, sys, six
print(sys.executable, os.path.realpath(sys.executable), pwd.getpwuid(os.getuid()).pw_name)
print(os.path.expanduser('~'), sys.version_info[:2] >= (3, 8), os.access(os.path.expanduser('~'), os.W_OK))
"""  # noqa: E501


@dataclass(frozen=True)
class Own:
    """An image, flags, what the container's Python imports from the image, and where nvcc is."""

    image: str
    flags: tuple[str, ...] = ()
    lists: str = "six\n"
    sees: str = ""
    nvcc: bool = False


IMAGES = {
    "the customer's guide": Own(
        "nvidia/cuda:11.1.1-cudnn8-devel-ubuntu18.04", ("--python", "3.11"), nvcc=True
    ),
    "CUDA": Own("nvidia/cuda:12.6.3-cudnn-devel-ubuntu22.04", nvcc=True),
    "PyTorch": Own(
        "pytorch/pytorch:2.13.0-cuda12.6-cudnn9-runtime", lists="torch\nsix\n", sees="torch"
    ),
    "TensorFlow": Own(
        "tensorflow/tensorflow:2.21.0-gpu", lists="tensorflow\nsix\n", sees="tensorflow"
    ),
    "Jupyter": Own("quay.io/jupyter/scipy-notebook:2024-10-07", sees="scipy"),
    "Jupyter's old place": Own("jupyter/scipy-notebook:latest", sees="scipy"),
    "NGC": Own("nvcr.io/nvidia/pytorch:24.10-py3", lists="torch\nsix\n", sees="torch"),
    "RAPIDS": Own("rapidsai/base:24.10-cuda12.5-py3.11", sees="cudf"),
    "Hugging Face": Own(
        "huggingface/transformers-pytorch-gpu:4.41.2", lists="torch\nsix\n", sees="transformers"
    ),
    "plain Python": Own("python:3.11-slim-bookworm"),
    "Debian": Own("debian:12-slim"),
    "micromamba": Own("mambaorg/micromamba:2.0-debian12", ("--python", "3.11")),
    "a company's own": Own("registry.example.com/ml/base:3", ("--python", "3.11")),
}
EACH_TIME = {"Jupyter", "a company's own"}


@pytest.mark.parametrize("own", with_long(IMAGES.items(), EACH_TIME))
def test_image_of_the_user_builds_starts_and_has_the_right_user_and_python(
    up, engine, index, tmp_path, own
):
    flags = ("--image", own.image, "--gpu", "required", *own.flags)
    case = kind({"requirements.txt": own.lists}, program="", flags=flags)
    workspace = written(tmp_path, index, case)
    dockerfile = (workspace / ".devcontainer" / "Dockerfile").read_text()
    assert f"\nFROM {own.image}\n" in dockerfile
    container = up(engine, workspace)
    executable, real, user, home, new, writable = container.run("python", "-c", PROGRAM).split()
    assert (executable, user, home) == (ENVIRONMENT, "dev", "/home/dev")
    assert (new, writable) == ("True", "True")
    assert real.startswith("/usr/bin/python3"), real
    assert container.run("id", "-u").strip() == "1000"
    container.run("touch", "made")
    assert (workspace / "made").stat().st_uid == 1000
    if own.sees:
        # Found and not imported: the stand-in's torch comes without what it needs.
        where = f"from importlib.util import find_spec; print(find_spec('{own.sees}').origin)"
        found = container.run("python", "-c", where)
        assert not found.startswith("/opt/venv"), found
    if own.nvcc:
        assert "nvcc" in container.run("nvcc")
    assert container.gpu_requests
