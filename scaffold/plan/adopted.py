"""The part of a plan that replaces framework and dependency layers for an adopted container: lists
of what was added to its base image.
"""

from dataclasses import field, replace

from scaffold.answers.choices import GpuNeed
from scaffold.answers.model import Answers
from scaffold.facts import HostFacts
from scaffold.plan.adopted_model import AdoptedPlan
from scaffold.plan.making import plan_run
from scaffold.plan.model import EditorPlan, ImagePlan, InstallPlan, Plan, UserPlan
from scaffold.records import dataclass
from scaffold.resolver.resolution import Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How the container runs, in addition to the answers.

    `env` are variables that cannot stand in the image, `args` further flags of `docker run`.
    `workspace` is where the project was mounted, empty for the editor's own choice. With
    `gpus_by_runtime`, flags and variables ask for GPUs already.
    """

    home: str
    gpus_by_runtime: bool = False
    env: tuple[tuple[str, str], ...] = ()
    args: tuple[str, ...] = ()
    workspace: str = ""
    interpreter: str = ""
    warnings: tuple[str, ...] = field(default=())


def plan_adopted(answers: Answers, base: str, adopted: AdoptedPlan, ways: Ways) -> Plan:
    """The plan of an adopted container. Raises InputError as `make_plan` does."""
    resolution = Resolution(
        image=base, image_source="", python="", image_has_python=True, cuda=None, build=None
    )
    asks = replace(answers, gpu=GpuNeed.NONE) if ways.gpus_by_runtime else answers
    run = replace(plan_run(asks, resolution, HostFacts()), gpu=answers.gpu.value)
    run = replace(run, args=(*run.args, *ways.args), env=(*run.env, *ways.env))
    if ways.workspace:
        mount = f"type=bind,source=${{localWorkspaceFolder}},target={ways.workspace}"
        run = replace(run, workspace_mount=mount, workspace_folder=ways.workspace)
    root = answers.user == "root"
    return Plan(
        name=answers.name,
        target=answers.target.value,
        image=ImagePlan(base=base, reason="", python="", python_source="image"),
        install=_NOTHING,
        user=UserPlan(
            name=answers.user,
            uid=0 if root else answers.uid,
            gid=0 if root else answers.gid,
            home=ways.home,
            update_uid=not root,
        ),
        run=run,
        editor=EditorPlan(extensions=answers.extensions, interpreter=ways.interpreter),
        adopted=adopted,
        warnings=ways.warnings,
    )


_NOTHING = InstallPlan(
    manager="pip", installer="pip", recipe="none", environment="", framework="none"
)
"""The container has what it needs; post-create only checks the GPU."""
