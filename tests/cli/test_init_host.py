"""`scaffold init --host` from what was last seen of a host, and `scaffold up` before it begins."""

import json
import subprocess
import sys
import time
import tomllib

import json5
import pexpect
import pytest
import tomli_w

from scaffold.adapters.docker import contexts
from scaffold.adapters.docker.contexts import Context
from scaffold.adapters.local.answers_file import fingerprint, read_record
from scaffold.adapters.probe import facts_cache
from scaffold.errors import InputError
from tests.cli.host.test_check import HEALTHY
from tests.recordings import recording

CONFIG = ".devcontainer/devcontainer.json"
SETTINGS = ".vscode/settings.json"
ACCOUNT = ("user=ada\nuid=4321\ngid=4322\nhome=/home/ada\ngroups=ada docker", 0)
ROWS = (
    "index, name, uuid, memory.total [MiB], memory.free [MiB], utilization.gpu [%], compute_cap\n"
    "0, NVIDIA L40S, GPU-1, 46068, 1000, 97 %, 8.9\n1, NVIDIA L40S, GPU-2, 46068, 46000, 0 %, 8.9"
)
TWO = (ROWS, 0)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A repository, and a home in which gpu01 was looked at two days ago."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    parts = {name: (text, 0) for name, text in HEALTHY.items()}
    seen = recording({**parts, "account": ACCOUNT, "gpus": TWO}, clock=time.time() - 2 * 86400)
    facts_cache.remember("gpu01", seen)
    folder = tmp_path / "my p"
    folder.mkdir()
    (folder / "requirements.txt").write_text("torch\n")
    return folder


HOST = ("--yes", "--host", "gpu01", "--cached")


def shared_record(project):
    return tomllib.loads((project / ".devcontainer/scaffold.toml").read_text())


def personal(project):
    return tomllib.loads((project / ".devcontainer/scaffold.local.toml").read_text())


def config_of(project):
    return json5.loads((project / CONFIG).read_text())


def test_the_hosts_facts_decide_and_their_age_is_shown(scaffold, project):
    done = scaffold("init", *HOST, project)
    assert done.code == 0, done.err
    assert "On gpu01, as it was 2 days ago" in done.out
    assert "GPU 0" in done.out
    assert "97 % busy" in done.out
    assert "uid 4321" in done.out
    dockerfile = (project / ".devcontainer/Dockerfile").read_text()
    assert "--uid 1000 --gid 1000" in dockerfile
    assert "4321" not in dockerfile
    config = config_of(project)
    assert config["updateRemoteUserUID"] is True
    assert "workspaceMount" not in config
    assert not (project / SETTINGS).exists()
    answers = personal(project)["answers"]
    assert (answers["host"], answers["workspace"]) == ("gpu01", "/home/ada/my p")
    shared = shared_record(project)
    assert not {"host", "workspace", "uid", "gid", "files", "target"} & set(shared["answers"])
    assert "image" not in shared
    assert (project / ".devcontainer/.gitignore").read_text() == "scaffold.local.toml\n"
    assert "gpu01:/home/ada/my p" in done.out.split("Next")[1]
    assert "Remote-SSH: Connect to Host" in done.out


def test_old_record_is_split_and_a_colleague_starts_without_it(scaffold, project):
    scaffold("init", *HOST, "--python", "3.11", project)
    local, record = (
        project / ".devcontainer" / name for name in ("scaffold.local.toml", "scaffold.toml")
    )
    whole = shared_record(project)["answers"] | personal(project)["answers"]
    record.write_text(tomli_w.dumps({"answers": whole, "generated": {}}))
    local.unlink()
    (project / ".devcontainer/.gitignore").write_text("*.log")
    assert read_record(project).answers["host"] == "gpu01"
    done = scaffold("init", *HOST, "--trust", project)
    assert done.code == 0, done.err
    assert shared_record(project)["answers"] == {"python": "3.11"}
    assert personal(project)["answers"]["host"] == "gpu01"
    ignored = (project / ".devcontainer/.gitignore").read_text()
    assert ignored == "*.log\nscaffold.local.toml\n"
    local.unlink()
    found = read_record(project).answers
    assert (found.get("host"), found["python"]) == (None, "3.11")


def committed(project, *, who="ada"):
    """The project as a repository with everything in it."""
    for argv in (
        ("init", "--quiet"),
        ("add", "--all"),
        ("-c", f"user.name={who}", "-c", "user.email=a@b", "commit", "--quiet", "-m", who),
    ):
        subprocess.run(["git", "-C", str(project), *argv], check=True)


