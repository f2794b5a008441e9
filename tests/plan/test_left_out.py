"""Local code in manifests as people write them: what the image's copy has in the end."""

import subprocess
import tomllib
from dataclasses import replace

import pytest

from scaffold.plan.left_out import without
from scaffold.project.facts import Framework
from tests.plan.planning import RESOLUTION, commands, plan_of, tasks
from tests.project.project_trees import tree

PEP621 = '[project]\nname = "demo-root"\nversion = "0"\nkeywords = ["demo"]\n'
PDM = "[tool.pdm]\ndistribution = false\n"
POETRY = '[tool.poetry]\nname = "root"\n[tool.poetry.dependencies]\npython = "^3.11"\nsix = "*"\n'

# The manifest's name and text; where its dependencies stand; what is left of them.
SEPARABLE = {
    "PDM, on one line": (
        "pyproject.toml",
        f'{PEP621}dependencies = ["six", "demo @ file:///${{PROJECT_ROOT}}/lib"]\n{PDM}',
        ("project", "dependencies"),
        ["six"],
    ),
    "Hatch's word for the folder, with one item a line": (
        "pyproject.toml",
        f'{PEP621}dependencies = [\n  "demo @ {{root:uri}}/lib",  # ours\n\t"six>=1",\n]\n',
        ("project", "dependencies"),
        ["six>=1"],
    ),
    "a path source of uv without a lock": (
        "pyproject.toml",
        (
            f'{PEP621}dependencies = [\n  "six",\n  "demo>=1"\n]\n'
            '[tool.uv.sources]\ndemo = { path = "lib" }\n'
        ),
        ("project", "dependencies"),
        ["six"],
    ),
    "Poetry, in one table": (
        "pyproject.toml",
        f'{POETRY}demo = {{ path = "lib", develop = true }}  # ours\n',
        ("tool", "poetry", "dependencies"),
        {"python": "^3.11", "six": "*"},
    ),
    "Pipenv": (
        "Pipfile",
        '[packages]\ndemo = {path = "lib", editable = true}\nsix = "*"\n',
        ("packages",),
        {"six": "*"},
    ),
}


def sources(name: str, text: str, **more: str):
    lib = "from setuptools import setup\nsetup(name='demo')\n"
    return tree({name: text, "lib/setup.py": lib, **more})


def planned(name: str, text: str, **more: str):
    project = sources(name, text, **more)
    return plan_of(
        project=project,
        package_manager=project.package_manager,
        framework=Framework.NONE,
        resolution=replace(RESOLUTION, build=None),
    )


@pytest.mark.parametrize(("name", "text", "keys", "left"), SEPARABLE.values(), ids=SEPARABLE)
def test_copy_of_the_manifest_lacks_local_code_only(tmp_path, name, text, keys, left):
    plan = planned(name, text)
    (tmp_path / name).write_text(text)
    deleting = [line for line in commands(plan).splitlines() if line.startswith("sed ")]
    subprocess.run(["sh", "-c", " && ".join(deleting)], cwd=tmp_path, check=True)
    edited = (tmp_path / name).read_text()
    assert without(name, text, [one.text for one in sources(name, text).local]) == edited
    after = tomllib.loads(edited)
    before = tomllib.loads(text)
    assert after.get("project", {}).get("keywords") == before.get("project", {}).get("keywords")
    for key in keys:
        after = after[key]
    assert after == left


INSEPARABLE = {
    "Poetry, in a table of its own": (
        "pyproject.toml",
        f'{POETRY}[tool.poetry.dependencies.demo]\npath = "lib"\n',
        "poetry install --no-interaction",
    ),
    "a string with other quotes": (
        "pyproject.toml",
        f"{PEP621}dependencies = ['six', 'demo @ file:///${{PROJECT_ROOT}}/lib']\n{PDM}",
        "pdm install",
    ),
    "a list that uv reads": (
        "pyproject.toml",
        (
            f"{PEP621}dependencies = ['six', 'demo @ {{root:uri}}/lib']\n"
            '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        ),
        "uv pip install ./lib -e .",
    ),
}


@pytest.mark.parametrize(("name", "text", "task"), INSEPARABLE.values(), ids=INSEPARABLE)
def test_what_cannot_be_left_out_is_installed_in_the_container(name, text, task):
    plan = planned(name, text)
    assert name not in commands(plan)
    assert task in tasks(plan).splitlines()


def test_lock_is_never_edited_around():
    text = f'{POETRY}demo = {{ path = "lib" }}\n'
    lock = '[[package]]\nname = "six"\nversion = "1.17.0"\n'
    plan = planned("pyproject.toml", text, **{"poetry.lock": lock})
    assert "sed " not in commands(plan)
    assert "--no-directory" in commands(plan)
