"""An image follows its list from build to build, and installs only what is new."""

import uuid

import pytest

from tests.lab.support.images import provide_for
from tests.lab.test_rendered import scaffold

TAG = "lab/first-packages"
LISTS = {
    "a package more": ("six\n", "six\ntabulate\n", "Installed 1 package"),
    "another package": ("six\n", "tabulate\n", "Uninstalled 1 package"),
    "a name that was corrected": ("six\nno-such-package-of-ours\n", "six\ntabulate\n", ""),
}


@pytest.fixture
def image(engine):
    yield TAG
    engine.docker("image", "rm", "--force", TAG, check=False)


@pytest.mark.parametrize(("first", "then", "told"), LISTS.values(), ids=LISTS)
def test_rebuilt_image_has_what_the_list_names_now(
    engine, index, image, tmp_path, first, then, told
):
    # The engine outlives a run; a list that it knows from another would be no step to run.
    new = f"# {uuid.uuid4()}\n"
    (tmp_path / "requirements.txt").write_text(first + new)
    flags = ("--target", "cpu", "--python", "3.11", *index.flags("pip"))
    done = scaffold("init", "--yes", *flags, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    dockerfile = tmp_path / ".devcontainer" / "Dockerfile"
    provide_for(engine, dockerfile.read_text())
    words = ("--progress=plain", "--network=host", "--tag", image, "--file", str(dockerfile))
    engine.docker("build", *words, str(tmp_path), check="no-such" not in first)
    (tmp_path / "requirements.txt").write_text(then + new)
    log = engine.docker("build", *words, str(tmp_path)).stderr
    assert told in log
    run = ("run", "--rm", image, "python", "-m", "pip")
    installed = engine.docker(*run, "list", "--format=freeze").stdout
    names = {line.partition("==")[0] for line in installed.splitlines()}
    assert {name for name in ("six", "tabulate") if name in names} == set(then.split())
    engine.docker(*run, "check")
