"""`scaffold sync` and `scaffold pull` as they are typed: what is printed, asked and returned."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.json_documents import require_published
from tests.lab.support.syncing import VIEW, Desk, desk_on, git, tree, write

SETTINGS = {"workspaceMount": "type=bind,source=/home/ada/proj,target=/w", "workspaceFolder": "/w"}


@pytest.fixture
def desk(tmp_path, keys, monkeypatch) -> Iterator[Desk]:
    with desk_on(VIEW, tmp_path, keys, monkeypatch) as found:
        write(found.root, {".devcontainer.json": json.dumps(SETTINGS), "a": "1", "b": "2"})
        write(found.root, {".gitignore": "runs/\n"})
        yield found


def argv(desk: Desk, verb: str, *options: str) -> list[str]:
    where = ("--host", desk.alias, "--ssh-config", str(desk.client.config))
    return [sys.executable, "-m", "scaffold", verb, *options, *where]


def run(desk: Desk, verb: str, *options: str) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        argv(desk, verb, *options),
        cwd=desk.root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    require_published([verb, *options], done.stdout)
    return done


def typed(desk: Desk, answer: str, verb: str, *options: str) -> tuple[int | None, str]:
    """At a terminal, one question answered."""
    words = argv(desk, verb, *options)
    child = pexpect.spawn(
        words[0], words[1:], cwd=str(desk.root), env=os.environ, encoding="utf-8", timeout=300
    )
    child.expect(r"\(y/N\)")
    said = child.before or ""
    child.send(answer)
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, said + (child.before or "")


def test_from_the_first_sync_to_results(desk: Desk):
    first = run(desk, "sync")
    assert (
        first.returncode == 0
        and "uploaded 4 files and folders to gpu01:/home/ada/proj" in first.stdout
    )
    assert first.stderr == ""
    assert run(desk, "sync").stdout == "gpu01:/home/ada/proj is up to date\n"
    write(desk.there, {"runs/1/best": "w", "b": "edited", "new": "n"})
    (desk.root / "a").unlink()
    write(desk.root, {"b": "mine too"})
    told = run(desk, "sync")
    assert told.returncode == 1
    assert "deleted locally, still on the remote: 1 (--delete removes them)\n  a\n" in told.stdout
    assert "! skipped b: edited on the remote and locally" in told.stderr
    assert "--overwrite" in told.stderr
    alone = run(desk, "sync", "--delete")
    assert "No terminal to ask: use --delete --yes" in alone.stderr
    assert (desk.there / "a").exists()
    news = run(desk, "pull")
    assert "runs/" in news.stdout and "ignored" in news.stdout and "new" in news.stdout
    assert "downloaded 1 files from gpu01:/home/ada/proj" in run(desk, "pull", "runs").stdout
    kept = run(desk, "pull", "b")
    assert kept.returncode == 1 and "use --overwrite" in kept.stderr
    assert (desk.root / "b").read_text() == "mine too"


def test_the_printed_command_brings_the_servers_commits_and_syncing_goes_on(desk: Desk):
    bound = ("git", "-c", "init.defaultBranch=main", "-C", str(desk.root))
    subprocess.run([*bound, "init", "--quiet"], check=True)
    git(desk, "add", "--all")
    git(desk, "commit", "--quiet", "-m", "one")
    run(desk, "sync")
    write(desk.there, {"a": "theirs"})
    git(desk, "commit", "--quiet", "--all", "-m", "theirs", there=True)
    write(desk.root, {"b": "mine"})
    git(desk, "commit", "--quiet", "--all", "-m", "mine")
    told = run(desk, "sync")
    assert told.returncode == 1 and "the remote has commits that are not here (main)" in told.stderr
    printed = re.search(r"then sync again: (scaffold pull .*)", told.stderr)
    assert printed
    who = {
        f"GIT_{role}_{key}": "a@b" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")
    }
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    typed = subprocess.run(
        ["sh", "-c", printed[1]],
        cwd=desk.root,
        env={**os.environ, **who, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert typed.returncode == 0, typed.stderr
    assert "main contains gpu01/main" in typed.stdout
    on = run(desk, "sync")
    assert (on.returncode, on.stderr) == (0, "")
    log = git(desk, "log", "--format=%s", there=True)
    assert log == git(desk, "log", "--format=%s") and {"mine", "theirs"} <= {*log.split()}
    assert git(desk, "status", "--porcelain", there=True) == ""


def test_at_a_terminal_it_asks_before_it_deletes_or_replaces(desk: Desk):
    run(desk, "sync")
    (desk.root / "a").unlink()
    code, said = typed(desk, "y", "sync", "--delete")
    assert (
        code == 0
        and "deleted 1 remote files and folders" in said
        and not (desk.there / "a").exists()
    )
    write(desk.there, {"b": "better"})
    write(desk.root, {"b": "mine too"})
    code, said = typed(desk, "y", "pull", "b")
    assert code == 0 and (desk.root / "b").read_text() == "better"
    assert (desk.root / "b.bak1").read_text() == "mine too"


def test_programs_get_one_document(desk: Desk):
    write(desk.root, {"odd \udce9": ""})
    sent = json.loads(run(desk, "sync", "--json").stdout)
    assert (sent["schema"], sent["place"]["path"], sent["kept"]) == (1, "/home/ada/proj", [])
    assert "odd \\xe9" in sent["files"] and sent["bytes"] > 0
    write(desk.there, {"runs/x": "1"})
    there = json.loads(run(desk, "pull", "--json").stdout)["there"]
    assert there == [{"path": "runs/x", "bytes": 1, "ignored": True}]
    pulled = json.loads(run(desk, "pull", "runs", "--json").stdout)
    assert (pulled["files"], pulled["bytes"]) == (["runs/x"], 1)
    assert tree(desk.root)["runs/x"] == tree(desk.there)["runs/x"]


def test_long_lists_are_cut_and_a_wrong_clock_is_told(desk: Desk, capsys):
    from scaffold.cli.sync.push import show_sent
    from scaffold.cli.sync.terminal import TerminalSyncUi
    from scaffold.commands.sync.requests import PushResult, SkippedPath

    kept = tuple(
        SkippedPath(f"p{number}", "edited on the remote and locally") for number in range(30)
    )
    show_sent(
        PushResult(
            target=desk.place, gone=tuple(map(str, range(30))), skipped=kept, clock_ahead=-90
        ),
        dry_run=False,
    )
    said = capsys.readouterr()
    assert "  … and 10 more" in said.out
    assert "! … and 10 more" in said.err
    assert "the remote clock is 90 s behind yours" in said.err
    assert TerminalSyncUi("--x", yes=True).confirm("?", ["a"])


def test_without_anything_to_do_that_is_said(desk: Desk, capsys):
    from scaffold.cli.sync import pull
    from scaffold.cli.sync.push import show_sent
    from scaffold.commands.sync.requests import PullResult, PushResult

    show_sent(PushResult(target=desk.place, files=("a",), size=5), dry_run=True)
    pull._print(PullResult(target=desk.place), dry_run=False)
    pull._print(PullResult(target=desk.place, files=("r",)), dry_run=True)
    pull._print_survey((), desk.place, as_json=False)
    said = capsys.readouterr().out
    assert "would upload 1 files and folders" in said and "  a\n" in said
    assert "everything is up to date" in said and "would download 1 files" in said
    assert "nothing is new at gpu01:/home/ada/proj" in said
