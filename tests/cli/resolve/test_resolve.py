"""`scaffold resolve` and `scaffold catalogue` from the command line."""

import json

import pytest

from scaffold.cli.resolve.catalogue import EXAMPLES

KEYS = {
    *("schema", "status", "image", "cuda", "framework", "python", "env", "companions", "others"),
    *("caps", "reasons", "rejected", "ways_out", "warnings"),
}
"""The same keys for an answer and for a conflict."""

GTX = ("--gpu", "GeForce GTX 1080 Ti", "--driver", "535.183.01")


def test_decision_is_shown_with_its_reasons(scaffold):
    done = scaffold("resolve", *GTX, "--framework", "torch>=2.8", "-v")
    assert done.code == 0
    for words in ("cu126", "python:3.12-slim", "https://download.pytorch.org/whl/cu126", "source:"):
        assert words in done.out


def test_decision_as_json(scaffold):
    done = scaffold("resolve", *GTX, "--framework", "torch", "--json")
    document = json.loads(done.out)
    assert document.keys() == KEYS
    assert (document["schema"], document["status"], document["cuda"]) == (1, "ok", "12.6")
    assert document["image"].startswith("python:3.")
    assert document["framework"] == {
        "name": "pytorch",
        "version": "2.14",
        "release": "2.14.1",
        "variant": "cu126",
        "cuda": "12.6",
        "index": "https://download.pytorch.org/whl/cu126",
        "links": None,
        "install": ["torch==2.14.1"],
    }
    assert all(item["text"] and item["source"] for item in document["reasons"])
    assert all(item.keys() == {"candidate", "text", "source"} for item in document["rejected"])
    assert document["ways_out"] == []


def test_gpu_is_known_by_its_compute_capability_alone(scaffold):
    def variant(*flags):
        done = scaffold(
            "resolve", "--driver", "580.65.06", "--framework", "torch", "--json", *flags
        )
        document = json.loads(done.out)
        return document["framework"].get("variant"), document["status"]

    assert variant("--compute-capability", "6.1") == ("cu126", "ok")
    assert variant("--gpu", "Prototype", "--compute-capability", "12.0")[1] == "ok"
    assert variant("--compute-capability", "6.1", "--compute-capability", "12.0")[1] == "conflict"


def test_ways_out_name_flags_that_exist_here(scaffold):
    flags = ("--gpu", "Tesla K80", "--gpu", "Tesla T4", "--driver", "470.57", "--framework")
    done = scaffold("resolve", *flags, "jax", "--json")
    ways = json.loads(done.out)["ways_out"]
    assert ways[-1] == {"what": "run on the CPU", "how": "--cpu"}
    assert not any(way["how"].startswith("--gpus") for way in ways)


def test_image_family_is_another_name_of_the_stack(scaffold):
    done = scaffold("resolve", *GTX, "--image-family", "cuda", "--json")
    assert json.loads(done.out)["image"].startswith("nvidia/cuda:")


def test_this_machine_is_asked_where_no_flag_describes_one(scaffold):
    assert "T4" in scaffold("resolve", "--framework", "torch").out


def test_architecture_of_another_machine(scaffold):
    done = scaffold("resolve", "--arch", "aarch64", "--framework", "torch", "--json")
    assert json.loads(done.out)["status"] == ("conflict" if done.code else "ok")


def test_wishes_come_from_a_repository(scaffold, tmp_path):
    (tmp_path / "requirements.txt").write_text("torch==2.9.*\n")
    done = scaffold("resolve", *GTX, "--project", tmp_path)
    assert "torch>=2.9,<2.10" in done.out
    assert "jax" in scaffold("resolve", *GTX, "--project", tmp_path, "--framework", "jax").out


def test_environment_and_warnings_are_shown(scaffold):
    done = scaffold(
        "resolve", "--gpu", "RTX 4090", "--driver", "535.1", "--nvcc", "--framework", "jax"
    )
    assert "NVIDIA_DISABLE_REQUIRE=1" in done.out
    assert "note:" in scaffold("resolve", "--driver", "535.1", "--framework", "torch").out


def test_conflict_exits_1_with_ways_out(scaffold):
    done = scaffold(
        "resolve", "--gpu-model", "Tesla K80", "--driver", "470.57", "--framework", "torch>=2.8"
    )
    assert done.code == 1
    assert "pytorch 2.7.1" in done.err


def test_pin_is_met_to_the_patch_release(scaffold):
    done = scaffold("resolve", *GTX, "--framework", "torch==2.7.1", "--json")
    build = json.loads(done.out)["framework"]
    assert (build["version"], build["release"]) == ("2.7.1", "2.7.1")
    assert build["install"] == ["torch==2.7.1"]


def test_pin_of_a_release_that_never_was_names_the_nearest(scaffold):
    done = scaffold("resolve", *GTX, "--framework", "torch==2.8.1")
    assert done.code == 1
    assert "never released; nearest: 2.8.0 and 2.9.0" in done.err


def test_project_packages_bind_the_framework(scaffold, tmp_path):
    (tmp_path / "requirements.txt").write_text("torch\ntorchvision==0.22.1\njax\n")
    flags = ("--gpu-model", "H100", "--driver", "580.95.05", "--project", tmp_path)
    document = json.loads(scaffold("resolve", *flags, "--json").out)
    assert document["framework"]["release"] == "2.7.1"
    assert document["companions"] == ["torchvision==0.22.1"]
    assert [build["name"] for build in document["others"]] == ["jax"]
    shown = scaffold("resolve", *flags).out
    assert "torchvision==0.22.1" in shown
    assert "jax" in shown


