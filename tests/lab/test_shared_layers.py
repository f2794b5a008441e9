"""Layers from a registry, and an image from a lock file: what is there already is not built."""

import re
from pathlib import Path

import pytest

from scaffold.workspace.pulling import Pulling
from scaffold.workspace.up_failures import plain
from tests.lab.support.devcontainer import devcontainer, log_lines, onto_lab_network
from tests.lab.support.images import provide_for
from tests.lab.support.store import running_store
from tests.lab.test_rendered import scaffold

FLAGS = ("--target", "cpu", "--python", "3.11")


@pytest.fixture
def store(engine):
    with running_store() as found:
        yield found
        names = engine.docker("images", "--quiet", f"{found.host}/*/*").stdout.split()
        if names:
            engine.docker("image", "rm", "--force", *names)


def written(folder: Path, index, packages: str, *flags: str) -> Path:
    """A project with this list, on the lab's network."""
    folder.mkdir()
    (folder / "requirements.txt").write_text(packages)
    done = scaffold("init", "--yes", *FLAGS, *index.flags("pip", "apt"), *flags, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    onto_lab_network(folder)
    return folder


def built(engine, project: Path, *options: str) -> str:
    """The log of the Dev Containers CLI that builds the project's image."""
    provide_for(engine, (project / ".devcontainer" / "Dockerfile").read_text())
    done = devcontainer(engine, "build", "--workspace-folder", str(project), *options)
    assert done.returncode == 0, done.stdout + done.stderr[-5000:]
    return done.stderr


def steps(log: str, pattern: str) -> set[str]:
    """The numbers of the build's steps in lines of a kind."""
    return {match[1] for line in log_lines(log, pattern) if (match := re.search(r"#(\d+) ", line))}


@pytest.mark.long
def test_layers_of_a_registry_are_downloaded_and_not_built(engine, index, store, tmp_path):
    name = f"{store.host}/team/project:main"
    first = written(tmp_path / "first", index, "six\n", "--cache-from", name)
    built(engine, first, "--image-name", name)
    engine.docker("push", "--quiet", name)
    engine.docker("image", "rm", "--force", name)
    engine.docker("builder", "prune", "--all", "--force")

    other = written(tmp_path / "other", index, "six\n", "--cache-from", name)
    log = built(engine, other, "--image-name", "lab/other")
    runs = steps(log, r"#\d+ \[.*\] (RUN|COPY) ")
    assert runs
    assert steps(log, r"#\d+ CACHED") >= runs, log
    assert store.sent
    engine.docker("run", "--rm", "lab/other", "python", "-c", "import six")

    # The lines of a real download are those that the status line of `up` is made from.
    engine.docker("image", "rm", "--force", "lab/other", name, check=False)
    engine.docker("builder", "prune", "--all", "--force")
    base = tmp_path / "Dockerfile"
    base.write_text(f"FROM {name}\nRUN true\n")
    log = engine.docker("build", "--progress=plain", str(tmp_path), "--file", str(base)).stderr
    pulling = Pulling()
    shown = [pulling.read(plain(line), now) for now, line in enumerate(log.splitlines())]
    assert any(text.startswith("downloading images: ") for text in shown), log


@pytest.mark.long
def test_image_has_exactly_the_versions_of_the_lock_file(engine, index, tmp_path):
    project = written(tmp_path / "locked", index, "tqdm\n", "--lock")
    lock = (project / "requirements.lock").read_text()
    assert "--hash=sha256:" in lock
    wanted = set(re.findall(r"^([a-z0-9-]+==[^ \\]+)", lock, re.MULTILINE))
    log = built(engine, project, "--image-name", "lab/locked")
    assert "--require-hashes" in log
    freeze = engine.docker("run", "--rm", "lab/locked", "python", "-m", "pip", "freeze").stdout
    assert wanted <= set(freeze.split()), freeze
    # Another content under the same name and version is refused.
    (project / "requirements.lock").write_text(re.sub(r"sha256:.{4}", "sha256:0000", lock))
    done = devcontainer(engine, "build", "--workspace-folder", str(project))
    assert done.returncode != 0
    assert "hash" in done.stderr.lower()
    engine.docker("image", "rm", "--force", "lab/locked")
