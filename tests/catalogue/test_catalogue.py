"""Every row holds together with the others."""

import pytest

from scaffold.answers.validation import parse_mirrors
from scaffold.catalogue import load_catalogue
from scaffold.catalogue.loading import _rows
from scaffold.catalogue.rows import CudaRelease, plain_name
from scaffold.project.facts import Framework
from scaffold.versions import major_minor, parse_version

KNOWN = load_catalogue()
BUILDS = [build for rows in KNOWN.builds.values() for build in rows]


@pytest.mark.parametrize(
    ("printed", "model", "capability"),
    [
        ("NVIDIA GeForce RTX 2080 Ti", "GeForce RTX 2080 Ti", "7.5"),
        ("Tesla T4", "NVIDIA T4", "7.5"),
        ("NVIDIA A100-SXM4-80GB", "NVIDIA A100", "8.0"),
        ("NVIDIA H100 80GB HBM3", "NVIDIA H100", "9.0"),
        ("NVIDIA H100 PCIe", "NVIDIA H100", "9.0"),
        ("NVIDIA GH200 480GB", "NVIDIA GH200", "9.0"),
        ("Quadro RTX 5000", "Quadro RTX 5000", "7.5"),
        ("NVIDIA RTX 5000 Ada Generation", "NVIDIA RTX 5000 Ada", "8.9"),
        ("NVIDIA RTX PRO 5000 Blackwell", "NVIDIA RTX PRO 5000 Blackwell", "12.0"),
        ("NVIDIA RTX A2000 12GB", "NVIDIA RTX A2000", "8.6"),
        ("NVIDIA A10", "NVIDIA A10", "8.6"),
        ("NVIDIA TITAN X (Pascal)", "NVIDIA TITAN X (Pascal)", "6.1"),
        ("GeForce GTX TITAN X", "GeForce GTX TITAN X", "5.2"),
        ("GRID T4-4C", "NVIDIA T4", "7.5"),
        ("NVIDIA A40-8C", "NVIDIA A40", "8.6"),
        ("Tesla V100-SXM2-16GB", "NVIDIA V100", "7.0"),
        ("NVIDIA GB10", "NVIDIA GB10", "12.1"),
        ("NVIDIA GeForce RTX 4070 Laptop GPU", "GeForce RTX 4070", "8.9"),
        ("Tesla K40m", "Tesla K40m", "3.5"),
    ],
)
def test_name_as_nvidia_smi_prints_it_finds_its_model(printed, model, capability):
    found = KNOWN.gpu(printed)
    assert (found.name, found.capability) == (model, capability)


@pytest.mark.parametrize("printed", ["", "Orin (nvgpu)", "GeForce RTX 208...", "NVIDIA A1000"])
def test_unknown_name_finds_nothing_rather_than_something_near(printed):
    assert KNOWN.gpu(printed) is None


@pytest.mark.parametrize("gpu", KNOWN.gpus, ids=lambda row: row.name)
def test_every_gpu_is_found_by_its_own_name_and_its_architecture_is_known(gpu):
    assert KNOWN.gpu(gpu.name) == gpu
    assert KNOWN.architecture(gpu.capability)


def test_no_gpu_is_listed_twice():
    names = [plain_name(row.name) for row in KNOWN.gpus]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("build", BUILDS, ids=lambda b: f"{b.framework}-{b.version}-{b.variant}")
def test_every_build_has_a_floor_a_python_and_known_architectures(build):
    assert KNOWN.floor(build.cuda) < (10**6,)
    assert parse_version(build.python[0]) <= parse_version(build.python[1])
    for text in (*build.sm, *build.aarch64_sm, *filter(None, (build.ptx, build.aarch64_ptx))):
        assert KNOWN.architecture(text), text


def test_no_build_is_listed_twice_and_one_variant_is_the_default():
    keys = [(row.framework, row.version, row.variant) for row in BUILDS]
    assert len(keys) == len(set(keys))
    for framework, version in {(row.framework, row.version) for row in BUILDS}:
        defaults = [
            row for row in KNOWN.builds[framework] if row.version == version and row.default
        ]
        assert len(defaults) == 1, (framework, version)


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
        _rows(CudaRelease, [{"cuda": "1.0", "toolkit_driver": "1", "source": ""}])
    with pytest.raises(ValueError, match="toolkit_driver"):
        _rows(CudaRelease, [{"cuda": "1.0", "source": "A"}])


def test_release_that_nobody_lists_needs_a_driver_that_does_not_exist():
    assert KNOWN.floor("99.0") == (10**6,)


@pytest.mark.parametrize(
    ("driver", "cuda"), [((535, 183), "12.2"), ((536, 1), "12.2"), ((300, 1), None)]
)
def test_driver_reports_the_cuda_of_its_branch(driver, cuda):
    assert KNOWN.cuda_of(driver) == cuda


def test_every_framework_has_builds():
    assert set(KNOWN.builds) == set(Framework) - {Framework.NONE}


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
    assert {row.fixed for row in KNOWN.toolkit_flaws} <= released | {"1.17.3"}
    days = [row.released for row in KNOWN.toolkit_releases]
    assert days == sorted(days, reverse=True)


def test_mirrors_are_what_the_flag_takes():
    for row in KNOWN.mirrors:
        parse_mirrors((f"{row.kind}={row.url}",))
    assert len({row.url for row in KNOWN.mirrors}) == len(KNOWN.mirrors)