def as_colleague(project, tmp_path, monkeypatch):
    """A clone on the computer of somebody else, whose login has other ids and another home."""
    monkeypatch.setenv("HOME", str(tmp_path / "home of bob"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache of bob"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state of bob"))
    parts = {name: (text, 0) for name, text in HEALTHY.items()}
    account = ("user=bob\nuid=5555\ngid=5556\nhome=/home/bob\ngroups=bob docker", 0)
    seen = recording({**parts, "account": account, "gpus": TWO}, clock=time.time() - 86400)
    facts_cache.remember("gpu01", seen)
    clone = tmp_path / "bobs" / "my p"
    subprocess.run(["git", "clone", "--quiet", str(project), str(clone)], check=True)
    return clone


@pytest.mark.parametrize("files", ["remote-ssh", "context"])
def test_a_colleagues_clone_gets_their_own_ids_and_paths(
    scaffold, project, tmp_path, monkeypatch, files
):
    scaffold("init", *HOST, "--files", files, "--mount", "~/data:/data", project)
    committed(project)
    clone = as_colleague(project, tmp_path, monkeypatch)
    assert not (clone / ".devcontainer/scaffold.local.toml").exists()
    done = scaffold("init", *HOST, "--files", files, "--trust", clone)
    assert done.code == 0, done.err
    assert "were kept" not in done.out + done.err
    texts = "".join(
        (clone / ".devcontainer" / name).read_text() for name in ("Dockerfile", "devcontainer.json")
    )
    # With Remote-SSH the CLI on the server gives the user the ids of the login.
    ids = "--uid 5555 --gid 5556" if files == "context" else "--uid 1000 --gid 1000"
    assert "4321" not in texts and "/home/ada" not in texts and ids in texts
    assert personal(clone)["answers"]["workspace"] == "/home/bob/my p"
    assert personal(clone)["image"] == {"uid": 5555, "gid": 5556}


def test_what_somebody_edited_by_hand_stays_theirs(scaffold, project, tmp_path, monkeypatch):
    scaffold("init", *HOST, project)
    dockerfile = project / ".devcontainer/Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "RUN true\n")
    committed(project)
    clone = as_colleague(project, tmp_path, monkeypatch)
    scaffold("init", *HOST, "--trust", clone)
    assert (clone / ".devcontainer/Dockerfile").read_text().endswith("RUN true\n")


def test_a_file_that_git_does_not_hold_stays_whatever_the_record_says(
    scaffold, project, tmp_path, monkeypatch
):
    scaffold("init", *HOST, project)
    committed(project)
    clone = as_colleague(project, tmp_path, monkeypatch)
    dockerfile, record = (
        clone / ".devcontainer" / name for name in ("Dockerfile", "scaffold.toml")
    )
    before = dockerfile.read_bytes()
    dockerfile.write_bytes(before + b"# mine\n")
    text = record.read_text()
    record.write_text(text.replace(fingerprint(before), fingerprint(before + b"# mine\n")))
    scaffold("init", *HOST, "--trust", clone)
    assert dockerfile.read_bytes().endswith(b"# mine\n")


@pytest.mark.parametrize("key", ["answers", "generated"])
def test_personal_record_that_is_no_table_is_refused(project, key):
    (project / ".devcontainer").mkdir()
    (project / ".devcontainer/scaffold.toml").write_text("[answers]\n")
    (project / ".devcontainer/scaffold.local.toml").write_text(f"{key} = 1\n")
    with pytest.raises(InputError, match=rf"scaffold\.local\.toml: {key} must be a table"):
        read_record(project)


def test_a_context_writes_mount_and_settings_and_warns(scaffold, project, monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "tcp://elsewhere")
    (project / ".vscode").mkdir()
    own = '{\n  // mine\n  "a": 1\n}\n'
    (project / SETTINGS).write_text(own)
    done = scaffold("init", *HOST, "--files", "context", "--mount", "~/d:/d", project)
    assert done.code == 0, done.err
    config = config_of(project)
    assert config["updateRemoteUserUID"] is False
    mount = "type=bind,source=/home/ada/my p,target=/workspaces/my p"
    assert config["workspaceMount"] == mount
    assert config["mounts"] == ["type=bind,source=/home/ada/d,target=/d"]
    text = (project / SETTINGS).read_text()
    assert text.startswith('{\n  // mine\n  "a": 1,\n  "docker.environment"')
    assert json5.loads(text)["containers.environment"] == {"DOCKER_CONTEXT": "gpu01"}
    assert (project / f"{SETTINGS}.bak1").read_text() == own
    assert '+  "docker.environment"' in done.out
    assert "the Docker context gpu01 does not exist yet: scaffold host setup gpu01" in done.out
    assert "DOCKER_HOST is set and overrides" in done.out
    before = text
    assert scaffold("init", "--yes", "--cached", project).code == 0
    assert (project / SETTINGS).read_text() == before
    back = scaffold("init", "--yes", "--target", "local", project)
    assert "still names a Docker context for VS Code" in back.out
    assert "workspaceMount" not in config_of(project)


