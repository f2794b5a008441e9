"""Which paths of a workspace travel: compared with git itself, and with the user's rules."""

import os
import subprocess
from pathlib import Path

import pytest

from scaffold.adapters.sync.walk import LocalWorkspace
from scaffold.errors import InputError

FILES = {
    ".gitignore": "*.log\n/build/\nruns/\n!keep.log\ndata/*\n!data/small\n**/cache/\n[\n",
    "sub/.gitignore": "!a.log\nlocal\n",
    **dict.fromkeys(("a.py", "a.log", "keep.log", "build/x", "sub/build/x", "runs/1/a"), "x"),
    **dict.fromkeys(("data/big", "data/small", "sub/a.log", "sub/b.log", "sub/local"), "x"),
    **dict.fromkeys(("deep/er/cache/x", "deep/er/y", "personal", "machine"), "x"),
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    write(tmp_path / "home", {".config/git/ignore": "personal\n"})
    root = tmp_path / "work"
    write(root, FILES)
    git(root, "init", "--quiet")
    write(root, {".git/info/exclude": "machine\n"})
    return root


def write(root: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)


def git(root: Path, *argv: str) -> str:
    return subprocess.run(
        ["git", "-C", str(root), *argv], check=True, capture_output=True, text=True
    ).stdout


def files(root: Path) -> set[str]:
    entries = LocalWorkspace(root).entries
    return {
        path for path, one in entries.items() if one.kind != "d" and not path.startswith(".git/")
    }


def test_what_git_would_show_travels_and_nothing_else(root: Path):
    listed = git(root, "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    assert files(root) == set(listed)
    assert "sub/build/x" in listed and "data/small" in listed and "personal" not in listed


def test_a_workspace_within_a_repository_keeps_the_rules_from_above(root: Path):
    found = files(root / "sub")
    assert found == {".gitignore", "a.log", "build/x"}
    assert files(root / "deep/er") == {"y"}


def test_what_git_tracks_travels_although_a_rule_names_it(root: Path):
    git(root, "add", "--force", "runs/1/a", "a.log", "data/big")
    (root / "data/big").unlink()
    assert {"runs/1/a", "a.log"} <= files(root)
    write(root, {".scaffoldignore": "runs/\n"})
    assert "runs/1/a" not in files(root)
    assert "a.log" in files(root)


def test_the_users_own_rules_stand_before_gits(root: Path):
    write(root, {".scaffoldignore": "a.py\n!a.log\n!runs/\n", "sub/.scaffoldignore": "build\n"})
    found = files(root)
    assert {"a.log", "runs/1/a"} <= found
    assert not {"a.py", "sub/build/x"} & found


def test_the_repository_travels_whole_unless_a_rule_of_the_users_names_it(root: Path):
    write(root, {".git/logs/x.log": "not ignored by *.log", ".git/build/x": "x"})
    assert {".git/logs/x.log", ".git/build/x", ".git/HEAD"} <= set(LocalWorkspace(root).entries)
    write(root, {".scaffoldignore": ".git/\n"})
    assert not [path for path in LocalWorkspace(root).entries if path.startswith(".git/")]


def test_what_is_made_anew_on_each_machine_stays(tmp_path: Path):
    stay = (".venv/x", "a/__pycache__/x", "node_modules/x", "env/lib/x", ".scaffold-sync/holder")
    write(tmp_path, dict.fromkeys((*stay, "env/pyvenv.cfg", "a/b"), "x"))
    assert files(tmp_path) == {"a/b"}
    write(tmp_path, {".scaffoldignore": "!.venv\n!env/\n"})
    assert files(tmp_path) == {".scaffoldignore", "a/b", ".venv/x"} | {
        "env/lib/x",
        "env/pyvenv.cfg",
    }


def test_links_are_links_and_what_is_no_file_stays(tmp_path: Path):
    write(tmp_path, {"a": "x"})
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "folder").symlink_to("/etc")
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    entries = LocalWorkspace(tmp_path).entries
    kinds = {path: (one.kind, one.target) for path, one in entries.items()}
    assert kinds == {
        "a": ("f", ""),
        "link": ("l", "a"),
        "folder": ("l", "/etc"),
        "empty": ("d", ""),
    }


LEFT_OUT = {
    "gone/x.log": True,
    "runs": True,
    "runs/2/b": True,
    "sub/gone/a.log": False,
    "a.txt": False,
    ".git/gone.log": False,
    ".scaffold-sync/in-1/x": True,
    "deep/cache/x/y": True,
}


@pytest.mark.parametrize(("path", "expected"), LEFT_OUT.items())
def test_rules_speak_of_paths_that_are_not_here(path, expected, root: Path):
    assert LocalWorkspace(root).is_excluded(path) is expected


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="cannot read"):
        LocalWorkspace(tmp_path / "none")


def test_without_git_the_rules_hold_all_the_same(root: Path, monkeypatch):
    before = files(root)
    monkeypatch.setenv("PATH", "/nowhere")
    assert files(root) == before


def test_other_spellings_of_git_stay_here(root):
    names = (".GIT", ".git\u200c", "git~1", ".Git ", "\uff0egit")
    write(root, {f"{name}/config": "[core]\n" for name in names} | {".gitlab/x": "", "git/x": ""})
    found = LocalWorkspace(root)
    assert sorted(found.disguised) == sorted(names)
    assert not any("onfig" in path for path in found.entries if not path.startswith(".git/"))
    assert {".gitlab/x", "git/x", ".git/config"} <= set(found.entries)
    assert found.is_excluded(".GIT/config")
    assert not found.is_excluded("a.py")


def test_the_configuration_travels_although_git_leaves_it_to_each_person(root: Path):
    lines = "scaffold.local.toml\ndevcontainer.json\nDockerfile\n"
    names = ("devcontainer.json", "Dockerfile", "scaffold.local.toml")
    for folder in (".devcontainer", ".devcontainer/gpu", "other/.devcontainer"):
        write(root / folder, {".gitignore": lines, **dict.fromkeys(names, "{}")})
    for folder in (".devcontainer", ".devcontainer/gpu"):
        found = {path for path in files(root) if path.rpartition("/")[0] == folder}
        assert found == {f"{folder}/{name}" for name in (".gitignore", *names[:2])}
        assert not LocalWorkspace(root).is_excluded(f"{folder}/Dockerfile")
    assert "other/.devcontainer/Dockerfile" not in files(root)
    write(root, {".scaffoldignore": "Dockerfile\n"})
    assert ".devcontainer/Dockerfile" not in files(root)
