"""A dev container as a service of Docker Compose: a file of ours, or an addition to the user's."""

import posixpath
import re
from dataclasses import replace

from scaffold.answers.choices import GpuNeed
from scaffold.answers.model import Answers, Mount
from scaffold.answers.places import HOME, PROJECT
from scaffold.errors import InputError
from scaffold.facts import HostFacts, Platform
from scaffold.plan.gpus import is_cdi, with_key
from scaffold.plan.image import mirrored_image
from scaffold.plan.model import FOLDER, ComposePlan, RunPlan, ServicePlan
from scaffold.plan.services import service_row
from scaffold.project.facts import DevConfig, ProjectFacts

APP = "app"
"""The dev container's name among services of ours."""


def folder_of(answers: Answers) -> str:
    """Where our configuration goes, relative to the repository."""
    return f"{FOLDER}/{answers.config}" if answers.config else FOLDER


def plan_compose(
    answers: Answers, project: ProjectFacts, host: HostFacts, run: RunPlan
) -> ComposePlan | None:
    """The Compose part, where services are asked for or the user's dev container has them.

    Raises InputError for what Compose cannot express together with the other answers.
    """
    theirs = their_compose(answers, project)
    if not answers.services and theirs is None:
        return None
    if answers.workspace:
        raise InputError(
            "--service: a project on a remote engine's own path or volume cannot use Compose",
            hint="use --files remote-ssh, which keeps the files on the engine's host",
        )
    folder = folder_of(answers)
    up = "/".join(".." for _ in folder.split("/"))
    services = tuple(_mirrored(answers, name) for name in answers.services)
    plan = ComposePlan(
        files=("compose.yaml",),
        service=APP,
        workspace=f"/workspaces/{_slug(answers.name)}",
        project=up,
        context=up,
        dockerfile=f"{folder}/Dockerfile",
        devices=_devices(answers, host),
        device_names=_device_names(answers),
        runtime="nvidia" if host.platform is Platform.JETSON and answers.gpu != "none" else "",
        shm_size="" if answers.shm == "host" else answers.shm,
        ipc="host" if answers.shm == "host" else "",
        env=(*run.env, *(pair for name in answers.services for pair in service_row(name).address)),
        mounts=tuple(_mount(mount, up) for mount in answers.mounts),
        named_volumes=tuple(
            dict.fromkeys(mount.source for mount in answers.mounts if mount.kind == "volume")
        ),
        services=services,
        ports=tuple(
            f"{name}:{row.port}" for name in answers.services if (row := service_row(name)).port
        ),
    )
    return _extending(plan, theirs, folder) if theirs else plan


def their_compose(answers: Answers, project: ProjectFacts) -> DevConfig | None:
    """The user's Compose dev container that ours is a second configuration of."""
    found = [one for one in project.configs if one.kind == "compose" and one.service]
    return found[0] if answers.config and found else None


def _mirrored(answers: Answers, name: str) -> ServicePlan:
    plan = service_row(name).plan
    return replace(plan, image=mirrored_image(plan.image, answers.mirrors.registry))


def _slug(name: str) -> str:
    """A name that paths and images can carry."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "project"


def _mount(mount: Mount, project: str) -> Mount:
    """A mount with Compose's variables in the place of the dev container tools' own."""
    source = mount.source.replace(HOME, "${HOME}")
    return replace(mount, source=source.replace(PROJECT, project))


def _extending(plan: ComposePlan, theirs: DevConfig, folder: str) -> ComposePlan:
    """Our file comes last and adds to their service; Compose resolves paths from the first."""
    files = tuple(posixpath.relpath(path, folder) for path in theirs.compose_files)
    first = posixpath.dirname(theirs.compose_files[0]) or "."
    # devcontainers/cli, and Compose itself, resolve relative paths from the first file.
    return replace(
        plan,
        files=(*files, *plan.files),
        service=theirs.service,
        workspace=theirs.workspace_folder or "/",
        image=f"{posixpath.basename(folder).lower()}-{theirs.service}".lower(),
        extends=True,
        context=posixpath.relpath(".", first),
        project=posixpath.relpath(".", first),
    )


def _devices(answers: Answers, host: HostFacts) -> tuple[tuple[str, str], ...]:
    """The GPU reservation of a service: which devices, or how many."""
    if answers.gpu is not GpuNeed.REQUIRED or host.platform is Platform.JETSON:
        return ()
    if is_cdi(answers.gpus):
        return (("driver", "cdi"),)
    value = with_key(answers.gpus)
    if value.startswith("device="):
        return (("driver", "nvidia"),)
    return (("driver", "nvidia"), ("count", value))


def _device_names(answers: Answers) -> tuple[str, ...]:
    if answers.gpu is not GpuNeed.REQUIRED:
        return ()
    value = with_key(answers.gpus)
    named = is_cdi(answers.gpus) or value.startswith("device=")
    return tuple(value.removeprefix("device=").split(",")) if named else ()
