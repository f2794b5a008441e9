"""Which build, image and Python come out for which driver, card, framework and project."""

import pytest

from scaffold.catalogue import load_catalogue
from scaffold.facts import DockerFacts, Gpu, HostFacts
from scaffold.project.framework import Framework
from scaffold.resolver.resolution import Conflict, Resolution, Wishes
from scaffold.resolver.resolving import resolve
from tests.resolver.situations import minor

CATALOGUE = load_catalogue()

DRIVERS = (
    "418.87.00",
    "450.51.06",
    "450.80.02",
    "470.57.02",
    "510.47.03",
    "520.61.05",
    "525.60.13",
    "535.183.01",
    "550.54.14",
    "570.26",
    "580.65.06",
    "590.48.01",
    "610.43.02",
)

# One row a card, one cell a driver of DRIVERS; "-" is a conflict.
PYTORCH = {
    "Tesla K80": "1.8/cu101 1.12/cu102 2.3/cu118 2.3/cu118 - - - - - - - - -",
    "Tesla K40m": "1.3/cu101 1.3/cu101 1.3/cu101 1.3/cu101 - - - - - - - - -",
    "GeForce GTX 680": "- - - - - - - - - - - - -",
    **dict.fromkeys(
        ["Tesla M40", "GeForce GTX 1080 Ti", "Tesla P100-PCIE-16GB", "Tesla V100-SXM2-16GB"],
        "1.8/cu101 1.12/cu102 2.7/cu118 2.7/cu118 2.7/cu118 2.7/cu118 2.14/cu126 2.14/cu126 "
        "2.14/cu126 2.14/cu126 2.14/cu126 - -",
    ),
    "Tesla T4": "1.8/cu101 1.12/cu102 2.7/cu118 2.7/cu118 2.7/cu118 2.7/cu118 2.14/cu126 "
    "2.14/cu126 2.14/cu126 2.14/cu126 2.15/cu132 2.15/cu132 2.15/cu132",
    "NVIDIA A100-SXM4-80GB": "- 1.7/cu110 2.7/cu118 2.7/cu118 2.7/cu118 2.7/cu118 2.14/cu126 "
    "2.14/cu126 2.14/cu126 2.14/cu126 2.15/cu132 2.15/cu132 2.15/cu132",
    "NVIDIA GeForce RTX 3090": "- - - 2.7/cu118 2.7/cu118 2.7/cu118 2.14/cu126 2.14/cu126 "
    "2.14/cu126 2.14/cu126 2.15/cu132 2.15/cu132 2.15/cu132",
    **dict.fromkeys(
        ["NVIDIA L4", "NVIDIA H100 80GB HBM3"],
        "- - - - - 2.7/cu118 2.14/cu126 2.14/cu126 2.14/cu126 2.14/cu126 2.15/cu132 2.15/cu132 "
        "2.15/cu132",
    ),
    **dict.fromkeys(
        ["NVIDIA B200", "NVIDIA GeForce RTX 5090"],
        "- - - - - - - - - 2.13/cu129 2.15/cu132 2.15/cu132 2.15/cu132",
    ),
    "NVIDIA B300": "- - - - - - - - - - 2.15/cu132 2.15/cu132 2.15/cu132",
}

JAX = {
    "Tesla K80": "- - - - - - - - - - - - -",
    "GeForce GTX 1080 Ti": "- - 0.4/cuda11 0.4/cuda11 0.4/cuda11 0.4/cuda11 0.12/cuda12 "
    "0.12/cuda12 0.12/cuda12 0.12/cuda12 0.12/cuda12 - -",
    "Tesla T4": "- - 0.4/cuda11 0.4/cuda11 0.4/cuda11 0.4/cuda11 0.12/cuda12 0.12/cuda12 "
    "0.12/cuda12 0.12/cuda12 0.12/cuda13 0.12/cuda13 0.12/cuda13",
    "NVIDIA B200": "- - - - - - - - - 0.12/cuda12 0.12/cuda13 0.12/cuda13 0.12/cuda13",
}

TENSORFLOW = {
    "Tesla M40": "- - 2.14/and-cuda 2.14/and-cuda 2.14/and-cuda 2.14/and-cuda 2.16/and-cuda "
    "2.16/and-cuda 2.16/and-cuda 2.16/and-cuda 2.16/and-cuda - -",
    "NVIDIA H100 PCIe": "- - - - - 2.14/and-cuda 2.21/and-cuda 2.21/and-cuda 2.21/and-cuda "
    "2.21/and-cuda 2.21/and-cuda 2.21/and-cuda 2.21/and-cuda",
    "NVIDIA GeForce RTX 5090": "- - - - - - - - - - - - -",
}

CELLS = [
    pytest.param(framework, card, driver, expected, id=f"{framework}-{card}-{driver}")
    for framework, table in (
        (Framework.PYTORCH, PYTORCH),
        (Framework.JAX, JAX),
        (Framework.TENSORFLOW, TENSORFLOW),
    )
    for card, row in table.items()
    for driver, expected in zip(DRIVERS, row.split(), strict=True)
]


def host(card: str | None = None, driver: str | None = None, **facts) -> HostFacts:
    cards = (Gpu(name=card),) if card else facts.pop("gpus", None)
    return HostFacts(driver_version=driver, gpus=cards, architecture="x86_64", **facts)


def ask(facts: HostFacts, framework: Framework = Framework.PYTORCH, **wishes):
    return resolve(CATALOGUE, facts, Wishes(framework=framework, **wishes))


def named(result: Resolution | Conflict) -> str:
    if isinstance(result, Conflict):
        return "-"
    build = result.build
    return f"{minor(build.version)}/{build.variant}" if build else result.image


@pytest.mark.parametrize(("framework", "card", "driver", "expected"), CELLS)
def test_newest_build_that_driver_and_card_both_run(framework, card, driver, expected):
    assert named(ask(host(card, driver), framework)) == expected


@pytest.mark.parametrize(
    ("version", "devices", "env"),
    [
        ("29.2.0", ("nvidia.com/gpu=all",), ()),
        ("29.2.0", (), (("NVIDIA_DISABLE_REQUIRE", "1"),)),
        ("28.2.2", ("nvidia.com/gpu=all",), (("NVIDIA_DISABLE_REQUIRE", "1"),)),
        ("", ("nvidia.com/gpu=all",), (("NVIDIA_DISABLE_REQUIRE", "1"),)),
    ],
)
def test_requirement_check_is_only_a_matter_of_the_legacy_hook(version, devices, env):
    docker = DockerFacts(server_version=version, cdi_devices=devices)
    facts = host("NVIDIA GeForce RTX 4090", "535.183.01", docker=docker)
    assert ask(facts, nvcc=True).env == env


def test_python_that_does_not_exist_is_a_conflict():
    assert "3.15" in ask(host(), Framework.NONE, python_spec=">=4").fact
