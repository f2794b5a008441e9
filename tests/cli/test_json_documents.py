"""Every command with `--json` has a published schema, and what it prints is as published."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from scaffold.cli.report import SCHEMA
from scaffold.commands.workspace import status as use_case
from scaffold.commands.workspace.status import DevContainerStatus, EngineStatus
from scaffold.container.facts import read_container
from scaffold.parsing.gpu_use import GpuLoad, GpuUse
from scaffold.workspace.gpu_share import GpuShare
from tests.container.raw_container import inspect
from tests.json_documents import commands_with_json, faults, require_published
from tools.schemas.table import DOCUMENTS, FOLDER, file_name, files

ROOT = Path(__file__).parents[2]
T4 = ("--gpu", "Tesla T4", "--driver", "535.183.01")


def test_each_command_with_json_has_a_row_in_the_table():
    assert set(DOCUMENTS) == set(commands_with_json())


def test_published_files_are_those_of_the_types():
    written = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in (ROOT / FOLDER).glob("*.json")
    }
    assert written == files(), "make docs"


@pytest.mark.parametrize("command", DOCUMENTS)
def test_published_file_is_a_schema_that_accepts_keys_of_later_releases(command):
    found = json.loads((ROOT / FOLDER / file_name(command)).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(found)
    assert found["$id"].startswith(f"urn:gpu-scaffold:schema:{SCHEMA}:")
    assert '"additionalProperties": false' not in json.dumps(found)


USE = GpuUse((GpuLoad(uuid="GPU-1", index=0, name="Tesla T4", busy=5, used_mib=9, total_mib=None),))
SHARE = GpuShare(gpu="Tesla T4", index=0, used_mib=None, busy=5, processes=2)
OWN = DevContainerStatus(
    facts=read_container(inspect()), folder="/p", ours=True, shares=(SHARE,), tunnels=()
)
ENGINES = [
    EngineStatus(host="", containers=(OWN,), use=USE),
    EngineStatus(host="gpu01", error="no route"),
]


SITUATIONS = {
    "a build that fits": (0, ("resolve", *T4, "--framework", "torch")),
    "nothing that fits": (1, ("resolve", *T4, "--framework", "torch==99")),
    "no host is known": (0, ("host", "list", "--no-reach")),
    "rows of the catalogue": (0, ("catalogue", "images")),
    "an editor's address": (0, ("open", "/srv/p", "--host=gpu01", "--folder")),
    "status of two engines": (0, ("status",)),
    "a server that a recording describes": (None, ("host", "check", "local")),
}
"""More are compared in passing: tests/conftest.py does it for every test of this process, and
tests/lab for the processes that it starts."""


@pytest.mark.parametrize("name", SITUATIONS)
def test_what_is_printed_is_as_published(name, scaffold, monkeypatch, tmp_path):
    code, words = SITUATIONS[name]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(use_case, "status", lambda *_, **__: ENGINES)
    done = scaffold(*words, "--json")
    assert code is None or done.code == code, done.err
    assert json.loads(done.out)["schema"] == SCHEMA
    require_published([*words, "--json"], done.out)


def test_a_key_that_no_schema_names_is_noticed():
    assert faults("open", {"schema": SCHEMA, "uri": "x", "steps": []}) == []
    (fault,) = faults("open", {"schema": SCHEMA, "uri": "x", "steps": [], "new": 1})
    assert "'new' was unexpected" in fault
    assert len(faults("pull", {"schema": SCHEMA, "there": 3})) > 0
