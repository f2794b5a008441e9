"""Rows of companions: what binds a framework, from wheels, source archives or nothing."""

import pytest

from tests.tools.catalogue import web as faults
from tests.tools.catalogue import wheels
from tests.tools.catalogue.web import Web
from tools.catalogue import companions
from tools.catalogue.context import Context
from tools.catalogue.source import SourceError

ELSEWHERE = companions.ELSEWHERE[0]["source"]
"""Where the releases are known from that no index holds."""


def test_companion_rows_say_what_they_need(web: Web, context: Context) -> None:
    requires = ["torch==2.7.1", "numpy", 'torch<3; extra == "dev"', "nvidia-cudnn-cu12>=9"]
    wheels.publish(
        web,
        "torchvision",
        {
            "torchvision-0.22.1-cp311-cp311-manylinux_2_28_x86_64.whl": wheels.wheel({}, requires),
            "torchvision-0.22.1-cp312-cp312-manylinux_2_28_aarch64.whl": wheels.wheel({}, ["x"]),
            "torchvision-0.1.0-py3-none-any.whl": wheels.wheel({}),
            "torchvision-0.0.9.tar.gz": wheels.sdist("torch>=0.4\n"),
            "torchvision-0.0.8.tar.gz": b"no archive",
            "torchvision-0.0.7.zip": b"another form",
            "torchvision-0.0.6-cp311-cp311-win_amd64.whl": b"of another system",
            "torchvision-0.0.5-cp311-cp311-manylinux_2_28_aarch64.whl": wheels.wheel({}, ["torch"]),
        },
    )
    made, _ = companions.tables(context, "torchvision", {})
    rows = {row["version"]: row for row in made["releases"]}  # type: ignore[index, union-attr]
    said = {version: (row["needs"], row["source"]) for version, row in rows.items()}
    assert said == {
        "0.0.5": ({"torch": ""}, "P"),
        "0.0.7": ({}, "N"),
        "0.0.8": ({}, "N"),
        "0.0.9": ({"torch": ">=0.4"}, "S"),
        "0.1.0": ({}, "P"),
        "0.9.2": ({"torch": "==1.8.2"}, ELSEWHERE),
        "0.22.1": ({"torch": "==2.7.1"}, "P"),
    }
    newest = rows["0.22.1"]
    assert (newest["python"], newest["arch"]) == (["3.11", "3.12"], [])
    assert (newest["cuda"], newest["cudnn"]) == ("12", ">=9")
    assert (rows["0.1.0"]["python"], rows["0.0.5"]["arch"]) == ([], ["aarch64"])
    web.asked.clear()
    assert companions.tables(context, "torchvision", dict(made))[0] == made
    assert web.asked == []


def test_wheel_that_cannot_be_fetched_ends_the_run(web: Web, context: Context) -> None:
    wheels.publish(web, "vllm", {"vllm-1.0-py3-none-any.whl": wheels.wheel({})})
    web["/files/vllm-1.0-py3-none-any.whl"] = faults.hang_up
    with pytest.raises(SourceError):
        companions.tables(context, "vllm", {})


@pytest.mark.parametrize(
    ("project", "cuda"), [("cupy-cuda12x", "12"), ("cupy-cuda11x", "11"), ("flax", "")]
)
def test_name_may_say_the_cuda(web: Web, context: Context, project: str, cuda: str) -> None:
    name = f"{project.replace('-', '_')}-1.0-py3-none-any.whl"
    wheels.publish(web, project, {name: wheels.wheel({})})
    made, _ = companions.tables(context, project, {})
    assert made["releases"][0]["cuda"] == cuda  # type: ignore[index]


def test_what_metadata_leaves_out_is_written_by_hand(web: Web, context: Context) -> None:
    names = [f"torchtext-{version}-py3-none-any.whl" for version in ("0.17.0", "0.18.0")]
    wheels.publish(web, "torchtext", {name: wheels.wheel({}, ["torch>=2.3"]) for name in names})
    made, _ = companions.tables(context, "torchtext", {})
    said = [(row["needs"]["torch"], row["source"]) for row in made["releases"]]  # type: ignore[index]
    assert said == [("==1.8.2", ELSEWHERE), (">=2.3", "P"), (">=2.3,<2.4", "P+H")]
    assert companions.tables(context, "torchtext", dict(made))[0] == made


def test_extra_says_the_lowest_framework_of_a_package_that_is_useless_without(
    web: Web, context: Context
) -> None:
    requires = {
        "4.57.0": ['torch>=2.2; extra == "torch"', 'torch<2.7,>=2.1; extra == "all"'],
        "4.47.0": ['torch; extra == "torch"'],
        "4.40.0": ['jax>=0.4.1,<=0.4.13; extra == "flax"'],
    }
    files = {
        f"transformers-{version}-py3-none-any.whl": wheels.wheel({}, texts, extra="torch all flax")
        for version, texts in requires.items()
    }
    wheels.publish(web, "transformers", files)
    made, _ = companions.tables(context, "transformers", {})
    said = {row["version"]: row["needs"] for row in made["releases"]}  # type: ignore[index, union-attr]
    assert said == {"4.57.0": {"torch": ">=2.2"}, "4.47.0": {}, "4.40.0": {}}


def test_extra_may_say_the_cuda_of_a_package_with_code_of_its_own(
    web: Web, context: Context
) -> None:
    extra = ['nvidia-cudnn-cu12~=9.0; extra == "cudnn"', 'nvidia-cufft-cu12; extra == "cuda"']
    body = wheels.wheel({}, extra, extra="cuda cudnn")
    for project in ("onnxruntime-gpu", "accelerate"):
        name = f"{project.replace('-', '_')}-1.0-py3-none-any.whl"
        wheels.publish(web, project, {name: body})
    (row,) = companions.tables(context, "onnxruntime-gpu", {})[0]["releases"]
    assert (row["cuda"], row["cudnn"]) == ("12", "~=9.0")
    (row,) = companions.tables(context, "accelerate", {})[0]["releases"]
    assert (row["cuda"], "cudnn" in row) == ("", False)
