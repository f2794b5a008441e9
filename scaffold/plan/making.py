"""Putting the plan together, and refusing what the files could not say."""

import re
import shlex
from dataclasses import fields
from posixpath import basename, dirname

from scaffold.answers.model import Answers, GpuNeed, Mirrors, Stack
from scaffold.errors import InputError
from scaffold.facts import HostFacts
from scaffold.plan.gpus import request_gpus
from scaffold.plan.install import (
    VENDOR_STACKS,
    distribution_fits,
    framework_is_followed,
    one_line,
    plan_install,
)
from scaffold.plan.model import (
    DEPENDENCIES,
    ENVIRONMENT,
    EditorPlan,
    ImagePlan,
    InstallPlan,
    Plan,
    PythonSource,
    RunPlan,
    UserPlan,
)
from scaffold.plan.mounts import mount_texts, owned_directories, volume_arguments
from scaffold.project.facts import Framework, ProjectFacts
from scaffold.resolver.resolution import Resolution

WORKSPACE = "/workspaces/${localWorkspaceFolderBasename}"
"""The dev container tool's own default for the place of the project in the container."""

JUPYTER_PORT = 8888

# Tags seen in public Dockerfiles; both images hold one static program.
TOOL_IMAGES = {
    "conda": "mambaorg/micromamba:2.9.0",
    "pixi": "ghcr.io/prefix-dev/pixi:0.78.0",
}


RECIPE_CACHES = {"conda": "mamba", "poetry": "pypoetry", "pdm": "pdm"}
"""Folders below ~/.cache that these tools use besides pip's and uv's."""


