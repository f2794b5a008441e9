"""Image rows: recorded ones, and what registries on the loopback interface say of them."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from tests.tools.catalogue import web as faults
from tests.tools.catalogue.conftest import NOWHERE
from tests.tools.catalogue.web import Web
from tools.catalogue import images
from tools.catalogue.context import Context
from tools.catalogue.registry import Registry, branches_of
from tools.catalogue.source import Source, SourceError

REQUIRE = (
    "cuda>=13.4 brand=tesla,driver>=535,driver<536 brand=geforce,driver>=535,driver<536 "
    "brand=unknown,driver>=570,driver<572 brand=nvidia,cuda>=12"
)


def offer(web: Web, repository: str, tags: Iterable[str]) -> None:
    body = json.dumps({"name": repository, "tags": list(tags)}).encode()
    web[f"/v2/{repository}/tags/list"] = body


def configure(web: Web, repository: str, tag: str, env: list[str]) -> None:
    """An index with two platforms and something else, the manifest, and the configuration."""
    base = f"/v2/{repository}"
    platforms = [("amd64", "sha256:a"), ("arm64", "sha256:b"), ("riscv64", "sha256:c")]
    index: dict[str, Any] = {
        "manifests": [
            {"platform": {"architecture": name, "os": "linux"}, "digest": digest}
            for name, digest in platforms
        ]
    }
    web[f"{base}/manifests/{tag}"] = json.dumps(index).encode()
    web[f"{base}/manifests/sha256:a"] = json.dumps({"config": {"digest": "sha256:d"}}).encode()
    web[f"{base}/blobs/sha256:d"] = json.dumps({"config": {"Env": env}}).encode()


def places(web: Web) -> dict[str, str]:
    return {
        "docker-hub": web.base,
        "docker-hub-token": f"{web.base}/token?scope={{repository}}",
        "ngc": NOWHERE,
        "ngc-token": "",
        "quay": NOWHERE,
    }


def made(context: Context, before: dict[str, Any] | None = None) -> dict[str, Any]:
    return dict(images.tables(context, before or {})[0])


def test_without_registries_the_recorded_rows_are_unverified(web: Web, context: Context) -> None:
    said: list[str] = []
    nowhere = {**places(web), "docker-hub": NOWHERE, "docker-hub-token": ""}
    tables = made(replace(context, places=nowhere, say=said.append))
    rows = [*tables["cuda_images"], *tables["framework_images"]]
    assert not any(row["verified"] for row in rows)
    assert any("stay unverified" in text for text in said)
    stacks = {row["stack"] for row in tables["framework_images"]}
    assert stacks == {"pytorch-image", "tensorflow-image", "ngc-image", "jupyter-image"}
    assert all(row["sm"] for row in tables["framework_images"])


def test_registry_says_tags_platforms_and_requirements(web: Web, context: Context) -> None:
    tags = ["13.4.1-base-ubuntu24.04", "13.4.2-base-ubuntu26.04", "13.4.2-base-ubuntu24.04"]
    more = [
        "13.4.2-cudnn-runtime-ubuntu24.04",
        "13.4.2-base-rockylinux9",
        "10.2.0-base-ubuntu18.04",
    ]
    offer(web, "nvidia/cuda", [*tags, *more])
    configure(
        web,
        "nvidia/cuda",
        "13.4.2-base-ubuntu24.04",
        ["PATH=/", "EMPTY", f"NVIDIA_REQUIRE_CUDA={REQUIRE}"],
    )
    offer(web, "pytorch/pytorch", ["2.7.1-cuda12.8-cudnn9-runtime"])
    offer(web, "tensorflow/tensorflow", ["latest"])
    web["/token"] = b'{"token": "t"}'
    tables = made(replace(context, places=places(web)))
    assert tables["cuda_images"] == [
        {
            "tag": "13.4.2",
            "cudnn": "cudnn",
            "ubuntu": ["24.04", "26.04"],
            "branches": [535, 570, 571],
            "geforce": True,
            "require": REQUIRE,
            "arch": ["x86_64", "aarch64"],
            "source": "V",
            "verified": True,
        }
    ]
    hub = [row["image"] for row in tables["framework_images"] if row["verified"]]
    assert hub == ["pytorch/pytorch:2.7.1-cuda12.8-cudnn9-runtime"]
    assert not [row for row in tables["framework_images"] if row["stack"] == "tensorflow-image"]
    later = replace(context, places={**places(web), "docker-hub": NOWHERE})
    again = made(later, tables)
    assert again["cuda_images"] == tables["cuda_images"]
    assert [row["image"] for row in again["framework_images"] if row["verified"]] == hub


OTHER = b'{"manifests": [{"platform": {"architecture": "s390x"}}, 1]}'
CONFIGS = [
    ("an index without a platform that is known", OTHER),
    ("no JSON", b"<html>"),
    ("no object", b"[1]"),
    ("a manifest without a configuration", b"{}"),
    ("a configuration of another type", b'{"config": 1}'),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "body"), CONFIGS, ids=[row[0] for row in CONFIGS])
def test_configuration_that_cannot_be_read(
    web: Web, source: Source, sentence: str, body: bytes
) -> None:
    web["/v2/a/manifests/1"] = body
    with pytest.raises(SourceError):
        Registry(source, web.base).config("a", "1")


def test_image_of_one_platform(web: Web, source: Source) -> None:
    web["/v2/a/manifests/1"] = b'{"config": {"digest": "d"}}'
    web["/v2/a/blobs/d"] = b'{"config": {"Env": null}}'
    assert Registry(source, web.base).config("a", "1") == ({}, ["x86_64"])


def test_registry_without_tags_of_the_known_form_changes_nothing(
    web: Web, context: Context
) -> None:
    offer(web, "nvidia/cuda", ["latest"])
    tables = made(replace(context, places=places(web)))
    assert {row["verified"] for row in tables["cuda_images"]} == {False}


def test_registry_that_breaks_off_changes_nothing(web: Web, context: Context) -> None:
    offer(web, "nvidia/cuda", ["13.4.2-base-ubuntu24.04"])
    web["/v2/nvidia/cuda/manifests/13.4.2-base-ubuntu24.04"] = faults.truncated
    web["/token"] = b'{"access_token": "t"}'
    tables = made(replace(context, places=places(web)))
    assert {row["verified"] for row in tables["cuda_images"]} == {False}


EXPRESSIONS = [
    ("", [], False),
    ("cuda>=12.6", [], False),
    ("cuda>=12.6 brand=tesla,driver>=470,driver<471", [470], False),
    ("brand=geforcertx,driver>=470,driver<471", [470], False),
    ("driver>=470,driver<471", [], False),
    ("brand=tesla,driver>=450", [], False),
    ("brand=geforce,driver>=470,driver<471 " + "x" * 5000, [470], True),
]


@pytest.mark.parametrize(("require", "branches", "geforce"), EXPRESSIONS)
def test_requirement_is_an_expression(require: str, branches: list[int], geforce: bool) -> None:
    assert branches_of(require) == (branches, geforce)
