"""What a list says beyond the shipped rows, and what it does not say."""

import pytest

from scaffold.catalogue import load_catalogue
from scaffold.catalogue.news import PublishedVersions, news, repository_of, variants_to_ask
from scaffold.project.framework import Framework
from scaffold.versions import parse_version

KNOWN = load_catalogue()
DAY = "2026-11-24"
CUDA = tuple(f"{row.tag}-base-ubuntu22.04" for row in KNOWN.cuda_images)
NEWEST_CUDA = max((row.tag for row in KNOWN.cuda_images), key=parse_version)


def said(**parts):
    keys = {key for part in parts.values() for key in part}
    return [
        new.text for new in news(KNOWN, PublishedVersions(**parts, on=dict.fromkeys(keys, DAY)))
    ]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (CUDA, []),
        (("99.1.0-base-ubuntu30.04", *CUDA), ["nvidia/cuda 99.1.0 is out"]),
        (("12.6.9-base-ubuntu24.04", *CUDA), ["nvidia/cuda 12.6.9 is out"]),
        (("12.6.1-base-ubuntu24.04", "10.2-base", "latest", *CUDA), []),
        (CUDA[1:], [f"nvidia/cuda {KNOWN.cuda_images[0].tag} is no longer listed"]),
        ((), []),
    ],
    ids=["as shipped", "a new release", "a new point release", "old ones", "one gone", "nothing"],
)
def test_tags_of_cuda(tags, expected):
    assert said(tags={"nvidia/cuda": tags}) == expected


def test_vendor_image_that_is_newer_or_gone():
    name = "nvcr.io/nvidia/pytorch"
    images = [row.image for row in KNOWN.framework_images if repository_of(row.image) == name]
    listed = tuple(image.rpartition(":")[2] for image in images)
    assert said(tags={name: ("99.01-py3", "99.01-py3-igpu", *listed)}) == [
        f"{name}:99.01-py3 is out"
    ]
    assert said(tags={name: listed[1:]}) == [f"{name}:{listed[0]} is no longer listed"]
    assert said(tags={name: ()}) == []


@pytest.mark.parametrize(
    ("key", "versions", "expected"),
    [
        ("torch/cu126", ("2.14.1", "2.13.0"), []),
        ("torch/cu126", ("2.99.0", "2.100.0rc1", "odd"), ["torch 2.99.0 (cu126) is out"]),
        ("torch/cu999", ("2.14.0",), ["torch 2.14.0 (cu999) is out"]),
        ("torch/cu999", (), []),
        ("jax", ("99.0.0",), ["jax 99.0.0 is out"]),
        ("tensorflow", ("2.1.0",), []),
    ],
)
def test_versions_of_a_framework(key, versions, expected):
    assert said(versions={key: versions}) == expected


def test_variants_are_asked_for_that_are_built_now_or_may_be_next():
    asked = variants_to_ask(KNOWN)
    cudas = {row.cuda for row in KNOWN.builds[Framework.PYTORCH] if row.cuda}
    newest = max(map(parse_version, cudas))
    later = [row.cuda for row in KNOWN.releases if parse_version(row.cuda) > newest]
    assert {"cu126", "cu130", "cu132"} <= set(asked)
    assert all(f"cu{cuda.replace('.', '')}" in asked for cuda in later)
    assert "cu102" not in asked


def test_repository_of_an_image_with_a_port():
    assert repository_of("hub.example.org:5000/a/b:1.0") == "hub.example.org:5000/a/b"
