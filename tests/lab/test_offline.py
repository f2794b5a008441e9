"""A rebuild while the package index does not answer: what was downloaded before is enough."""

import pytest

from tests.lab.support.devcontainer import onto_lab_network
from tests.lab.support.images import provide_for
from tests.lab.support.relay import relaying
from tests.lab.test_rendered import scaffold

TAG = "lab/offline"
FLAGS = ("--target", "cpu", "--python", "3.11")


@pytest.fixture
def image(engine):
    yield TAG
    engine.docker("image", "rm", "--force", TAG, check=False)


@pytest.mark.long
@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_downloads_of_other_builds_serve_one_without_an_index(
    engine, index, image, tmp_path, installer
):
    project = tmp_path / "project"
    project.mkdir()
    wanted = project / "requirements.txt"
    dockerfile = project / ".devcontainer" / "Dockerfile"

    def build() -> None:
        words = ("build", "--network=host", "--tag", image, "--file", str(dockerfile))
        engine.docker(*words, str(project))

    port = int(index.address.rpartition(":")[2])
    with relaying(port) as relay:
        wanted.write_text("six\n")
        mirrors = ("--mirror", f"pip=http://127.0.0.1:{relay.port}/simple", *index.flags("apt"))
        done = scaffold("init", "--yes", *FLAGS, "--installer", installer, *mirrors, cwd=project)
        assert done.returncode == 0, done.stdout + done.stderr
        onto_lab_network(project)
        provide_for(engine, dockerfile.read_text())
        build()
        # Another build has fetched it; then the index is gone, and the list asks for it again.
        wanted.write_text("six\ntabulate\n")
        build()
        relay.go_down()
        wanted.write_text("# offline\nsix\ntabulate\n")
        build()
    told = engine.docker("run", "--rm", image, "python", "-c", "import six, tabulate; print('ok')")
    assert told.stdout.strip() == "ok"


@pytest.mark.long
@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_a_package_that_nobody_fetched_fails_by_name(engine, index, image, tmp_path, installer):
    project = tmp_path / "project"
    project.mkdir()
    (project / "requirements.txt").write_text("six\n")
    port = int(index.address.rpartition(":")[2])
    with relaying(port) as relay:
        mirrors = ("--mirror", f"pip=http://127.0.0.1:{relay.port}/simple", *index.flags("apt"))
        done = scaffold("init", "--yes", *FLAGS, "--installer", installer, *mirrors, cwd=project)
        assert done.returncode == 0, done.stdout + done.stderr
        dockerfile = project / ".devcontainer" / "Dockerfile"
        provide_for(engine, dockerfile.read_text())
        words = ("build", "--network=host", "--tag", image, "--file", str(dockerfile))
        engine.docker(*words, str(project))
        relay.go_down()
        (project / "requirements.txt").write_text("six\nprettytable\n")
        failed = engine.docker(*words, str(project), check=False)
    assert failed.returncode and "prettytable" in failed.stdout + failed.stderr
