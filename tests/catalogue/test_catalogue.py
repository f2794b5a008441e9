"""Every row holds together with the others."""

from dataclasses import replace

import pytest

from scaffold.answers.mirrors import parse_mirrors
from scaffold.catalogue import load_catalogue
from scaffold.catalogue.gpu_names import words_of
from scaffold.catalogue.rows import CudaRelease
from scaffold.catalogue.tables import rows_of
from scaffold.project.framework import Framework
from scaffold.versions import major_minor, parse_version

KNOWN = load_catalogue()
BUILDS = [build for rows in KNOWN.builds.values() for build in rows]


@pytest.mark.parametrize(
    ("printed", "model", "capability"),
    [
        ("NVIDIA GeForce RTX 2080 Ti", "GeForce RTX 2080 Ti", "7.5"),
        ("Tesla T4", "T4", "7.5"),
        ("NVIDIA A100-SXM4-80GB", "A100", "8.0"),
        ("NVIDIA H100 80GB HBM3", "H100", "9.0"),
        ("NVIDIA H100 PCIe", "H100", "9.0"),
        ("NVIDIA GH200 480GB", "GH200", "9.0"),
        ("Quadro RTX 5000", "Quadro RTX 5000", "7.5"),
        ("NVIDIA RTX 5000 Ada Generation", "RTX 5000 Ada", "8.9"),
        ("NVIDIA RTX PRO 5000 Blackwell", "RTX PRO 5000 Blackwell", "12.0"),
        ("NVIDIA RTX A2000 12GB", "RTX A2000", "8.6"),
        ("NVIDIA A10", "A10", "8.6"),
        ("NVIDIA TITAN X (Pascal)", "TITAN X Pascal", "6.1"),
        ("GeForce GTX TITAN X", "GeForce GTX TITAN X", "5.2"),
        ("GRID T4-4C", "T4", "7.5"),
        ("NVIDIA A40-8C", "A40", "8.6"),
        ("Tesla V100-SXM2-16GB", "V100", "7.0"),
        ("NVIDIA GB10", "GB10", "12.1"),
        ("NVIDIA GeForce RTX 4070 Laptop GPU", "GeForce RTX 4070", "8.9"),
        ("Tesla K40m", "K40m", "3.5"),
        ("Orin (nvgpu)", "Orin", "8.7"),
        ("NVIDIA Thor", "Thor", "11.0"),
        ("NVIDIA GeForce MX150", "GeForce MX150", "6.1"),
        ("GeForce GTX 760", "GeForce GTX 760", "3.0"),
        ("GRID A100D-40C", "A100D", "8.0"),
        ("GRID A100X-4-20C", "A100X", "8.0"),
        ("GRID V100DX-32C", "V100DX", "7.0"),
        ("GRID RTX6000-8Q", "Quadro RTX 6000", "7.5"),
        ("NVIDIA RTXA6000-48Q", "RTX A6000", "8.6"),
        ("NVIDIA L40S-48Q", "L40S", "8.9"),
        ("NVIDIA A16-2B", "A16", "8.6"),
        ("GRID K520", "GRID K520", "3.0"),
        ("Quadro M2000M", "Quadro M2000M", "5.0"),
        ("NVIDIA A100-SXM4-40GB MIG 1g.5gb", "A100", "8.0"),
        ("NVIDIA B300 SXM6 AC", "B300", "10.3"),
        ("GA102 [GeForce RTX 3090] (rev a1)", "GeForce RTX 3090", "8.6"),
        ("NVIDIA Corporation GP104 [GeForce GTX 1080] (rev a1)", "GeForce GTX 1080", "6.1"),
        ("GeForce GTX 1060 with Max-Q Design", "GeForce GTX 1060", "6.1"),
        ("rtx 4090", "GeForce RTX 4090", "8.9"),
        ("RTX4090", "GeForce RTX 4090", "8.9"),
        ("4090", "GeForce RTX 4090", "8.9"),
        ("1080 ti", "GeForce GTX 1080 Ti", "6.1"),
        ("A100 40GB", "A100", "8.0"),
        ("h100", "H100", "9.0"),
        ("10de:2684", "GeForce RTX 4090", "8.9"),
        ("0x1B8010DE", "GeForce GTX 1080", "6.1"),
    ],
)
def test_name_as_nvidia_smi_prints_it_finds_its_model(printed, model, capability):
    found = KNOWN.gpu(printed)
    assert (found.name, found.capability) == (model, capability)


