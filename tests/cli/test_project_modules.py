"""Modules of the project in the working folder are never imported by the command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.cli import leave_out_working_folder

MODULES = (
    *("json", "click", "questionary", "rich", "typing", "pathlib", "yaml", "sitecustomize"),
    *("usercustomize", "tomllib", "docker", "paramiko", "logging", "random", "dataclasses"),
)
SCRIPT = str(Path(sys.executable).with_name("scaffold"))


@pytest.mark.parametrize(
    ("argv", "search"),
    [
        ([sys.executable, "-m", "scaffold"], None),
        ([SCRIPT], None),
        # An empty entry means the working folder; Python itself would load sitecustomize from it.
        ([SCRIPT], ":/nowhere"),
    ],
    ids=["python -m scaffold", "the command", "the command, PYTHONPATH with an empty entry"],
)
def test_a_project_with_modules_of_usual_names_is_not_imported(tmp_path, argv, search):
    names = [name for name in MODULES if search is None or "customize" not in name]
    for name in names:
        (tmp_path / f"{name}.py").write_text("open('pwned', 'a').write(__name__)\n")
    (tmp_path / "requirements.txt").write_text("requests\n")
    # coverage starts in the child before any line of ours, and imports modules of its own.
    dropped = ("PYTHONPATH", "COVERAGE_")
    env = {key: text for key, text in os.environ.items() if not key.startswith(dropped)}
    env |= {"PYTHONPATH": search} if search else {}
    words = ["init", "--yes", "--dry-run", "--json"]
    done = subprocess.run([*argv, *words], cwd=tmp_path, env=env, capture_output=True, check=False)
    assert (done.returncode, done.stdout[:1]) == (0, b"{"), done.stderr
    assert not (tmp_path / "pwned").exists()


def test_a_working_folder_that_is_gone_is_no_reason_to_fail(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", ["", "/elsewhere"])
    monkeypatch.setattr("os.getcwd", lambda: (_ for _ in ()).throw(FileNotFoundError()))
    leave_out_working_folder()
    assert sys.path == ["/elsewhere"]
