"""Putting the plan together, and refusing what the files could not say."""

import re
import shlex
from dataclasses import fields
from posixpath import basename

from scaffold.answers.choices import GpuNeed
from scaffold.answers.model import Answers, Mirrors
from scaffold.answers.places import SHARED_CACHE
from scaffold.errors import InputError
from scaffold.facts import HostFacts
from scaffold.plan.compose import folder_of, plan_compose
from scaffold.plan.gpus import request_gpus
from scaffold.plan.image import plan_image, unknown_packages
from scaffold.plan.install import plan_install
from scaffold.plan.model import (
    EditorPlan,
    FeaturePlan,
    InstallPlan,
    Plan,
    RunPlan,
    UserPlan,
)
from scaffold.plan.mounts import mount_texts, owned_directories, volumes
from scaffold.plan.situation import Situation, situation_of
from scaffold.project.facts import ProjectFacts
from scaffold.resolver.resolution import Resolution

WORKSPACE = "/workspaces/${localWorkspaceFolderBasename}"
"""The dev container tool's own default for the place of the project in the container."""

JUPYTER_PORT = 8888

SHARED_ID = 1000
"""The user's ids in an image for everybody: the files are for git, and hold nobody's own ids."""


def make_plan(
    answers: Answers, resolution: Resolution, project: ProjectFacts, host: HostFacts
) -> Plan:
    """Work out every value of the template.

    Raises InputError, naming the flag to correct, for mirrors with credentials, mounts that
    collide or hide the system, and GPU requests that contradict each other.
    """
    _check_mirrors(answers.mirrors)
    case = situation_of(answers, resolution, project, host)
    install = plan_install(case)
    run = plan_run(answers, resolution, host)
    compose = plan_compose(answers, project, host, run)
    return Plan(
        name=answers.name,
        target=answers.target.value,
        image=plan_image(case),
        install=install,
        user=_user(answers, host),
        run=run,
        editor=_editor(case),
        folder=folder_of(answers),
        features=tuple(
            FeaturePlan(reference=feature.reference, options=feature.options)
            for feature in answers.features
        ),
        compose=compose,
        warnings=tuple(_warnings(case, install)),
    )


def _check_mirrors(mirrors: Mirrors) -> None:
    for field in fields(mirrors):
        url = getattr(mirrors, field.name)
        if "@" in url.partition("://")[2].partition("/")[0] or (
            field.name == "registry" and "@" in url
        ):
            raise InputError(
                f"--mirror: the {field.name} address holds a user name or password",
                hint="it would stay readable in the image; use a mirror without a login",
            )
        if re.search(r"[\s'\"\\`$#|&;<>{}]", url) or not url.isprintable():
            raise InputError(
                f"--mirror: the {field.name} address {url!r} is not a plain URL",
                hint="write it like https://mirror.example.org/path",
            )


def _home(answers: Answers) -> str:
    return "/root" if answers.user == "root" else f"/home/{answers.user}"


def _user(answers: Answers, host: HostFacts) -> UserPlan:
    home = _home(answers)
    root = answers.user == "root"
    # A remote engine would be given the ids of this machine, which own nothing there.
    update = not answers.workspace and not root
    uid, gid = _image_ids(answers, host) if update else (answers.uid, answers.gid)
    volume = (_workspace(answers)[1],) if _is_volume(answers.workspace) else ()
    folders = tuple(dict.fromkeys((*owned_directories(answers, home), *volume)))
    return UserPlan(
        name=answers.user,
        uid=0 if root else uid,
        gid=0 if root else gid,
        home=home,
        directories=folders,
        directory_arguments=shlex.join(folders),
        open_arguments=shlex.join(
            folder for folder in folders if update and not folder.startswith(f"{home}/")
        ),
        update_uid=update,
    )


def _image_ids(answers: Answers, host: HostFacts) -> tuple[int, int]:
    """The user's ids in an image whose user takes those of the login at each start.

    The Dev Containers CLI leaves the ids alone if root runs it. Ids that are not the login's
    were asked for.
    """
    if host.login.user == "root":
        return answers.uid, answers.gid
    pairs = ((answers.uid, host.uid), (answers.gid, host.gid))
    uid, gid = (SHARED_ID if asked == own else asked for asked, own in pairs)
    return uid, gid


def plan_run(answers: Answers, resolution: Resolution, host: HostFacts) -> RunPlan:
    """How the container is started. Raises InputError for mounts and GPUs that cannot be."""
    request = request_gpus(answers, host)
    shm = ("--ipc=host",) if answers.shm == "host" else ()
    if answers.shm and not shm:
        shm = (f"--shm-size={answers.shm}",)
    jupyter = (JUPYTER_PORT,) if answers.jupyter else ()
    workspace_mount, workspace = _workspace(answers)
    return RunPlan(
        gpu=answers.gpu.value,
        gpu_optional=request.optional,
        args=(*request.args, *shm),
        env=(*resolution.env, *request.env),
        mounts=mount_texts(answers, workspace),
        # Not that of the project, which has another name for each person; verify checks its owner.
        volumes=tuple(volumes(answers)),
        ports=tuple(dict.fromkeys((*jupyter, *answers.ports))),
        workspace_mount=workspace_mount,
        workspace_folder=workspace if workspace_mount else "",
        shared_cache=SHARED_CACHE if answers.shared_cache else "",
    )


def _workspace(answers: Answers) -> tuple[str, str]:
    """A remote engine cannot bind this machine's folder: it gets a path of its own or a volume.

    The folder in the container has the name of the remote one, since the image has to know the path
    of a volume.
    """
    source = answers.workspace
    if not source:
        return "", WORKSPACE
    if any(char in ',"' or not char.isprintable() for char in source):
        raise InputError(
            f"--workspace: {source!r} cannot be written in a mount",
            hint="an absolute path on the host or a volume name, without commas and quotes",
        )
    target = f"/workspaces/{basename(source)}"
    kind = "volume" if _is_volume(source) else "bind"
    return f"type={kind},source={source},target={target}", target


def _is_volume(source: str) -> bool:
    return bool(source) and not source.startswith("/")


def _editor(case: Situation) -> EditorPlan:
    pixi = "${containerWorkspaceFolder}/.pixi/envs/default"
    own = pixi if case.recipe == "pixi" else case.environment
    return EditorPlan(extensions=case.answers.extensions, interpreter=f"{own}/bin/python")


def _warnings(case: Situation, install: InstallPlan) -> list[str]:
    answers, build = case.answers, case.resolution.build
    warnings: list[str] = [*install.notes, *unknown_packages(case)]
    if case.followed and build:
        warnings.append(
            f"the {install.manager} files of the project decide the {install.framework} build; "
            f"{build.version} ({build.variant}) is what fits the host"
        )
    if case.odd:
        warnings.append(
            "some requirement files have names that a Dockerfile cannot carry; they are "
            "installed after the container is made, without a cached layer"
        )
    if any(one.guessed for one in case.project.packages):
        warnings.append(
            "the list of packages is a guess from the project's imports: "
            + ", ".join(one.text for one in case.project.packages)
        )
    binds = [mount.source for mount in answers.mounts if mount.kind == "bind"]
    if answers.workspace and any("${local" in source for source in binds):
        warnings.append(
            "${localEnv:…} and ${localWorkspaceFolder} name paths of the machine that the editor "
            "runs on; with a remote engine the mount needs the path on the server"
        )
    if answers.gpu == GpuNeed.OPTIONAL and answers.gpus != "all":
        warnings.append("the container gets all GPUs; CUDA_VISIBLE_DEVICES limits the programs")
    return warnings
