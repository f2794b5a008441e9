"""A team on one server: what one person's `init` commits serves the clone of each other one."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.support.devcontainer import cli
from tests.lab.support.engine import Engine
from tests.lab.support.people import ACCOUNTS, ALIAS, Person, people
from tests.lab.support.sshd import Keys
from tests.lab.test_up import far


@pytest.fixture
def us(engine: Engine, keys: Keys) -> Iterator[dict[str, Person]]:
    with people(engine, keys, far) as found:
        for one in found.values():
            one.laptop.env["PATH"] = f"{cli().parent}:{one.laptop.env['PATH']}"
        yield found


def git(folder: Path, *argv: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@b")
    argv = ("git", "-C", str(folder), *who, *argv)
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def test_a_clone_has_each_persons_own_folder_and_ids_and_git_sees_no_change(
    us: dict[str, Person],
):
    ada = us["ada"]
    (ada.project / "requirements.txt").write_text("six\n")
    init = ("init", "--yes", "--trust", "--host", ALIAS)
    first = ("--files", "context", "--gpu", "none", "--python", "3.11", "--mount", "~/data:/data")
    ada.scaffold(*init, *first)
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "-m", "first")):
        git(ada.project, *words)
    held = git(ada.project, "grep", "-h", "-I", "", "HEAD")
    assert not any(own in held for own in (str(ada.remote), ALIAS))
    for name, files in (("bob", "context"), ("cleo", "remote-ssh")):
        person = us[name]
        (person.project / ".devcontainer").rmdir()
        git(person.project, "clone", "--quiet", str(ada.project), ".")
        person.scaffold(*init, "--files", files)
        assert git(person.project, "status", "--porcelain") == ""
        done = person.laptop.scaffold("up", "--dry-run", "--json", "--trust")
        place = json.loads(done.stdout)["sync"]["place"]
        assert (place["path"], place["uid"]) == (f"{person.remote}/proj", ACCOUNTS[name])
        settings = (person.project / ".devcontainer/devcontainer.json").read_text()
        assert (f"source={person.remote}/data," in settings) == (files == "context")
        assert str(ada.remote) not in settings
