"""What is installed, in which layer, and what is left to the container."""

from scaffold.errors import InputError
from scaffold.plan.dependencies import wanted_lists
from scaffold.plan.image import plan_image
from scaffold.plan.layers import JUPYTER, companions, layers_of, tools_of
from scaffold.plan.model import InstallPlan, LockPlan
from scaffold.plan.situation import Situation
from scaffold.plan.tasks import tasks_of


def plan_install(case: Situation) -> InstallPlan:
    """Everything of the plan that installs Python packages.

    Raises InputError if a lock file was asked for and uv does not install the lists.
    """
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
        lock=_plan_lock(case) if case.answers.lock else None,
        notes=tuple(filter(None, (case.why_pip, *(one.note for one in case.left_out)))),
    )


def _plan_lock(case: Situation) -> LockPlan:
    """What is locked: all that the image's layers install before the project's own code."""
    _check_lockable(case)
    wanted = wanted_lists(case)
    builds = (case.build, *case.others) if case.build else ()
    image = plan_image(case)
    env = {name: value for name, value in (*image.env, *image.environment) if _tells(name, value)}
    links = [word for one in builds if one.find_links for word in ("--find-links", one.find_links)]
    return LockPlan(
        files=wanted.files,
        # uv takes the lists that are locked by position.
        words=(
            *(word for word in wanted.words if word != "-r"),
            *case.project.uv_options,
            *links,
            *("--python-version", case.resolution.python),
            *("--python-platform", f"{case.host.architecture or 'x86_64'}-unknown-linux-gnu"),
        ),
        lines=(
            *(text for build in builds for text in build.requirements),
            *companions(case),
            *case.caps,
            *((JUPYTER,) if case.answers.jupyter else ()),
            *wanted.known,
            *(one.text for one in case.project.packages),
        ),
        left_out=tuple((one.file, one.text) for one in case.left_out),
        env=tuple(env.items()),
    )


def _tells(name: str, value: str) -> bool:
    """Whether the variable says which packages uv chooses, with a value that is known here."""
    return name.startswith(("UV_INDEX", "UV_DEFAULT_INDEX")) and "$" not in value


def _check_lockable(case: Situation) -> None:
    if case.recipe not in {"pip", "none"}:
        name = case.answers.package_manager.value
        raise InputError(
            f"--lock: {name} has a lock file of its own",
            hint=f"lock with {name}, then run scaffold init without --lock",
        )
    if not case.uses_uv:
        raise InputError(
            f"--lock: {case.why_pip or 'uv does not install the packages of this image'}",
            hint="run scaffold init with --no-lock",
        )
    if not wanted_lists(case).asks:
        raise InputError(
            "--lock: the project lists no packages", hint="run scaffold init with --no-lock"
        )
