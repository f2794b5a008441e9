"""What is installed for ONNX Runtime: CUDA 12 up to 1.26, CUDA 13 later, the image's before."""
# ruff: noqa: E501

import pytest

from tests.resolver.situations import outcome

RTX4090, GTX1080 = "NVIDIA GeForce RTX 4090", "NVIDIA GeForce GTX 1080"
RTX5090, T4 = "NVIDIA GeForce RTX 5090", "Tesla T4"

# fmt: off
SITUATIONS = [
    ("550 runs CUDA 12, so no release after 1.26", RTX4090, "550.54.15", "onnxruntime", "1.26/cuda12; onnxruntime-gpu[cuda,cudnn]==1.26.0; python:3.12"),
    ("580 runs the builds of CUDA 13", RTX4090, "580.65.06", "onnxruntime>=1.27,<1.32", "1.31/cuda13; onnxruntime-gpu[cuda,cudnn]==1.31.1"),
    ("no build of CUDA 13 holds code for Pascal, those of CUDA 12 do", GTX1080, "580.65.06", "onnxruntime", "1.26/cuda12"),
    ("an RTX 5090 runs the PTX of CUDA 12 builds where the driver is new enough", RTX5090, "570.86.10", "onnxruntime", "1.26/cuda12; takes minutes"),
    ("releases without extras need CUDA in the image", T4, "550.54.15", "onnxruntime==1.18.0", "1.18/cuda; nvidia/cuda:11.8.0-cudnn8-runtime"),
    ("1.20 has no extras either, and needs CUDA 12 and cuDNN 9", T4, "550.54.15", "onnxruntime==1.20.0", "1.20/cuda; nvidia/cuda:12.6"),
    ("470 is too old for CUDA 12", T4, "470.57.02", "onnxruntime==1.26.0", "conflict; at least 525.60.13"),
    ("a CPU host gets the package without CUDA", T4, "550.54.15", "onnxruntime cpu", "1.32/cpu; onnxruntime==1.32.0"),
    ("an aarch64 server has builds of CUDA 13 alone", "NVIDIA GH200 480GB", "580.65.06", "onnxruntime aarch64", "1.31/cuda13"),
]
# fmt: on


@pytest.mark.parametrize(
    ("gpus", "driver", "asked", "expected"),
    [row[1:] for row in SITUATIONS],
    ids=[row[0] for row in SITUATIONS],
)
def test_onnxruntime(gpus, driver, asked, expected):
    found = outcome(gpus, driver, asked)
    first, *others = expected.split("; ")
    assert found[0] == first, found
    for text in others:
        assert any(text in one for one in found), (text, found)


def test_the_package_itself_is_no_companion_of_its_framework():
    found = outcome(RTX4090, "550.54.15", "onnxruntime", ("onnxruntime-gpu>=1.20",))
    assert found[0] == "1.26/cuda12"
    assert not any(one.startswith("with onnxruntime-gpu") for one in found)


def test_beside_torch_it_follows_the_cuda_of_torch():
    found = outcome(RTX4090, "550.54.15", "torch", ("onnxruntime-gpu",))
    assert "with onnxruntime-gpu==1.26.0" in found
