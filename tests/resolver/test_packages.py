"""What a project's packages and further frameworks do to the decision, and PCI ids to a card."""

# A table is read by its columns.
# ruff: noqa: E501

import pytest

from scaffold.catalogue import load_catalogue
from scaffold.facts import Gpu, HostFacts, PciDevice
from scaffold.project.framework import Framework
from scaffold.resolver.machine import machine_of
from scaffold.resolver.resolution import Conflict, Wishes
from scaffold.resolver.resolving import resolve
from scaffold.resolver.specifiers import by_name, overlap, requirement, specifiers
from tests.resolver.situations import outcome

T4, A100, H100 = "Tesla T4", "NVIDIA A100-SXM4-80GB", "NVIDIA H100 80GB HBM3"

# fmt: off
PACKAGES = [
    ("a page of links holds all variants, so the answer names its own", A100, "450.51.06", "torch", ["torchvision", "torchaudio"], "1.7/cu110; torch==1.7.1+cu110; torchvision==0.8.2+cu110; torchaudio==0.7.2"),
    ("a range on a page of links is one release", T4, "418.87.00", "torch~=1.8.0", ["torchvision"], "1.8/cu101; torch==1.8.1+cu101; torchvision==0.9.1+cu101"),
    ("1.8.2 is on a page of its own, and so are its companions", T4, "470.57.02", "torch==1.8.2", ["torchvision==0.9.2", "torchaudio==0.8.2"], "1.8/cu111; torch==1.8.2+cu111; torchvision==0.9.2+cu111; torchaudio==0.8.2; code and Pythons as those of 1.8.1"),
    ("1.8.2 for CUDA 10.2", T4, "440.33.01", "torch==1.8.2", ["torchtext==0.9.2"], "1.8/cu102; torch==1.8.2+cu102; torchtext==0.9.2"),
    ("a package without bounds follows the build", T4, "535.183.01", "torch==2.5.1", ["torchvision"], "2.5/cu124; torchvision==0.20.1"),
    ("a pinned framework chooses its companions' releases", T4, "535.183.01", "torch==2.5.1", ["torchvision", "torchaudio"], "2.5/cu124; torchaudio==2.5.1"),
    ("an unbound package is not taken in a release of before its bounds", A100, "550.54.14", "torch", ["vllm"], "2.10/cu128; with vllm==0.19.1"),
    ("a loose upper bound holds the framework back", A100, "580.95.05", "torch", ["fastai==2.7.18"], "2.5/cu124"),
    ("packages of the pytorch index come from there", T4, "535.183.01", "torch==2.8.0+cu126", ["torchvision"], "2.8/cu126; torchvision==0.23.0; whl/cu126"),
    ("a package that needs nothing is no bound", T4, "580.95.05", "torch", ["numpy<2"], "2.15/cu132"),
    ("a package by URL is no bound", T4, "580.95.05", "torch", ["torchvision @ https://example.org/torchvision-0.1-py3-none-any.whl"], "2.15/cu132"),
    ("a text that is no requirement is no bound", T4, "580.95.05", "torch", ["-e ."], "2.15/cu132"),
    ("the framework among the packages is no second one", T4, "580.95.05", "torch", ["torch>=2"], "2.15/cu132"),
    ("a pin that was never released names its neighbours", T4, "580.95.05", "torch", ["torchvision==0.22.9"], "conflict; torchvision 0.22.9 was never released; nearest: 0.22.1 and 0.23.0; change the project's list"),
    ("two packages that disagree are named", T4, "580.95.05", "torch", ["torchvision==0.22.1", "xformers==0.0.29.post2"], "conflict; does not go with; change the project's list"),
    ("two packages that fit a build each on a Python of its own", T4, "550.54.14", "torch==2.1.2", ["tensordict==0.2.1", "torchtext==0.16.2", "torchdata==0.10.0"], "conflict; change the project's list"),
    ("a package too new for the driver can be changed", A100, "470.161.03", "torch", ["vllm==0.11.0"], "conflict; torch==2.0.1, vllm==0.2.1.post1; at least 525.60.13"),
    ("a flax pin binds JAX", H100, "580.95.05", "jax", ["flax==0.12.6"], "0.12/cuda13"),
    ("a tf-keras pin binds TensorFlow", T4, "550.54.14", "tensorflow", ["tf-keras==2.16.0"], "2.16/and-cuda"),
    ("a tensorflow-text pin binds TensorFlow", T4, "550.54.14", "tensorflow", ["tensorflow-text==2.18.1"], "2.18/and-cuda"),
    ("JAX beside torch of CUDA 13", T4, "580.95.05", "torch", ["jax"], "2.15/cu132; jax[cuda13]"),
    ("JAX beside torch on a driver of CUDA 12", T4, "535.183.01", "torch", ["jax"], "2.14/cu126; jax[cuda12]"),
    ("TensorFlow beside torch keeps both on CUDA 12", T4, "580.95.05", "torch", ["tensorflow"], "2.14/cu126; tensorflow[and-cuda]==2.21.0"),
    ("torch beside TensorFlow", T4, "580.95.05", "tensorflow", ["torch"], "2.21/and-cuda; torch==2.14.1"),
    ("all three", T4, "580.95.05", "torch", ["tensorflow", "jax"], "2.14/cu126; tensorflow[and-cuda]==2.21.0; jax[cuda12]"),
    ("TensorFlow without a GPU build beside torch runs on the CPU", "NVIDIA GeForce RTX 5090", "580.95.05", "torch", ["tensorflow"], "2.15/cu132; runs on the CPU"),
    ("frameworks without a Python in common", T4, "580.95.05", "torch==2.15.0", ["tensorflow==2.11.0"], "conflict; share no CUDA and cuDNN"),
    ("a second framework of no release", T4, "580.95.05", "torch==2.15.0", ["jax==0.4.999"], "conflict; no build of jax runs here"),
    ("on the CPU the second framework is a CPU build", "?", "?", "torch cpu", ["jax"], "2.15/cpu; jax[cpu]"),
    ("TensorFlow on aarch64 has NVIDIA's image or the CPU", "NVIDIA GH200 480GB", "580.95.05", "tensorflow aarch64", [], "conflict; no build with CUDA of tensorflow exists for aarch64; nvcr.io/nvidia/tensorflow; --gpu none"),
    ("TensorFlow for CUDA in the image, where no wheel brings it", "NVIDIA A100-SXM4-80GB", "470.161.03", "tensorflow python==3.11.*", [], "conflict; --stack cuda"),
]
# fmt: on