@pytest.mark.parametrize("name", ["RTX PRO 6000", "rtx pro 6000 blackwell", "B200", "GB300"])
def test_short_form_of_several_models_means_their_one_capability(name):
    assert KNOWN.gpu(name).capability in {"12.0", "10.0", "10.3"}


@pytest.mark.parametrize(
    "printed",
    ["", "NVIDIA", "GeForce RTX 208...", "NVIDIA A9000", "4000", "GeForce RTX 4090 X", "ffff"],
)
def test_unknown_name_finds_nothing_rather_than_something_near(printed):
    assert KNOWN.gpu(printed) is None


def test_every_gpu_is_found_by_its_own_name_and_its_architecture_is_known():
    for gpu in KNOWN.gpus:
        found = KNOWN.gpu(gpu.name)
        assert found is not None, gpu
        assert (words_of(found.name), found.capability) == (words_of(gpu.name), gpu.capability)
        assert KNOWN.architecture(gpu.capability), gpu


def test_no_gpu_is_listed_twice():
    names = [row.name for row in KNOWN.gpus]
    assert len(names) == len(set(names))
    by_words = {words_of(row.name): row.capability for row in KNOWN.gpus}
    assert all(by_words[words_of(row.name)] == row.capability for row in KNOWN.gpus)


def test_every_build_with_cuda_has_a_floor_and_known_architectures():
    for build in BUILDS:
        assert build.python, build
        if build.cuda:
            assert KNOWN.floor(build.cuda) < (10**6,), build
            assert build.sm, build
        for text in (*build.sm, *filter(None, (build.ptx,))):
            assert KNOWN.architecture(text), (text, build)


def test_no_build_is_listed_twice():
    keys = [(row.requirement, row.version, row.variant, row.arch) for row in BUILDS]
    assert len(keys) == len(set(keys))


def test_default_index_has_one_pytorch_build_of_a_release():
    rows = [row for row in KNOWN.builds[Framework.PYTORCH] if row.default]
    assert len({(row.version, row.arch) for row in rows}) == len(rows)


@pytest.mark.parametrize("image", KNOWN.cuda_images, ids=lambda row: row.tag)
def test_every_cuda_image_is_of_a_known_release_and_ubuntu(image):
    assert image.cuda in {row.cuda for row in KNOWN.releases}
    assert set(image.ubuntu) <= set(KNOWN.ubuntu_pythons)
    assert set(image.branches) <= {row.branch for row in KNOWN.branches} | {565}


def test_every_vendor_image_is_of_a_known_release():
    releases = {row.cuda for row in KNOWN.releases}
    for image in KNOWN.framework_images:
        assert image.cuda in releases
        assert image.image.rpartition(":")[2] != "latest"


def test_every_branch_reports_a_cuda_release_once():
    branches = [row.branch for row in KNOWN.branches]
    assert branches == sorted(set(branches))
    cudas = [parse_version(row.cuda) for row in KNOWN.branches]
    assert cudas == sorted(cudas)


def test_every_architecture_ends_with_a_known_branch():
    branches = {row.branch for row in KNOWN.branches}
    for row in KNOWN.architectures:
        assert row.last_branch in branches | {0}


def test_every_source_of_a_row_is_written_out():
    rows = [*KNOWN.gpus, *KNOWN.branches, *KNOWN.releases, *KNOWN.architectures, *BUILDS]
    rows += [*KNOWN.cuda_images, *KNOWN.python_images, *KNOWN.framework_images, *KNOWN.removed]
    rows += [*KNOWN.toolkit_releases, *KNOWN.toolkit_flaws, *KNOWN.mirrors]
    for row in rows:
        assert len(row.source) > 10, row


