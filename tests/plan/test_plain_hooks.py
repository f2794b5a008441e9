"""Plain cookiecutter: its hook refuses what init refuses; every prompt works at a terminal."""

import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from scaffold.adapters.devcontainer.template import template_folder
from scaffold.answers.validation import check_content
from scaffold.errors import InputError

PROGRAM = [sys.executable, "-m", "cookiecutter"]

GOOD = {
    "port": "8888, 65535,1",
    "shm": "512m",
    "uid": "1001",
    "gid": "1001",
    "user": "ada_1",
    "mount": "~/data:/data:ro, models:/models, /a b:/c, ./x:/y",
    "gpus": "device=0,1",
    "apt": "ffmpeg, libgl1",
    "workspace": "/srv/my project",
    "mirror_pip": "https://m.example/simple",
    "mirror_registry": "m.example:5000/hub",
    "extension": "ms-python.python, charliermarsh.ruff",
}

BAD = {
    "port": ["abc", "0", "65536", "8888, x", "-1", "1.5", '"; import os'],
    "shm": ["eight", "8", "0g", "8t", "-8g", "8 g"],
    "uid": ["foo", "0", "-1", "1.5"],
    "gid": ["foo", "0"],
    "user": ["a b", "Ada", "1a", "nobody", "x" * 33],
    "mount": ["x", "/a", "/a:b", "a b:/c"],
    "gpus": ["some", "0", "device=", "-1"],
    "apt": ["a b", "Ffmpeg", "$(reboot)"],
    "workspace": ["a b", "../x"],
    "mirror_pip": ["m.example", "ftp://x", "https://user:pw@m.example"],
    "mirror_registry": ["https://m.example", "m.example/ hub"],
    "extension": ["python", "a.b c"],
}
CASES = [(name, value) for name, values in BAD.items() for value in values]


def cookiecutter(folder: Path, **answers: str) -> "subprocess.CompletedProcess[str]":
    words = [f"{name}={value}" for name, value in answers.items()]
    return subprocess.run(
        [*PROGRAM, "--no-input", "--output-dir", str(folder), str(template_folder()), *words],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
    )


def test_good_values_are_written_with_what_comes_next(tmp_path):
    done = cookiecutter(tmp_path, **GOOD)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "ml-project" / ".devcontainer" / "devcontainer.json").is_file()
    assert "Reopen in Container" in done.stdout


ROUNDS = range(max(map(len, BAD.values())))


@pytest.mark.parametrize("number", ROUNDS)
def test_bad_values_are_all_named_and_nothing_is_written(tmp_path, number):
    answers = {name: values[number] for name, values in BAD.items() if number < len(values)}
    done = cookiecutter(tmp_path, **{**GOOD, **answers})
    assert done.returncode != 0
    told = [line.split(": ")[1] for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert sorted(told) == sorted(answers)
    assert "Nothing was written." in done.stderr
    assert not (tmp_path / "ml-project").exists()


@pytest.mark.parametrize(
    ("name", "value"), [one for one in CASES if one[0] in {"port", "shm", "user", "gpus", "mount"}]
)
def test_init_refuses_the_same(name, value):
    items = tuple(item.strip() for item in value.split(",")) if name in {"port", "mount"} else value
    with pytest.raises(InputError):
        check_content(name, items)


def test_every_prompt_takes_its_default_at_a_terminal(tmp_path):
    child = pexpect.spawn(
        PROGRAM[0],
        [*PROGRAM[1:], "--output-dir", str(tmp_path), str(template_folder())],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TERM": "xterm"},
        dimensions=(50, 80),
        encoding="utf-8",
        timeout=300,
    )
    while child.expect([r"\[\d+/\d+\][^\n]*: ?$|\): ?$|: $", "Next:"]) == 0:
        child.sendline("")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert (tmp_path / "ml-project" / ".devcontainer" / "devcontainer.json").is_file()
