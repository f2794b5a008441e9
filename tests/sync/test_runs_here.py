"""What a download could do on this computer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.sync.comparing import SyncState
from scaffold.sync.manifest import ManifestEntry
from scaffold.sync.pull_plan import KeepReason, plan_pull
from scaffold.sync.runs_here import bare_repositories, end_of_link, holds_git, runs_here

GIT = [
    *(".git", ".GIT", ".Git/hooks/x", "a/.git/config", ".g\u200cit", ".gi\u200dt", "\ufeff.git"),
    *(
        "git~1",
        "GIT~1/config",
        ".git ",
        ".git.",
        ".git::$INDEX_ALLOCATION",
        "\uff0egit",
    ),
]
NOT_GIT = [".github/workflows/x.yml", ".gitignore", "git", "a.git", "digit~1", "git/x", ".gitkeep"]
RUNS = [
    *(".devcontainer/devcontainer.json", ".devcontainer.json", "sub/.envrc", ".vscode/tasks.json"),
    *(".gitmodules", ".gitattributes", ".husky/pre-commit", ".pre-commit-config.yaml", ".bashrc"),
    *(".bash_profile", ".profile", ".zshrc", ".zshenv", ".npmrc", "pip.conf", ".VSCODE/tasks.json"),
    *("sitecustomize.py", "x.pth", "compose.yml", "docker-compose.override.yaml", ".idea/x.xml"),
    *(
        "x.code-workspace",
        ".ssh/config",
        ".vimrc",
        ".mise.toml",
        ".scaffoldignore",
        "Dockerfile.dev",
    ),
]
DATA = [
    *(
        "runs/best.pt",
        "train.py",
        "notebooks/a.ipynb",
        "results.csv",
        "README.md",
        "devcontainer.txt",
    ),
    *("configs/base.yaml", "src/profile.py", "logs/events.out", "a.gitignore.txt", ".gitignore"),
]


@pytest.mark.parametrize("path", GIT)
def test_git_is_known_in_every_spelling_that_a_disk_folds(path):
    assert holds_git(path)


@pytest.mark.parametrize("path", NOT_GIT)
def test_other_names_are_not_git(path):
    assert not holds_git(path)


@pytest.mark.parametrize("path", RUNS)
def test_what_tools_run_or_obey_unasked_is_known(path):
    assert runs_here(path)


@pytest.mark.parametrize("path", DATA)
def test_results_and_sources_are_data(path):
    assert not runs_here(path)


def test_a_bare_repository_is_known_by_what_is_in_it():
    paths = ["runs/HEAD", "runs/config", "runs/objects", "runs/refs", "data/refs", "data/HEAD"]
    assert bare_repositories(paths) == {"runs"}


LINKS = [
    ({"p": "q/../outside", "q": "."}, "p", None),
    ({"p": "q/x", "q": "../.."}, "p", None),
    ({"p": "/etc"}, "p", None),
    ({"p": "p"}, "p", None),
    ({"p": "q", "q": "p"}, "p", None),
    ({"p": "a/b"}, "p", "a/b"),
    ({"a/p": "../b/c"}, "a/p", "b/c"),
    ({"p": "q/c", "q": "a/b"}, "p", "a/b/c"),
]


@pytest.mark.parametrize(("links", "path", "end"), LINKS)
def test_links_are_judged_by_where_they_end(links, path, end):
    assert end_of_link(path, links.get) == end


def link(target):
    return ManifestEntry(kind="l", mode=0o777, size=1, mtime=0, target=target)


def file():
    return ManifestEntry(kind="f", mode=0o644, size=1, mtime=0)


def test_a_pull_refuses_ways_out_by_way_of_links_that_come_with_it_or_are_here():
    remote = {"q": link("."), "p": link("q/../outside"), "r": link("here/x"), "ok": link("q/a")}
    plan = plan_pull(list(remote), remote, {}, SyncState(), {"here": ".."}.get)
    assert plan.skipped == {"p": KeepReason.LEAVES, "r": KeepReason.LEAVES}
    assert sorted(plan.download) == ["ok", "q"]


def test_a_pull_refuses_git_in_other_spellings_and_bare_repositories():
    remote = {".GIT": file(), "b": ManifestEntry(kind="d", mode=0o755, size=0, mtime=0)}
    remote |= {f"b/{name}": file() for name in ("HEAD", "objects", "refs", "config")}
    plan = plan_pull(list(remote), remote, {}, SyncState())
    assert plan.skipped == {".GIT": KeepReason.GIT, "b": KeepReason.GIT}
    assert plan.download == []


@given(
    st.dictionaries(st.text("ab/.", max_size=6), st.text("ab/.", max_size=8)),
    st.text("ab/.", max_size=8),
)
def test_no_set_of_links_leads_out_unseen(links, path):
    end = end_of_link(path, links.get)
    assert end is None or ".." not in end.split("/")
