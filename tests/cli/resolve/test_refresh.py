"""`scaffold catalogue refresh` against registries and indexes on loopback."""

import json
import socket
import subprocess
import sys

import pytest

from scaffold.commands.resolve import refresh as use_case
from tests.adapters.local.test_registry import answering, tags

NEW_TORCH = "torch-99.0.0+cu126-cp312-cp312-manylinux_2_28_x86_64.whl"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "gpu-scaffold" / "seen.json"


def everything(path, headers):
    """A registry and an index in one, with one new torch and nothing else."""
    if path.startswith("/v2/"):
        return 200, {}, tags()
    if path.startswith("/cu126/torch/"):
        return 200, {"Content-Type": "text/html"}, f"<a>{NEW_TORCH}</a>".encode()
    return 404, {}, b""


def nothing(path, headers):
    return (200, {}, tags()) if path.startswith("/v2/") else (404, {}, b"")


def mirrors(url):
    host = url.removeprefix("http://")
    pairs = (f"registry={host}", f"pip={url}", f"pytorch={url}")
    return [word for pair in pairs for word in ("--mirror", pair)]


@pytest.fixture
def only_docker_hub(monkeypatch):
    """Ask nothing of registries that no mirror stands for."""
    asked = use_case.questions

    def here(catalogue, given):
        return [one for one in asked(catalogue, given) if "." not in one.key.partition("/")[0]]

    monkeypatch.setattr(use_case, "questions", here)


def test_news_are_shown_and_said_to_be_unchecked(scaffold, cache, only_docker_hub):
    with answering(everything) as url:
        done = scaffold("catalogue", "refresh", *mirrors(url))
    assert done.code == 0
    assert "not checked by us" in done.out
    assert "torch 99.0.0 (cu126) is out" in done.out
    assert cache.stat().st_mode & 0o777 == 0o600
    shown = scaffold("catalogue", "frameworks")
    assert "torch 99.0.0 (cu126) is out" in shown.out
    assert "torch 99" not in scaffold("catalogue", "images").out
    document = json.loads(scaffold("catalogue", "frameworks", "--json").out)
    assert [new["text"] for new in document["unchecked"]] == ["torch 99.0.0 (cu126) is out"]


def test_decision_never_rests_on_what_nobody_checked(scaffold, only_docker_hub):
    wish = ("resolve", "--gpu", "T4", "--driver", "535.183.01", "--framework", "torch", "--json")
    before = json.loads(scaffold(*wish).out)
    with answering(everything) as url:
        scaffold("catalogue", "refresh", *mirrors(url))
    after = json.loads(scaffold(*wish).out)
    assert "unverified" in after.pop("warnings")[-1]
    assert after == {key: value for key, value in before.items() if key != "warnings"}
    other = json.loads(scaffold("resolve", "--gpu", "T4", "--framework", "jax", "--json").out)
    assert not any("torch" in note for note in other["warnings"])


def test_registry_that_cannot_be_reached_is_named_and_keeps_what_was_seen(scaffold, cache):
    done = scaffold("catalogue", "refresh", "--json", *mirrors("http://127.0.0.1:1"))
    document = json.loads(done.out)
    assert done.code == 1
    assert document["asked"] == len(document["failures"]) > 5
    assert not cache.exists()
    with answering(everything) as url:
        done = scaffold("catalogue", "refresh", *mirrors(url))
    # Registries that no mirror stands for cannot be reached from here, the others can.
    if done.code:
        assert "not asked: nvcr.io/nvidia/pytorch" in done.err
    scaffold("catalogue", "refresh", *mirrors("http://127.0.0.1:1"))
    assert "torch 99.0.0" in scaffold("catalogue", "frameworks").out


def test_nothing_new_is_said(scaffold, only_docker_hub):
    with answering(nothing) as url:
        done = scaffold("catalogue", "refresh", *mirrors(url))
    assert "has everything that is listed" in done.out


@pytest.mark.parametrize(
    "content", ["", "[]", '{"schema": 2}', '{"schema": 1, "tags": 5}', '{"schema": 1}']
)
def test_cache_that_is_broken_counts_as_none(scaffold, cache, content):
    cache.parent.mkdir()
    cache.write_text(content)
    assert scaffold("catalogue", "frameworks").code == 0


def test_mirror_that_cannot_be_read_is_refused(scaffold):
    done = scaffold("catalogue", "refresh", "--mirror", "pip=ftp://example.org")
    assert done.code == 2


def test_a_signal_does_not_wait_for_registries_that_say_nothing(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        child = subprocess.Popen(
            [sys.executable, "-m", "scaffold", "catalogue", "refresh", *mirrors(address)],
            stderr=subprocess.PIPE,
        )
        silent.accept()[0].close()
        child.terminate()
        # Each of the lists would wait a minute for its answer.
        _, said = child.communicate(timeout=50)
    assert (child.returncode, b"interrupted" in said) == (130, True)