def make_plan(
    answers: Answers, resolution: Resolution, project: ProjectFacts, host: HostFacts
) -> Plan:
    """Work out every value of the template.

    Raises InputError, naming the flag to correct, for mirrors with credentials, mounts that
    collide or hide the system, and GPU requests that contradict each other.
    """
    _check_mirrors(answers.mirrors)
    install = plan_install(answers, resolution, project)
    return Plan(
        name=answers.name,
        target=answers.target.value,
        image=_image(answers, resolution, install),
        install=install,
        user=_user(answers, install),
        run=plan_run(answers, resolution, host),
        editor=_editor(answers, install),
        warnings=tuple(_warnings(answers, resolution, project, install)),
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


def mirrored_image(image: str, registry: str) -> str:
    """The image as a mirror of Docker Hub names it; images of other registries stay."""
    first, _, rest = image.partition("/")
    if first in {"docker.io", "index.docker.io"}:
        image, first = rest, rest.partition("/")[0] if "/" in rest else ""
    elif not rest:
        first = ""
    if not registry or "." in first or ":" in first or first == "localhost":
        return image
    return f"{registry.rstrip('/')}/{image if first else f'library/{image}'}"


def _image(answers: Answers, resolution: Resolution, install: InstallPlan) -> ImagePlan:
    source = _python_source(resolution, install)
    tool = "conda" if source == "conda" else "pixi" if install.pixi else ""
    return ImagePlan(
        base=mirrored_image(resolution.image, answers.mirrors.registry),
        reason=_image_reason(resolution),
        python=resolution.python,
        python_source=source,
        sees_system_packages=answers.stack in VENDOR_STACKS and resolution.image_has_python,
        apt=_apt(answers, source),
        # Debian's and Ubuntu's paths differ, so the mirror is known by what is above them.
        apt_mirror=re.sub(r"/(ubuntu|debian)/?$", "", answers.mirrors.apt).rstrip("/"),
        env=_image_env(answers, resolution),
        tool_image=mirrored_image(TOOL_IMAGES[tool], answers.mirrors.registry) if tool else "",
        root_at_start=answers.stack == Stack.JUPYTER_IMAGE,
    )


def _image_reason(resolution: Resolution) -> str:
    for decision in resolution.decisions:
        if resolution.image in decision.chosen:
            return one_line(decision.because)
    return ""


def _python_source(resolution: Resolution, install: InstallPlan) -> PythonSource:
    if install.recipe == "conda":
        return "conda"
    if resolution.image_has_python:
        return "image"
    return "distribution" if distribution_fits(resolution) else "uv"


def _apt(answers: Answers, source: PythonSource) -> tuple[str, ...]:
    packages = ["ca-certificates", "git", "openssh-client"]
    if answers.framework == Framework.PYTORCH or answers.nvcc:
        # torch.compile and CUDA extensions call the C++ compiler when the program runs.
        packages.append("build-essential")
    if source in {"distribution", "uv"}:
        packages += ["python3", "python3-venv"]
    if source == "distribution":
        packages.append("python3-dev")
    return tuple(sorted(packages))


def _image_env(answers: Answers, resolution: Resolution) -> tuple[tuple[str, str], ...]:
    env: list[tuple[str, str]] = []
    if answers.framework == Framework.JAX and "nvidia" in resolution.image:
        # JAX's CUDA wheels find their own libraries only where nothing else is named first:
        # jax-ml/jax, docs/installation.md.
        env.append(("LD_LIBRARY_PATH", ""))
    if answers.mirrors.pip:
        env += [("PIP_INDEX_URL", answers.mirrors.pip), ("UV_DEFAULT_INDEX", answers.mirrors.pip)]
    return tuple(env)


def _home(answers: Answers) -> str:
    return "/root" if answers.user == "root" else f"/home/{answers.user}"


def _user(answers: Answers, install: InstallPlan) -> UserPlan:
    home = _home(answers)
    root = answers.user == "root"
    # What a cache mount covers in a build stays as an empty folder, else owned by root.
    names = ("pip", "uv", *filter(None, [RECIPE_CACHES.get(install.recipe)]))
    caches = tuple(f"{home}/.cache/{name}" for name in names)
    owned = dirname(install.environment) if install.recipe == "conda" else ENVIRONMENT
    volume = (_workspace(answers)[1],) if _is_volume(answers.workspace) else ()
    folders = (*owned_directories(answers, home), *caches, owned, DEPENDENCIES, *volume)
    return UserPlan(
        name=answers.user,
        uid=0 if root else answers.uid,
        gid=0 if root else answers.gid,
        home=home,
        directories=tuple(dict.fromkeys(folders)),
        directory_arguments=shlex.join(dict.fromkeys(folders)),
        # A remote engine would be given the ids of this machine, which own nothing there.
        update_uid=not answers.workspace and not root,
    )


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
        volume_arguments=volume_arguments(
            answers, (workspace,) if _is_volume(answers.workspace) else ()
        ),
        ports=tuple(dict.fromkeys((*jupyter, *answers.ports))),
        workspace_mount=workspace_mount,
        workspace_folder=workspace if workspace_mount else "",
    )


def _workspace(answers: Answers) -> tuple[str, str]:
    """A remote engine cannot bind this machine's folder: it gets a path of its own or a volume.

    Its place in the container is called as the one there, since an image that a colleague's
    folder of another name would use has to know the place of a volume.
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


def _editor(answers: Answers, install: InstallPlan) -> EditorPlan:
    pixi = "${containerWorkspaceFolder}/.pixi/envs/default"
    own = pixi if install.pixi else install.environment
    return EditorPlan(extensions=answers.extensions, interpreter=f"{own}/bin/python")


def _warnings(
    answers: Answers, resolution: Resolution, project: ProjectFacts, install: InstallPlan
) -> list[str]:
    warnings: list[str] = []
    if framework_is_followed(answers, project) and resolution.build:
        warnings.append(
            f"the {install.manager} files of the project decide the {install.framework} build; "
            f"{resolution.build.version} ({resolution.build.variant}) is what fits the host"
        )
    if install.late_arguments:
        warnings.append(
            "some requirement files have names that a Dockerfile cannot carry; they are "
            "installed after the container is made, without a cached layer"
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
