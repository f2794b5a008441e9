"""What later releases of setuptools and NumPy broke is built and runs."""

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


PROJECT = {"setup.py": SETUP, "of_before.py": "import pkg_resources, six\n"}
PINNED = {"requirements.txt": "pandas==1.5.3\n"}


@pytest.fixture
def image(engine, index, tmp_path, request):
    for name, content in request.param.items():
        (tmp_path / name).write_text(content)
    flags = ("--target", "cpu", "--python", "3.11", *index.flags("pip", "apt"))
    done = scaffold("init", "--yes", *flags, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    dockerfile = tmp_path / ".devcontainer" / "Dockerfile"
    provide_for(engine, dockerfile.read_text())
    engine.docker("build", "--network=host", "--tag", TAG, "--file", str(dockerfile), str(tmp_path))
    yield TAG
    engine.docker("image", "rm", "--force", TAG, check=False)


@pytest.mark.parametrize("image", [PROJECT], ids=["setup.py"], indirect=True)
def test_project_that_imports_pkg_resources_is_built_and_runs(engine, image, tmp_path):
    mount = ("--network=host", "--user", "root", "--volume", f"{tmp_path}:/work")
    done = engine.docker(
        *("run", "--rm", *mount, "--workdir", "/work", image, "sh", "-c"),
        "sh .devcontainer/post-create.sh && cd / && python -c 'import of_before; print(1)'",
    )
    assert done.stdout.splitlines()[-1] == "1"


@pytest.mark.parametrize("image", [PINNED], ids=["NumPy 1"], indirect=True)
def test_package_that_was_compiled_for_numpy_1_can_be_imported(engine, image):
    done = engine.docker("run", "--rm", image, "python", "-c", "import pandas; print(pandas.NA)")
    assert done.stdout == "<NA>\n"
