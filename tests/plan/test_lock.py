"""What `--lock` locks, and where no lock of ours is possible."""

import re
from dataclasses import replace

import pytest

from scaffold.answers.choices import GpuNeed, Installer, Stack
from scaffold.errors import InputError
from scaffold.plan.left_out import without
from scaffold.plan.model import LOCK
from scaffold.project.facts import LocalPath, NeededPackage, PackageManager, PipOnly, ProjectFacts
from scaffold.project.framework import Framework
from tests.plan.planning import PROJECT, RESOLUTION, commands, copied, plan_of

WITHOUT = {"framework": Framework.NONE, "resolution": replace(RESOLUTION, build=None)}


def test_locked_image_is_installed_from_the_lock_alone():
    plan = plan_of(lock=True)
    *_, last = plan.install.layers
    assert last.copies == ((LOCK, "./"),)
    assert last.commands == (f"uv pip install --require-hashes -r {LOCK}",)
    assert plan.install.files == (LOCK,)


def test_without_the_flag_nothing_is_locked():
    plan = plan_of()
    assert plan.install.lock is None
    assert LOCK not in " ".join((commands(plan), *copied(plan)))


def test_lock_is_chosen_as_the_image_would_choose():
    project = replace(
        PROJECT,
        install_files=("requirements.txt", "constraints.txt"),
        uv_options=("--prerelease=allow",),
        packages=(NeededPackage("einops", "README.md:3"),),
    )
    lock = plan_of(lock=True, jupyter=True, project=project).install.lock
    assert lock is not None
    assert lock.files == ("requirements.txt", "constraints.txt")
    assert " ".join(lock.words) == (
        "requirements.txt -c constraints.txt --prerelease=allow"
        " --python-version 3.12 --python-platform x86_64-unknown-linux-gnu"
    )
    assert lock.lines == ("torch==2.8.0", "jupyterlab>=4,<5", "einops")
    assert dict(lock.env) == {
        "UV_INDEX": "https://download.pytorch.org/whl/cu126",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_code_of_the_repository_is_in_no_lock():
    here = LocalPath(
        path=".",
        where="requirements.txt:1",
        text="-e .",
        editable=True,
        manager=PackageManager.PIP,
    )
    lock = plan_of(lock=True, project=replace(PROJECT, local=(here,))).install.lock
    assert lock is not None
    assert lock.left_out == (("requirements.txt", "-e ."),)


LINES = {
    "a line of a list": ("requirements.txt", "six\n-e .\nidna\n", "-e .", "six\nidna\n"),
    "with a comment": ("requirements.txt", "  -e .   # ours\nsix\n", "-e .", "six\n"),
    "at the end": ("requirements.txt", "six\n-e .", "-e .", "six\n"),
    "not the beginning of another": ("r.txt", "-e .\n-e ./x\n", "-e .", "-e ./x\n"),
    "an item of a list": ("pyproject.toml", 'a = ["x @ .", "six"]\n', "x @ .", 'a = [ "six"]\n'),
    "but of no text": ("pyproject.toml", 'about = "x @ ."\n', "x @ .", 'about = "x @ ."\n'),
    "an entry of a table": ("Pipfile", "x = {path=1}\ny = 1\n", "x = {path=1}", "y = 1\n"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "content", "text", "left"), LINES.values(), ids=LINES)
def test_lists_are_locked_without_the_lines_that_the_image_lacks(file, content, text, left):
    assert without(file, content, (text, "")) == left


NO_LOCK = {
    "another manager": (
        {
            "package_manager": PackageManager.POETRY,
            "project": ProjectFacts(install_files=("pyproject.toml",)),
        },
        "poetry has a lock file of its own",
    ),
    "pip": ({"installer": Installer.PIP}, "uv does not install"),
    "an image with packages of its own": ({"stack": Stack.PYTORCH_IMAGE}, "uv does not install"),
    "a line that only pip reads": (
        {"project": replace(PROJECT, pip_only=PipOnly("r.txt:1", "--x", "it"))},
        "pip installs, since uv refuses it: r.txt:1: --x",
    ),
    "no list": ({**WITHOUT, "project": ProjectFacts()}, "lists no packages"),
    "constraints only": (
        {**WITHOUT, "project": ProjectFacts(install_files=("constraints.txt",))},
        "lists no packages",
    ),
}


@pytest.mark.parametrize(("changes", "told"), NO_LOCK.values(), ids=NO_LOCK)
def test_what_cannot_be_locked_is_refused_with_the_reason(changes, told):
    with pytest.raises(InputError, match=re.escape(told)) as refused:
        plan_of(lock=True, gpu=GpuNeed.OPTIONAL, **changes)
    assert "--lock" in refused.value.message
    assert "lock" in refused.value.hint
