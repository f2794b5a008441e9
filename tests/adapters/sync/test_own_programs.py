"""A repository names programs, in its settings and as hooks: none of them runs."""

import os
import subprocess

import pytest

from scaffold.adapters.sync.git_ignores import tracked_and_ignored
from scaffold.adapters.sync.local_git import LocalGit, is_committed

KEYS = (
    *("filter.x.clean", "filter.x.smudge", "filter.x.process", "merge.x.driver", "diff.x.command"),
    *("diff.x.textconv", "diff.external", "core.sshCommand", "core.pager", "core.editor"),
    *("core.fsmonitor", "core.alternateRefsCommand", "gpg.program", "gpg.ssh.program"),
    *("credential.helper", "remote.origin.uploadpack", "core.askPass"),
)
HOOKS = ("reference-transaction", "post-merge", "post-checkout", "pre-merge-commit", "commit-msg")


def git(folder, *argv):
    own = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b"}
    own |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    subprocess.run(
        ["git", "-C", folder, *argv], check=True, capture_output=True, env=os.environ | own
    )


@pytest.fixture
def root(tmp_path):
    """Two branches that are to be merged, in a repository that names programs everywhere."""
    root = tmp_path / "project"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    for branch, name in (("main", "a"), ("other", "b"), ("main", "c")):
        if branch == "other":
            git(root, "switch", "-qc", "other")
        elif name == "c":
            git(root, "switch", "-q", "main")
        (root / name).write_text(name)
        git(root, "add", "-A")
        git(root, "commit", "-qm", name)
    for key in KEYS:
        git(root, "config", key, f"touch {tmp_path}/ran-{key}; false")
    git(root, "config", "commit.gpgSign", "false")
    git(root, "config", "filter.x.required", "true")
    git(root, "config", "remote.origin.url", f"{tmp_path}/away")
    git(root, "config", "remote.origin.promisor", "true")
    git(root, "config", "core.repositoryFormatVersion", "1")
    git(root, "config", "extensions.partialClone", "origin")
    (root / ".git/info/attributes").write_text("* filter=x merge=x diff=x\n")
    for hook in HOOKS:
        path = root / ".git/hooks" / hook
        path.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran-{hook}\n")
        path.chmod(0o755)
    return root


def test_no_program_of_the_repository_runs(root, tmp_path, monkeypatch):
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"):
        monkeypatch.setenv(name, "a")
    for name in ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "a@b")
    repository = LocalGit(root, ".git")
    assert not repository.has("1" * 40)
    assert repository.refs().values
    assert repository.run("diff", "--name-only", "HEAD...other").stdout == "b\n"
    assert repository.run("branch", "-f", "third", "other").returncode == 0
    merged = repository.run("merge", "--quiet", "--no-edit", "other")
    assert merged.returncode == 0, merged.stderr
    assert (root / "b").read_text() == "b"
    assert repository.content("HEAD", "a") == b"a"
    assert is_committed(root, "a", b"a")
    assert tracked_and_ignored(root) == []
    assert [path.name for path in tmp_path.glob("ran-*")] == []


def test_the_programs_of_git_lfs_stay(root):
    git(root, "config", "filter.lfs.smudge", "git-lfs smudge -- %f")
    git(root, "config", "filter.lfs.process", "git-lfs filter-process")
    options = LocalGit(root, ".git")._own_programs()
    assert not any("lfs" in option for option in options)
    assert "filter.x.smudge=" in options
