"""The status line while a container is built and started."""

import subprocess
import sys

import pexpect

PROGRAM = """
import time
from scaffold.cli.workspace.live import live
with live("starting the container") as show:
    for line in (
        "[2026-11-30T08:00:00.000Z] #5 [app 1/7] FROM docker.io/library/python:3.12-slim",
        f"[2026-11-30T08:00:00.000Z] #5 sha256:{'a' * 64} 1.50MB / 29.13MB 0.2s",
    ):
        show(line)
        time.sleep(0.5)
"""


def test_terminal_shows_the_last_line_and_how_much_is_downloaded():
    program = pexpect.spawn(
        sys.executable, ["-c", PROGRAM], encoding="utf-8", dimensions=(24, 120), timeout=60
    )
    program.expect("starting the container … #5 .app 1/7. FROM docker.io/library/python")
    program.expect("starting the container … downloading images: 1.5 MB of 29.13 MB")
    program.expect(pexpect.EOF)


def test_without_a_terminal_only_the_title_is_printed():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "starting the container …\n")
