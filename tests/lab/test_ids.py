"""A clone of a colleague: git's files stay the same, and the container has this person's ids."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.lab.support.devcontainer import Container, cli, onto_lab_network
from tests.lab.support.engine import DOCKER
from tests.lab.support.images import provide_for

ADA, BOB = (4321, 4322), (5555, 5556)
OF_THE_IMAGE = (5555, 100)
"""A login whose group has the id of a group in every Debian image, as on many networks."""
CAPS = "+dac_override,+dac_read_search"
"""The lab's programs are below root's home folder."""

NAMED = 'mount --bind "$1" /etc/passwd && shift && exec "$@"'


def run(ids: tuple[int, int], cwd: Path, *argv: str, **env: str) -> str:
    """Run a program with a person's ids, in a home folder of theirs."""
    home = cwd.parent / "home"
    home.mkdir(exist_ok=True)
    (home / ".gitconfig").write_text("[safe]\n\tdirectory = *\n")
    for path in (cwd.parent, home):
        os.chown(path, *ids)
    # The Dev Containers CLI asks for the person's name.
    passwd = home / "passwd"
    passwd.write_text(
        f"{Path('/etc/passwd').read_text()}person:x:{ids[0]}:{ids[1]}::{home}:/bin/sh\n"
    )
    named = ["unshare", "--mount", "sh", "-c", NAMED, "sh", str(passwd)]
    who = [f"--reuid={ids[0]}", f"--regid={ids[1]}", "--clear-groups"]
    who += [f"--inh-caps={CAPS}", f"--ambient-caps={CAPS}"]
    done = subprocess.run(
        [*named, "setpriv", *who, *argv],
        cwd=cwd,
        env={**os.environ, "HOME": str(home), **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-6000:]
    return done.stdout


def init(ids: tuple[int, int], project: Path, *flags: str) -> None:
    run(ids, project, sys.executable, "-m", "scaffold", "init", "--yes", "--trust", *flags)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that everybody may enter, unlike pytest's own."""
    with TemporaryDirectory(prefix="ids-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.long
@pytest.mark.parametrize("bob", [BOB, OF_THE_IMAGE], ids=["own group", "a group of the image"])
def test_a_clone_stays_the_same_and_its_container_has_the_persons_ids(engine, index, place, bob):
    (engine.folder / "docker.sock").chmod(0o666)
    project, clone = (place / name for name in ("adas/model", "bobs/another name"))
    project.mkdir(parents=True)
    clone.parent.mkdir()
    (project / "requirements.txt").write_text("six\n")
    for path in (project, *project.iterdir()):
        os.chown(path, *ADA)
    mount = ("--mount", "lab-ids:/models")
    init(ADA, project, *index.flags("pip"), *mount, "--target", "cpu", "--python", "3.11")
    git = ("git", "-c", "user.name=ada", "-c", "user.email=a@b")
    for words in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "-m", "first")):
        run(ADA, project, *git, *words)
    run(bob, clone.parent, *git, "clone", "--quiet", str(project), str(clone))
    init(bob, clone)
    assert run(bob, clone, "git", "status", "--porcelain") == ""

    onto_lab_network(clone)
    provide_for(engine, (clone / ".devcontainer/Dockerfile").read_text())
    argv = (str(cli()), "up", "--workspace-folder", str(clone), "--docker-path", DOCKER)
    found = json.loads(run(bob, clone, *argv, **engine.env).splitlines()[-1])
    folder = found["remoteWorkspaceFolder"]
    container = Container(engine, clone, found["containerId"], "dev", folder, "")
    try:
        container.run("touch", "made", "/models/made", "/home/dev/.cache/made")
        made = (clone / "made").stat()
        assert (made.st_uid, made.st_gid) == bob
        container.run("python", "-c", "import six")
    finally:
        container.remove()
        engine.docker("volume", "rm", "--force", "lab-ids")
