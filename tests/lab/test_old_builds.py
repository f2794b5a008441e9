"""Packages of before setuptools 82: their setup.py and their code import pkg_resources."""

import pytest

from tests.lab.support.images import provide_for
from tests.lab.test_rendered import scaffold

TAG = "lab/old-builds"
SETUP = """\
import pkg_resources
from setuptools import setup

needs = [str(one) for one in pkg_resources.parse_requirements("six")]
setup(name="of-before", version="1.0", py_modules=["of_before"], install_requires=needs)
"""


@pytest.fixture
def image(engine, index, tmp_path):
    (tmp_path / "setup.py").write_text(SETUP)
    (tmp_path / "of_before.py").write_text("import pkg_resources, six\n")
    flags = ("--target", "cpu", "--python", "3.11", *index.flags("pip", "apt"))
    done = scaffold("init", "--yes", *flags, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    dockerfile = tmp_path / ".devcontainer" / "Dockerfile"
    provide_for(engine, dockerfile.read_text())
    engine.docker("build", "--network=host", "--tag", TAG, "--file", str(dockerfile), str(tmp_path))
    yield TAG
    engine.docker("image", "rm", "--force", TAG, check=False)


def test_project_that_imports_pkg_resources_is_built_and_runs(engine, image, tmp_path):
    mount = ("--network=host", "--user", "root", "--volume", f"{tmp_path}:/work")
    done = engine.docker(
        *("run", "--rm", *mount, "--workdir", "/work", image, "sh", "-c"),
        "sh .devcontainer/post-create.sh && cd / && python -c 'import of_before; print(1)'",
    )
    assert done.stdout.splitlines()[-1] == "1"