def test_row_without_a_source_or_field_is_refused():
    with pytest.raises(ValueError, match="without a source"):
        rows_of(CudaRelease, [{"cuda": "1.0", "toolkit_driver": "1", "source": ""}], {})
    with pytest.raises(ValueError, match="toolkit_driver"):
        rows_of(CudaRelease, [{"cuda": "1.0", "source": "A"}], {})


def test_release_that_nobody_lists_needs_a_driver_that_does_not_exist():
    assert KNOWN.floor("99.0") == (10**6,)


@pytest.mark.parametrize(
    ("driver", "cuda"), [((535, 183), "12.2"), ((536, 1), "12.2"), ((300, 1), None)]
)
def test_driver_reports_the_cuda_of_its_branch(driver, cuda):
    assert KNOWN.cuda_of(driver) == cuda


def test_every_framework_has_builds():
    assert set(KNOWN.builds) == set(Framework) - {Framework.NONE}
    assert len(KNOWN.builds) == len(list(KNOWN.builds))
    assert all(KNOWN.builds.values())
    assert Framework.NONE not in KNOWN.builds


@pytest.mark.parametrize("text", ["", "five", "1.", ".1", "1.2-rc"])
def test_text_that_is_no_version_is_refused(text):
    with pytest.raises(ValueError, match="not a dotted version"):
        parse_version(text)


def test_release_is_named_by_its_first_two_numbers():
    assert (major_minor((12, 8, 1)), major_minor((13,))) == ("12.8", "13.0")


CUDA_IMAGES = {
    f"nvidia/cuda:{row.tag}-base-ubuntu{ubuntu}"
    for row in KNOWN.cuda_images
    for ubuntu in row.ubuntu
}


@pytest.mark.parametrize("row", KNOWN.removed, ids=lambda row: row.pattern)
def test_image_that_is_gone_is_replaced_by_one_that_is_known(row):
    vendors = {image.image for image in KNOWN.framework_images}
    assert row.instead in CUDA_IMAGES | vendors
    assert KNOWN.replacement(row.instead) is None


@pytest.mark.parametrize(
    ("image", "gone"),
    [
        ("nvidia/cuda:11.0-base", True),
        ("nvidia/cuda:10.2-cudnn7-devel-ubuntu18.04", True),
        ("nvidia/cuda", True),
        ("jupyter/tensorflow-notebook:latest", True),
        ("nvidia/cuda:11.0.3-base-ubuntu20.04", False),
        ("nvidia/cuda:12.6.3-base-ubuntu24.04", False),
        ("quay.io/jupyter/pytorch-notebook:cuda12-latest", False),
    ],
)
def test_images_of_old_tutorials_are_known_to_be_gone(image, gone):
    assert (KNOWN.replacement(image) is not None) == gone


def test_every_known_flaw_is_mended_in_a_known_release():
    released = {row.version for row in KNOWN.toolkit_releases}
    assert {row.fixed for row in KNOWN.toolkit_flaws} <= released | {"1.17.1"}
    days = [row.released for row in KNOWN.toolkit_releases]
    assert days == sorted(days, reverse=True)


def test_mirrors_are_what_the_flag_takes():
    for row in KNOWN.mirrors:
        parse_mirrors((f"{row.kind}={row.url}",))
    assert len({row.url for row in KNOWN.mirrors}) == len(KNOWN.mirrors)


@pytest.mark.parametrize(
    ("sm", "ptx", "card", "runs"),
    [
        (("9.0a",), "", (9, 0), True),
        (("10.0a",), "", (10, 3), False),
        (("10.0",), "", (10, 3), True),
        (("12.0a",), "", (12, 1), False),
        (("8.0", "9.0a"), "", (8, 6), True),
        ((), "9.0a", (10, 0), False),
        ((), "9.0a", (9, 0), True),
        ((), "9.0", (10, 0), True),
        ((), "", (9, 0), False),
    ],
)
def test_code_for_one_architecture_alone_runs_on_no_other(sm, ptx, card, runs):
    row = next(iter(load_catalogue().builds[Framework.PYTORCH]))
    build = replace(row, sm=sm, ptx=ptx)
    assert (build.has_binary(card) or build.has_ptx(card)) == runs
