"""`init` in a colleague's clone: what git holds stays as it is, whoever runs it."""

import subprocess
import tomllib
from dataclasses import replace

import pytest

from scaffold.adapters.probe import facts_cache
from scaffold.commands.init.personal_files import MARK
from tests.cli.host.test_check import HEALTHY
from tests.cli.test_init_host import ACCOUNT, HOST, TWO, as_colleague, committed
from tests.cli.test_init_image import T4_HOST
from tests.recordings import recording

FILES = (".devcontainer/devcontainer.json", ".devcontainer/Dockerfile")


def git(folder, *argv, code=0):
    argv = ["git", "-C", str(folder), *argv]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout


def diff(clone):
    return git(clone, "status", "--porcelain") + git(clone, "diff")


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


@pytest.fixture
def on_host(project):
    """Ada's project, and gpu01 as it was seen with her login."""
    parts = {name: (text, 0) for name, text in HEALTHY.items()}
    facts_cache.remember("gpu01", recording({**parts, "account": ACCOUNT, "gpus": TWO}, clock=1))
    return project


ON_HOST = {
    "Remote-SSH": [],
    "a context": ["--files", "context"],
    "a context and mounts": ["--files", "context", "--mount", "~/data:/data"],
    "a context and a volume": ["--files", "context", "--workspace", "ada-work"],
    "a context and root": ["--files", "context", "--user", "root"],
    "a context and a second configuration": ["--files", "context", "--config", "gpu"],
}


@pytest.mark.parametrize("flags", ON_HOST.values(), ids=ON_HOST)
def test_a_clone_stays_as_it_is_for_another_login_of_a_host(
    scaffold, on_host, tmp_path, monkeypatch, flags
):
    assert scaffold("init", *HOST, *flags, on_host).code == 0
    clone = cloned(on_host, tmp_path, monkeypatch)
    if "context" in flags:
        assert "write your own file with: scaffold init --host NAME" in scaffold("up", clone).err
    held = git(clone, "grep", "-I", "-l", "-e", "/home/ada", "-e", "4321", "-e", "ada-work", code=1)
    assert held == ""
    theirs = ["bob-work" if one == "ada-work" else one for one in flags]
    done = scaffold("init", *HOST, *theirs, "--trust", clone)
    assert done.code == 0, done.err
    assert "git holds" not in done.out
    assert diff(clone) == ""
    config = next((clone / ".devcontainer").rglob("devcontainer.json")).read_text()
    assert ("/home/bob" in config) == ("context" in flags and "ada-work" not in flags)


def test_what_was_personal_is_shared_again_for_another_way(scaffold, on_host):
    ignore = on_host / ".devcontainer/.gitignore"
    ignore.parent.mkdir()
    ignore.write_text("*.log\r\n")
    scaffold("init", *HOST, "--files", "context", on_host)
    assert ignore.read_bytes().decode().splitlines() == [
        "*.log",
        "scaffold.local.toml",
        MARK,
        "devcontainer.json",
        "Dockerfile",
    ]
    assert scaffold("init", "--yes", "--files", "remote-ssh", "--cached", on_host).code == 0
    assert ignore.read_bytes() == b"*.log\r\nscaffold.local.toml\n"


@pytest.mark.parametrize(
    ("flags", "changed"),
    [
        (["--host", "gpu01", "--files", "remote-ssh", "--cached"], set()),
        # An answer that was typed is recorded, and what follows from it.
        (["--target", "cpu"], {"scaffold.toml", "post-create.sh"}),
    ],
    ids=["Remote-SSH", "no server"],
)
def test_what_is_each_persons_own_stays_so_for_a_colleague_with_another_way(
    scaffold, on_host, tmp_path, monkeypatch, flags, changed
):
    assert scaffold("init", *HOST, "--files", "context", on_host).code == 0
    clone = cloned(on_host, tmp_path, monkeypatch)
    for _ in range(2):
        assert scaffold("init", "--yes", "--trust", *flags, clone).code == 0
        assert (clone / FILES[0]).exists()
        listed = git(clone, "status", "--porcelain", "-uall").splitlines()
        assert {line.rpartition("/")[2] for line in listed} == changed


def test_files_that_git_holds_already_are_named_with_the_command(scaffold, on_host):
    scaffold("init", *HOST, on_host)
    (on_host / ".vscode").mkdir()
    (on_host / ".vscode/settings.json").write_text("{}")
    committed(on_host)
    said = " ".join(scaffold("init", *HOST, "--files", "context", on_host).out.split())
    assert "git holds .vscode/settings.json, and it names your context gpu01" in said
    assert "with your folder and ids on gpu01: git -C" in said
    git(on_host, "rm", "--quiet", "--cached", *FILES)
    again = scaffold("init", *HOST, "--files", "context", on_host)
    assert "your folder and ids" not in again.out


def test_memory_of_the_machine_is_in_no_shared_file(scaffold, project, host, tmp_path, monkeypatch):
    host(replace(T4_HOST, memory_mib=256 << 10))
    assert scaffold("init", "--yes", project).code == 0
    clone = cloned(project, tmp_path, monkeypatch)
    host(replace(T4_HOST, memory_mib=8 << 10))
    assert scaffold("init", "--yes", "--trust", clone).code == 0
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
