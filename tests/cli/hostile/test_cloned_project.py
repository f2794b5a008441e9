"""A cloned repository proposes: links out of it, planted answers, commands of its own."""

import json

import pytest

from scaffold.adapters.local.answers_file import fingerprint
from scaffold.adapters.local.remembered import TRUSTED
from scaffold.commands.workspace.agreement import proposal_of

NAMES = (
    *("devcontainer.json", "Dockerfile", "post-create.sh", "scaffold.toml", "gpu-check.sh"),
    *("requirements.txt", "devcontainer-lock.json"),
)


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "home" / "project"
    (root / ".devcontainer").mkdir(parents=True)
    (root / "requirements.txt").write_text("torch>=2.8\n")
    return root


def everything(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


@pytest.mark.parametrize("target", ["../../.bash_profile", "../../.bashrc", "../requirements.txt"])
@pytest.mark.parametrize(
    "name", ["post-create.sh", "scaffold.toml", "Dockerfile", "devcontainer.json"]
)
def test_init_neither_writes_nor_shows_what_a_link_leads_to(scaffold, project, name, target):
    (project.parent / ".bashrc").write_text("SECRET = 1\n")
    (project / ".devcontainer" / name).symlink_to(target)
    before = everything(project.parent)
    for options in (["--yes"], ["--yes", "--overwrite"], ["--yes", "--dry-run"]):
        done = scaffold("init", *options, project)
        assert done.code == 2
        assert "SECRET" not in done.out + done.err
    assert "a link" in done.err or "TOML" in done.err
    assert everything(project.parent) == before


def test_a_planted_fingerprint_does_not_make_a_file_ours(scaffold, project):
    mine = b"FROM scratch\n# mine\n"
    (project / ".devcontainer/Dockerfile").write_bytes(mine)
    (project / ".devcontainer/scaffold.toml").write_text(
        f'[answers]\n[generated]\n".devcontainer/Dockerfile" = "{fingerprint(mine)}"\n'
    )
    assert "kept" in scaffold("init", "--yes", project).out
    assert (project / ".devcontainer/Dockerfile").read_bytes() == mine


def test_a_file_that_this_computer_generated_is_replaced_without_a_backup(scaffold, project):
    assert scaffold("init", "--yes", "--shm", "1g", project).code == 0
    assert scaffold("init", "--yes", "--shm", "2g", project).code == 0
    names = [path.name for path in (project / ".devcontainer").iterdir()]
    assert not any(".bak" in name for name in names)
    assert "2g" in (project / ".devcontainer/devcontainer.json").read_text()


PLANTED = """\
[answers]
mount = ["/:/host", "~/.ssh:/keys", "/var/run/docker.sock:/var/run/docker.sock", "data:/data"]
mirror = ["pip=https://evil.example.org/simple"]
"""


def test_init_lists_planted_answers_and_refuses_them_without_a_terminal(scaffold, project):
    (project / ".devcontainer/scaffold.toml").write_text(PLANTED)
    before = everything(project)
    done = scaffold("init", "--yes", project)
    assert done.code == 2
    for text in ("1. ", "/:/host", "~/.ssh:/keys", "docker.sock", "evil.example.org", "--trust"):
        assert text in done.err
    assert "data:/data" not in done.err
    assert everything(project) == before


def test_what_was_agreed_to_is_not_asked_again_until_it_changes(scaffold, project):
    record = project / ".devcontainer/scaffold.toml"
    record.write_text(PLANTED)
    assert scaffold("init", "--yes", "--trust", project).code == 0
    record.write_text(PLANTED)
    assert scaffold("init", "--yes", project).code == 0
    record.write_text(PLANTED.replace("evil", "worse"))
    assert scaffold("init", "--yes", project).code == 2


def test_answers_that_this_computer_recorded_need_no_agreement(scaffold, project):
    assert scaffold("init", "--yes", "--mount", "/srv/data:/data", project).code == 0
    done = scaffold("init", "--yes", project)
    assert (done.code, "asks for" in done.err) == (0, False)


def test_a_dry_run_lists_and_changes_nothing(scaffold, project):
    (project / ".devcontainer/scaffold.toml").write_text(PLANTED)
    done = scaffold("init", "--yes", "--dry-run", project)
    assert (done.code, "/:/host" in done.err) == (0, True)


HOSTILE_CONFIG = {
    "image": "debian:12",
    "initializeCommand": "cat ~/.ssh/id_ed25519\n  2. nothing else",
    "mounts": ["type=bind,source=/,target=/hostroot"],
    "runArgs": ["--privileged"],
}


def test_up_runs_nothing_of_a_clone_before_the_user_agreed(scaffold, project, monkeypatch):
    def started(*_args):
        raise AssertionError

    monkeypatch.setattr("scaffold.commands.workspace.up.run_up", started)
    (project / ".devcontainer/devcontainer.json").write_text(json.dumps(HOSTILE_CONFIG))
    done = scaffold("up", project)
    assert done.code == 2
    lines = [line for line in done.err.splitlines() if line.startswith("  ")]
    assert [line[:5] for line in lines] == ["  1. ", "  2. ", "  3. "]
    assert r"id_ed25519\n  2. nothing else" in lines[0]
    assert "source=/,target=/hostroot" in lines[1]
    assert "--privileged" in lines[2]


IN_PARTS = {
    "the configuration that --config names": (
        ["up", "--config", "gpu"],
        {
            ".devcontainer/devcontainer.json": {"image": "debian:12"},
            ".devcontainer/gpu/devcontainer.json": HOSTILE_CONFIG,
        },
    ),
    "one of several configurations": (
        ["up", "--config", "gpu"],
        {
            ".devcontainer/cpu/devcontainer.json": {"image": "debian:12"},
            ".devcontainer/gpu/devcontainer.json": HOSTILE_CONFIG,
        },
    ),
    "a compose file that another one includes": (
        ["up"],
        {
            ".devcontainer/devcontainer.json": {"dockerComposeFile": "a.yml", "service": "s"},
            ".devcontainer/a.yml": {"include": ["b.yml"]},
            ".devcontainer/b.yml": {"services": {"s": {"privileged": True}}},
        },
    ),
    "the Dockerfile of a service": (
        ["up"],
        {
            ".devcontainer/devcontainer.json": {"dockerComposeFile": "a.yml", "service": "s"},
            ".devcontainer/a.yml": {"services": {"s": {"build": ".."}}},
            "Dockerfile": "FROM evil/x",
        },
    ),
    "a mount of a folder that is a link": (
        ["up"],
        {
            ".devcontainer/devcontainer.json": {
                "mounts": ["type=bind,source=${localWorkspaceFolder}/away,target=/d"]
            },
        },
    ),
    "a build context that is a link": (
        ["up"],
        {".devcontainer/devcontainer.json": {"build": {"context": "../away"}}},
    ),
}


@pytest.mark.parametrize(("argv", "files"), IN_PARTS.values(), ids=IN_PARTS)
def test_nothing_is_hidden_in_another_file(scaffold, project, monkeypatch, argv, files):
    monkeypatch.setattr("scaffold.commands.workspace.up.run_up", lambda *_args: None)
    (project / "away").symlink_to("..")
    for name, content in files.items():
        (project / name).parent.mkdir(exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        (project / name).write_text(text)
    done = scaffold(*argv, project)
    assert (done.code, "  1. " in done.err) == (2, True)


def test_what_a_host_command_runs_is_a_part_of_the_agreement(scaffold, project):
    config = {"initializeCommand": "cd 'tools' && ./x.sh; make -C ${localWorkspaceFolder}/tools"}
    (project / "tools").mkdir()
    (project / ".devcontainer/devcontainer.json").write_text(json.dumps(config))
    keys = []
    for name, text in (("x.sh", "true"), ("x.sh", "evil"), ("Makefile", "all:")):
        (project / "tools" / name).write_text(text)
        keys.append(proposal_of(project, "start").scripts)
    assert len(set(keys)) == 3


def test_sync_asks_before_it_uploads_to_where_a_clone_says(scaffold, project):
    (project / ".devcontainer/scaffold.toml").write_text(
        '[answers]\ntarget="remote"\nhost="gpu01"\nfiles="remote-ssh"\nworkspace="/home/ada"\n'
    )
    for command in (["sync", project], ["pull", "--all", "--path", project]):
        done = scaffold(*command)
        assert (done.code, "uploads the project to: gpu01:/home/ada" in done.err) == (2, True)


def test_trust_is_of_one_folder_and_one_content(tmp_path):
    TRUSTED.add([("a", "b")])
    assert TRUSTED.knows("a", "b")
    assert not TRUSTED.knows("ab", "")
    assert not TRUSTED.knows("a", "c")
