"""`init` in a colleague's clone: what git holds stays as it is, whoever runs it."""

import subprocess
import tomllib
from dataclasses import replace

import pytest

from scaffold.adapters.probe import facts_cache
from tests.cli.host.test_check import HEALTHY
from tests.cli.test_init_host import ACCOUNT, HOST, TWO, as_colleague, committed
from tests.cli.test_init_image import T4_HOST
from tests.recordings import recording


def diff(clone):
    argv = ["git", "-C", str(clone), "status", "--porcelain"]
    changed = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    argv = ["git", "-C", str(clone), "diff"]
    return changed + subprocess.run(argv, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "requirements.txt").write_text("torch>=2.8\n")
    return folder


def cloned(project, tmp_path, monkeypatch):
    """A clone of a colleague, whose folder has another name."""
    committed(project)
    clone = as_colleague(project, tmp_path, monkeypatch)
    return clone.rename(clone.with_name("another name"))


WAYS = {
    "nothing said": [],
    "a volume outside the home folder": ["--mount", "models:/models"],
    "a service of Compose": ["--service", "redis"],
    "ids that are the person's own": ["--uid", "4321"],
    "an id for everybody": ["--uid", "777"],
    "a second configuration": ["--config", "gpu"],
}


@pytest.mark.parametrize("flags", WAYS.values(), ids=WAYS)
def test_a_clone_stays_as_it_is_for_another_person(
    scaffold, project, host, tmp_path, monkeypatch, flags
):
    host(replace(T4_HOST, uid=4321, gid=4322))
    assert scaffold("init", "--yes", *flags, project).code == 0
    clone = cloned(project, tmp_path, monkeypatch)
    host(replace(T4_HOST, uid=5555, gid=5556))
    done = scaffold("init", "--yes", "--trust", clone)
    assert done.code == 0, done.err
    assert diff(clone) == ""
    folder = clone / ".devcontainer"
    texts = "".join(path.read_text() for path in folder.rglob("*") if path.is_file())
    assert "4321" not in texts
    assert ("chmod 0777 /models" in texts) == ("models:/models" in flags)


def test_a_clone_stays_as_it_is_for_another_login_of_a_host(
    scaffold, project, tmp_path, monkeypatch
):
    parts = {name: (text, 0) for name, text in HEALTHY.items()}
    facts_cache.remember("gpu01", recording({**parts, "account": ACCOUNT, "gpus": TWO}, clock=1))
    assert scaffold("init", *HOST, project).code == 0
    clone = cloned(project, tmp_path, monkeypatch)
    assert scaffold("init", *HOST, "--trust", clone).code == 0
    assert diff(clone) == ""


OLD_CONFIGS = {
    "it names the container": ('{"name": "shared", // ours\n}', "shared"),
    "it has no name": ("{}", "bobs"),
    "it cannot be read": ("{", "bobs"),
    "it is a list": ("[]", "bobs"),
}


@pytest.mark.parametrize(("text", "name"), OLD_CONFIGS.values(), ids=OLD_CONFIGS)
def test_an_old_record_loses_ids_and_takes_the_name_that_the_container_has(
    scaffold, project, host, text, name
):
    host(replace(T4_HOST, uid=5555, gid=5556))
    folder = project.rename(project.with_name("bobs")) / ".devcontainer"
    folder.mkdir()
    (folder / "devcontainer.json").write_text(text)
    record = folder / "scaffold.toml"
    record.write_text(
        "[answers]\n[image]\nuid = 4321\ngid = 4322\n[generated]\n"
        '".devcontainer/devcontainer.json" = "0"\n'
    )
    done = scaffold("init", "--yes", "--overwrite", "--trust", folder.parent)
    assert done.code == 0, done.err
    found = tomllib.loads(record.read_text())
    assert (found["project"]["name"], "image" in found) == (name, False)
    assert f'"name": "{name}"' in (folder / "devcontainer.json").read_text()
