"""requirements.lock by the real uv: written, kept, and out of date. No network: a wheel on disk."""

import hashlib
import shutil
import subprocess
from zipfile import ZipFile

import pytest

from scaffold.adapters.computer import uv
from scaffold.commands.init.files import write_changes
from scaffold.commands.init.lock import HEAD, lock_changes
from scaffold.errors import InputError, TargetError
from scaffold.plan.model import LOCK
from tests.plan.planning import plan_of
from tests.plan.test_lock import WITHOUT

needs_uv = pytest.mark.skipif(shutil.which("uv") is None, reason="needs uv on PATH")


@pytest.fixture
def project(tmp_path):
    """A repository whose only package is a file."""
    folder = tmp_path / "project"
    folder.mkdir()
    wheel = tmp_path / "demo_pkg-1.0-py3-none-any.whl"
    with ZipFile(wheel, "w") as file:
        inside = "demo_pkg-1.0.dist-info"
        file.writestr(f"{inside}/METADATA", "Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.0\n")
        file.writestr(f"{inside}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        file.writestr(f"{inside}/RECORD", "")
    (folder / "requirements.txt").write_text(f"demo-pkg @ {wheel.as_uri()}\n")
    return folder


def planned():
    return plan_of(lock=True, **WITHOUT)


def locked(folder, **given):
    return lock_changes(folder, planned(), given)


def test_no_lock_is_written_unless_asked_for(project):
    assert lock_changes(project, plan_of(**WITHOUT), {}) == ([], [])


@needs_uv
def test_lock_has_versions_and_hashes(project):
    [change], doubts = locked(project, lock=True)
    assert (change.path, change.status, doubts) == (LOCK, "new", [])
    digest = hashlib.sha256((project.parent / "demo_pkg-1.0-py3-none-any.whl").read_bytes())
    text = change.after.decode()
    assert text.startswith("# Made by gpu-scaffold")
    assert f"--hash=sha256:{digest.hexdigest()}" in text
    assert "scaffold-lines" not in text


@needs_uv
def test_lock_stays_until_it_is_asked_for_again(project):
    changes, _ = locked(project)
    write_changes(project, changes)
    assert locked(project) == ([], [])
    [again], _ = locked(project, lock=True)
    assert (again.status, again.ours) == ("same", True)
    with (project / "requirements.txt").open("a") as file:
        file.write("# more\n")
    changes, [doubt] = locked(project)
    assert (changes, LOCK in doubt, "scaffold init --lock" in doubt) == ([], True, True)
    [later], _ = locked(project, lock=True)
    assert (later.status, later.ours) == ("changed", True)


@needs_uv
@pytest.mark.parametrize("text", ["six==1.17.0\n", HEAD.format(mark="0" * 16)])
def test_lock_that_this_computer_did_not_write_is_kept(project, text):
    (project / LOCK).write_text(text)
    [change], _ = locked(project, lock=True)
    assert (change.status, change.ours, change.before) == ("kept", False, text.encode())


@needs_uv
@pytest.mark.parametrize(
    ("text", "status"), [("six==1.17.0\n", "kept"), (HEAD.format(mark="0" * 16), "changed")]
)
def test_lock_that_a_colleague_made_and_committed_is_replaced(project, text, status):
    (project / LOCK).write_text(text)
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", LOCK], [*who, "commit", "-q", "-m", "lock"]):
        subprocess.run(["git", "-C", str(project), *words], check=True)
    [change], _ = locked(project, lock=True)
    assert change.status == status


@needs_uv
def test_lock_that_is_a_link_is_refused(project):
    (project / LOCK).symlink_to("../elsewhere")
    with pytest.raises(InputError, match="is a link"):
        locked(project, lock=True)


@needs_uv
def test_packages_that_fit_nothing_are_named(project):
    with (project / "requirements.txt").open("a") as file:
        file.write("demo-pkg==2.0\n")
    with pytest.raises(TargetError, match="demo-pkg") as failed:
        locked(project, lock=True)
    assert "--no-lock" in failed.value.hint


def test_missing_uv_is_an_error_with_its_command(project, monkeypatch):
    monkeypatch.setattr(uv.shutil, "which", lambda _name: None)
    with pytest.raises(InputError, match="uv is not installed") as failed:
        locked(project, lock=True)
    assert "pip install uv" in failed.value.hint
