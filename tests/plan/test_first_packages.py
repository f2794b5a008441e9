"""The layer of what the lists named at init, and the exact one after it."""

from dataclasses import replace

import pytest

from scaffold.answers.choices import Installer, Stack
from scaffold.project.facts import Isolated, PackageManager, ProjectFacts
from scaffold.project.framework import Framework
from tests.plan.planning import RESOLUTION, UNKNOWN, commands, plan_of

LISTED = ProjectFacts(
    framework=Framework.PYTORCH,
    install_files=("requirements.txt",),
    requirements=("torch>=2.8", "numpy", "pandas[parquet]>=2,<3"),
    plain_lists=True,
)
EXACT = "uv pip install torch==2.8.0 --exact"


def test_packages_of_the_lists_come_first_and_one_more_is_installed_alone():
    first, exact = plan_of(project=LISTED).install.layers[-2:]
    assert first.commands[0].split(" \\\n") == [
        "uv pip install torch==2.8.0",
        "        numpy",
        "        'pandas[parquet]>=2,<3'",
        "    || echo 'The next layer installs the packages.'",
    ]
    assert not first.copies
    assert exact.commands == (f"{EXACT} -r requirements.txt",)


def test_packages_of_earlier_layers_stay_in_an_exact_environment():
    project = replace(LISTED, companions=("torchvision",))
    assert f"{EXACT} torchvision 'jupyterlab>=4,<5' -r requirements.txt" in commands(
        plan_of(project=project, jupyter=True)
    )


def test_what_older_environments_begin_with_stays_in_them():
    older = replace(RESOLUTION, python="3.11")
    assert f"{EXACT} pip setuptools -r" in commands(plan_of(project=LISTED, resolution=older))


def test_lines_that_the_image_leaves_out_are_not_in_the_first_layer():
    one = Isolated(
        name="flash-attn",
        text="Flash_Attn==2.8",
        where="requirements.txt:4",
        reason="imports torch",
    )
    project = replace(LISTED, requirements=("numpy", "flash-attn==2.8"), isolated=(one,))
    first, exact, *_ = plan_of(project=project).install.layers[-3:]
    assert "flash" not in first.commands[0].lower()
    assert exact.commands[0].startswith("sed -i")
    assert exact.commands[1] == f"{EXACT} -r requirements.txt"


@pytest.mark.parametrize(
    "asked",
    [
        {"installer": Installer.PIP},
        {"project": replace(LISTED, plain_lists=False)},
        {"project": replace(LISTED, requirements=())},
        {"project": replace(LISTED, install_files=("requirements.txt", "odd name.txt"))},
        {"project": replace(LISTED, install_files=("odd name.txt",))},
        {"project": replace(LISTED, install_files=("constraints.txt",))},
        {"lock": True},
        {"stack": Stack.PYTORCH_IMAGE},
        {"resolution": replace(RESOLUTION, base=UNKNOWN)},
        {
            "package_manager": PackageManager.POETRY,
            "project": replace(LISTED, install_files=("pyproject.toml",)),
        },
    ],
    ids=[
        "pip cannot make an environment exact",
        "lists have hashes, links or indexes",
        "lists that name nothing",
        "a list that only the container can read",
        "no list that the image can read",
        "constraints alone",
        "a lock file",
        "the packages of a vendor's image",
        "an image of the user's own",
        "a manager with a lock of its own",
    ],
)
def test_one_layer_where_two_would_differ_from_it(asked):
    text = commands(plan_of(**{"project": LISTED, **asked}))
    assert "--exact" not in text
    assert "next layer" not in text
