"""What is installed, in which layer, and what is left to the container."""

from scaffold.plan.layers import layers_of, tools_of
from scaffold.plan.model import InstallPlan
from scaffold.plan.situation import Situation
from scaffold.plan.tasks import tasks_of


def plan_install(case: Situation) -> InstallPlan:
    """Everything of the plan that installs Python packages."""
    layers = tuple(layers_of(case))
    copied = [name for layer in layers for names, _ in layer.copies for name in names.split()]
    return InstallPlan(
        manager=case.answers.package_manager.value,
        installer="uv" if case.uses_uv else "pip",
        recipe=case.recipe,
        environment=case.environment,
        framework=case.answers.framework.value,
        tools=tools_of(case),
        files=tuple(dict.fromkeys(copied)),
        layers=layers,
        tasks=tuple(tasks_of(case)),
        pixi=case.recipe == "pixi",
        conda_alias=case.answers.mirrors.conda,
        jupyter=case.answers.jupyter,
        notes=tuple(filter(None, (case.why_pip, *(one.note for one in case.left_out)))),
    )