def test_gpu_is_known_by_its_pci_id_and_by_its_short_name(scaffold):
    for name in ("10de:2684", "4090", "GeForce RTX 4090"):
        flags = ("--gpu-model", name, "--driver", "535.183.01", "--framework", "torch==2.14.0")
        assert "cu126" in scaffold("resolve", *flags).out


def test_named_image_runs_on_the_host_or_the_reason_is_said(scaffold):
    flags = ("--gpu-model", "T4", "--driver", "535.183.01", "--image")
    done = scaffold("resolve", *flags, "nvidia/cuda:12.6.3-devel-ubuntu24.04")
    assert (done.code, "12.6" in done.out) == (0, True)
    document = json.loads(scaffold("resolve", *flags, "ubuntu:24.04", "--json").out)
    assert (document["status"], document["cuda"]) == ("ok", None)
    refused = scaffold("resolve", *flags, "nvidia/cuda:13.0.3-base-ubuntu24.04")
    assert (refused.code, "580.65.06" in refused.err) == (1, True)
    assert "ways out" not in refused.err


def test_links_to_wheels_are_shown(scaffold):
    flags = ("--gpu-model", "A100", "--driver", "470.57.02", "--framework", "jax==0.4.25")
    assert "jax_cuda_releases" in scaffold("resolve", *flags).out


def test_conflict_as_json(scaffold):
    flags = ("--gpu", "Tesla K80", "--driver", "470.57", "--framework", "jax", "--json")
    done = scaffold("resolve", *flags)
    document = json.loads(done.out)
    assert (done.code, document["status"], document["image"]) == (1, "conflict", None)
    assert document.keys() == KEYS
    assert document["reasons"][0]["text"].startswith("jax")


def test_cpu_needs_no_driver(scaffold):
    assert "whl/cpu" in scaffold("resolve", "--cpu", "--framework", "torch").out


def test_project_without_framework_installs_none(scaffold):
    assert "install" not in scaffold("resolve", *GTX).out


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--driver", "five"], "535.183.01"),
        (["--gpu", ""], "Tesla T4"),
        (["--compute-capability", "eight"], "8.6"),
        (["--gpu", "T4", "--compute-capability", "7.5", "--compute-capability", "8.0"], "one for"),
        (["--gpu", "GTX 1080 To"], "GTX 1080"),
        (["--framework", "theano"], "torch"),
        (["--framework", "torch>>1"], "torch>=2.8"),
        (["--framework", "torch>=3,<2"], "no version can be"),
        (["--stack", "cudaa"], "cuda"),
        (["--python", "snake"], "3.12"),
    ],
)
def test_bad_input_exits_2_with_the_nearest_valid_names(scaffold, flags, words):
    done = scaffold("resolve", *flags)
    assert (done.code, words in done.err) == (2, True), done.err


@pytest.mark.parametrize(
    ("topic", "word"),
    [
        ("gpus", "RTX 5090"),
        ("architectures", "Blackwell"),
        ("cuda", "525.60.13"),
        ("drivers", "535"),
        ("frameworks", "cu126"),
        ("images", "12.6.3"),
        ("removed", "11.0"),
        ("toolkit", "CVE-2025-23266"),
        ("mirrors", "tuna"),
    ],
)
def test_catalogue_shows_rows_and_sources(scaffold, topic, word):
    shown = scaffold("catalogue", topic)
    assert "Sources" not in shown.out
    assert "Sources" in scaffold("catalogue", topic, "-v").out
    document = json.loads(scaffold("catalogue", topic, "--json").out)
    assert document["schema"] == 1
    assert all(row["source"] for row in document[topic])
    assert word in shown.out


def test_catalogue_shows_only_rows_with_every_word(scaffold):
    words = ("frameworks", "torch", "2.8.0", "cu126")
    title, row = scaffold("catalogue", *words).out.strip().split("\n")[:2]
    assert title.split()[:3] == ["framework", "version", "variant"]
    assert row.split() == ["pytorch", "2.8.0", "cu126", "x86_64", *row.split()[4:-1], "3.9-3.13"]
    rows = json.loads(scaffold("catalogue", *words, "--json").out)["frameworks"]
    assert {(one["version"], one["variant"]) for one in rows} == {("2.8.0", "cu126")}


def test_catalogue_without_a_row_that_has_the_words_says_so(scaffold):
    done = scaffold("catalogue", "gpus", "RTX", "9999")
    assert (done.code, "no row has 'RTX' and '9999'" in done.err) == (2, True)
    assert "scaffold catalogue gpus" in done.err


@pytest.mark.parametrize("topic", sorted(EXAMPLES))
def test_example_in_the_help_of_a_topic_finds_rows(scaffold, topic):
    done = scaffold("catalogue", topic, EXAMPLES[topic])
    assert (done.code, done.err) == (0, "")
    assert EXAMPLES[topic] in scaffold("catalogue", topic, "--help").out


def test_release_that_is_kept_out_is_shown(scaffold):
    flags = (*GTX, "--framework", "torch==2.1.2")
    assert json.loads(scaffold("resolve", *flags, "--json").out)["caps"] == ["numpy<2"]
    shown = scaffold("resolve", *flags).out.split()
    assert shown[shown.index("and") + 1] == "numpy<2"
