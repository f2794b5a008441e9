"""Plans for tests: one ordinary situation, and what a test says of it."""

from dataclasses import replace
from typing import Any

from scaffold.answers.choices import GpuNeed
from scaffold.answers.model import Answers
from scaffold.facts import HostFacts
from scaffold.plan import Plan, make_plan
from scaffold.project.facts import ProjectFacts
from scaffold.project.framework import Framework
from scaffold.resolver.resolution import FrameworkBuild, OwnBase, Resolution

TORCH = FrameworkBuild(
    framework=Framework.PYTORCH,
    version="2.8.0",
    variant="cu126",
    cuda="12.6",
    requirements=("torch==2.8.0",),
    index_url="https://download.pytorch.org/whl/cu126",
)
RESOLUTION = Resolution(
    image="python:3.12-slim-bookworm",
    image_source="hub",
    python="3.12",
    image_has_python=True,
    cuda="12.6",
    build=TORCH,
)
ANSWERS = Answers(name="project", framework=Framework.PYTORCH, gpu=GpuNeed.OPTIONAL)
PROJECT = ProjectFacts(framework=Framework.PYTORCH, install_files=("requirements.txt",))
HOST = HostFacts()
UNKNOWN = OwnBase(
    distro="",
    login="",
    holds=False,
    framework=Framework.NONE,
    carries_cuda=False,
    unknown=True,
)
"""What plain cookiecutter takes every image for that the user names."""


def plan_of(
    answers: Answers = ANSWERS,
    *,
    resolution: Resolution = RESOLUTION,
    project: ProjectFacts = PROJECT,
    host: HostFacts = HOST,
    **changes: Any,
) -> Plan:
    """The plan of the ordinary situation with some answers changed."""
    return make_plan(replace(answers, **changes), resolution, project, host)


def commands(plan: Plan) -> str:
    """Every command of the image's layers, one on each line."""
    return "\n".join(text for layer in plan.install.layers for text in layer.commands)


def copied(plan: Plan) -> list[str]:
    """What the image copies, as the words after COPY."""
    return [" ".join(pair) for layer in plan.install.layers for pair in layer.copies]


def tasks(plan: Plan) -> str:
    """Every command of post-create, one on each line."""
    return "\n".join(text for task in plan.install.tasks for text in task.commands)