@pytest.mark.parametrize(
    ("gpus", "driver", "wish", "packages", "expected"),
    [pytest.param(*row[1:], id=row[0].replace(" ", "_")) for row in PACKAGES],
)
def test_packages(gpus, driver, wish, packages, expected):
    first, *others = expected.split("; ")
    said = outcome(gpus, driver, wish, tuple(packages))
    assert said[0] == first, said
    for words in others:
        assert any(words in text for text in said[1:]), (words, said)


CATALOGUE = load_catalogue()


def card(name, *, device="", driver="535.183.01", capability=None):
    bus = (
        (PciDevice(address="0000:65:00.0", device=device, device_class="0300"),) if device else None
    )
    gpu = Gpu(name=name, compute_capability=capability, pci_address="00000000:65:00.0")
    facts = HostFacts(architecture="x86_64", driver_version=driver, gpus=(gpu,), pci=bus)
    return machine_of(CATALOGUE, facts).cards[0]


def test_pci_id_decides_for_a_card_that_nobody_knows_by_name():
    assert card("Graphics Device", device="1b80").capability == (6, 1)
    assert card("Graphics Device", device="0x2684").capability == (8, 9)
    assert card("Graphics Device", device="ffff").capability is None
    assert card("Graphics Device").capability is None


def test_name_of_two_chips_is_decided_by_the_pci_id_the_driver_or_said():
    twice = next(row for row in CATALOGUE.gpus if row.also)
    assert card(twice.name, capability="8.6").capability == (8, 6)
    known = card(twice.name, driver="380.1")
    assert ".".join(map(str, known.capability)) == twice.capability
    assert known.others == twice.also
    assert card("GeForce GT 730", driver="470.57.02").capability == (3, 5)


def test_way_out_resolves_on_the_same_facts():
    gpu = (Gpu(name="NVIDIA GeForce RTX 5090"),)
    facts = HostFacts(architecture="x86_64", driver_version="580.95.05", gpus=gpu)
    result = resolve(
        CATALOGUE, facts, Wishes(framework=Framework.PYTORCH, framework_spec="==2.6.0")
    )
    assert isinstance(result, Conflict)
    for way in result.ways_out:
        spec = way.how.partition("torch")[2].rstrip("'")
        if "--framework" in way.how and "--gpu" not in way.how:
            assert not isinstance(
                resolve(CATALOGUE, facts, Wishes(framework=Framework.PYTORCH, framework_spec=spec)),
                Conflict,
            )


def test_specifiers_that_share_a_release():
    assert overlap("==9.10.2.21", ">=9.8,<10")
    assert overlap(">=1.26,<2.2", ">1.20")
    assert not overlap("==9.1.0.70", ">=9.8,<10")
    assert not overlap("==2.16.5", ">=2.18.3")


def test_requirements_by_name():
    texts = ["numpy<2", "NumPy>=1.26", "odd text !", "a @ https://example.org/a.whl"]
    assert by_name(texts) == {"numpy": "<2,>=1.26"}
    assert requirement("Some_Name[x]>=1") == ("some-name", ">=1")
    assert str(specifiers("*")) == str(specifiers("not a specifier")) == ""