def test_settings_that_cannot_be_read_are_left_alone_and_told(scaffold, project):
    (project / ".vscode").mkdir()
    (project / SETTINGS).write_text("{ broken")
    done = scaffold("init", *HOST, "--files", "context", project)
    assert (done.code, (project / SETTINGS).read_text()) == (0, "{ broken")
    assert "was left alone" in done.out


def test_free_gpus_are_chosen_once(scaffold, project):
    done = scaffold("init", *HOST, "--gpu", "required", "--gpus", "free", project)
    assert "--gpus=device=1" in config_of(project)["runArgs"]
    assert "not reserved" in done.out
    record = tomllib.loads((project / ".devcontainer/scaffold.toml").read_text())
    assert record["answers"]["gpus"] == "device=1"


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--cached",), "--cached goes with --host"),
        (("--host", "gpu02", "--cached"), "was never probed"),
        (("--host", "ada@gpu01", "--cached"), "is no alias"),
        (("--host", "gpu01", "--cached", "--target", "local"), "contradict"),
    ],
)
def test_what_cannot_be_meant_is_refused(scaffold, project, flags, words):
    done = scaffold("init", "--yes", *flags, project)
    assert (done.code, words in done.err) == (2, True)
    assert not (project / ".devcontainer").exists()


def test_a_host_that_is_not_reached_is_taken_as_last_seen(scaffold, project, tmp_path):
    done = scaffold("init", "--yes", "--host", "gpu01", project)
    assert done.code == 0, done.err
    assert "not reached now" in done.out
    done = scaffold("init", "--yes", "--json", "--host", "gpu01", project)
    assert json.loads(done.out)["host"]["why_old"]


def test_open_follows_what_was_recorded(scaffold, project):
    scaffold("init", *HOST, project)
    uri = scaffold("open", project, "--print")
    folder = b"/home/ada/my p".hex()
    assert uri.out.strip().startswith(f"vscode-remote://dev-container+{folder}@ssh-remote+gpu01/")
    here = scaffold("open", project, "--host", "local", "--print").out
    assert "ssh-remote" not in here
    scaffold("init", *HOST, "--files", "context", project)
    by_context = scaffold("open", project, "--print")
    assert str(project).encode().hex() in by_context.out
    assert "Docker context gpu01" in by_context.err


def test_up_says_what_is_missing_before_it_begins(scaffold, project, tmp_path, monkeypatch):
    assert scaffold("up", tmp_path / "gone").code == 2
    assert "scaffold init writes one" in scaffold("up", project).err
    scaffold("init", *HOST, "--files", "context", project)
    done = scaffold("up", project)
    assert (done.code, "the Docker context gpu01 does not exist" in done.err) == (2, True)
    done = scaffold("up", project, "--host", "gpu02")
    assert (done.code, "written for gpu01" in done.err) == (2, True)
    contexts._store(Context("gpu01", "ssh://gpu01"))
    monkeypatch.setenv("PATH", str(tmp_path))
    done = scaffold("up", project)
    assert (done.code, "docker command is not on PATH" in done.err) == (2, True)
    (tmp_path / "docker").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "docker").chmod(0o755)
    done = scaffold("up", project, "--host", "local")
    assert (done.code, "npm install -g @devcontainers/cli" in done.err) == (2, True)


def test_a_host_that_is_named_at_the_prompt_is_met_and_its_gpus_are_shown(project, monkeypatch):
    # Without Docker, the container is not offered to be started.
    monkeypatch.setenv("PATH", str(project))
    child = pexpect.spawn(
        sys.executable,
        ["-m", "scaffold", "init", "--gpu", "required", "--framework", "torch", str(project)],
        dimensions=(60, 160),
        encoding="utf-8",
        timeout=300,
    )
    steps = (
        ("Where will the container run?", "\x1b[B\r"),
        ("Which server?", "gpu01\r"),
        ("as it was 2 days ago", ""),
        ("Where do you edit?", "\r"),
        ("Folder of the project on the server", "\r"),
        ("GPU 0: NVIDIA L40S, 45068 of 46068 MiB used, 97 % busy", ""),
        ("nothing is reserved", ""),
        ("Which GPUs?", "\r"),
        ("Which base image?", "\r"),
        ("Folders with data", "\r"),
        ("Ports", "\r"),
        ("other settings", "n"),
        ("Write these", "\r"),
        ("Start it now?", "n"),
    )
    for shown, keys in steps:
        child.expect_exact(shown)
        child.send(keys)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert "--gpus=device=1" in config_of(project)["runArgs"]
