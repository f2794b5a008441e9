"""From answers and resolution to every value that the template needs."""

import re
import shlex
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

from scaffold.answers import Answers, GpuNeed, Mount, Target
from scaffold.errors import InputError
from scaffold.facts import HostFacts
from scaffold.installing import Install, install_steps
from scaffold.project.facts import Framework, PackageManager, ProjectFacts
from scaffold.resolution import Resolution

PYTORCH_INDEX = "https://download.pytorch.org/whl"

MODULES = {
    Framework.PYTORCH: "torch",
    Framework.TENSORFLOW: "tensorflow",
    Framework.JAX: "jax",
    Framework.NONE: "",
}
"""The module whose own view of the GPU is the proof."""

RESERVED_TARGETS = ("/", "/bin", "/dev", "/etc", "/lib", "/opt/venv", "/proc", "/sys", "/usr")

VENDOR_PYTHON_STACKS = ("pytorch/pytorch", "tensorflow/tensorflow", "nvidia/pytorch", "/jupyter/")
"""Images whose framework is in their own Python: a venv on top must see it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Every value of the template, each plain text, number or list, none needing escapes.

    `run_args` are arguments of `docker run`; `mounts` strings of `docker --mount`;
    `framework_install` and `constraint_names` describe the layer of the framework; `install`
    the layers of the dependencies. `module` is the Python module that proves the GPU.
    """

    name: str
    image: str
    python: str
    python_from: str
    system_site_packages: bool
    user: str
    uid: int
    gid: int
    gpu: str
    module: str
    run_args: tuple[str, ...]
    optional_gpu: bool
    mounts: tuple[str, ...]
    owned_folders: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]
    build_environment: tuple[tuple[str, str], ...]
    ports: tuple[int, ...]
    framework: str
    framework_install: str
    install: Install
    apt_mirror: str
    update_uid: bool
    jupyter: bool
    extensions: tuple[str, ...]
    cuda: str
    reasons: tuple[tuple[str, str], ...]


def make_plan(
    answers: Answers, resolution: Resolution, project: ProjectFacts, host: HostFacts
) -> Plan:
    """Work out every value of the template.

    Raises InputError where mounts collide or cover what the container itself needs.
    """
    install = install_steps(answers, resolution, project)
    jupyter_port = (8888,) if answers.jupyter else ()
    return Plan(
        name=answers.name,
        image=mirrored_image(resolution.image, answers.mirrors.registry),
        python=resolution.python,
        python_from=_python_from(resolution, answers.package_manager),
        system_site_packages=any(part in resolution.image for part in VENDOR_PYTHON_STACKS),
        user=answers.user,
        uid=answers.uid,
        gid=answers.gid,
        gpu=answers.gpu.value,
        module=MODULES[answers.framework],
        run_args=run_args(answers, host),
        optional_gpu=answers.gpu is GpuNeed.OPTIONAL,
        mounts=tuple(mount_text(mount) for mount in checked_mounts(answers.mounts)),
        owned_folders=_owned_folders(answers),
        environment=resolution.env,
        build_environment=_build_environment(answers),
        ports=tuple(dict.fromkeys((*answers.ports, *jupyter_port))),
        framework=_framework_title(resolution),
        framework_install=framework_install(answers, resolution, install),
        install=install,
        apt_mirror=answers.mirrors.apt,
        update_uid=answers.target is not Target.REMOTE,
        jupyter=answers.jupyter,
        extensions=answers.extensions,
        cuda=resolution.cuda or "",
        reasons=tuple((step.what, step.because) for step in resolution.decisions),
    )


def plan_json(plan: Plan) -> dict[str, object]:
    """The plan as it goes into a JSON document."""
    return asdict(plan)


def mirrored_image(image: str, registry: str) -> str:
    """The image's name at a registry mirror; Docker Hub's official ones live in `library/`."""
    if not registry:
        return image
    head, _, rest = image.partition("/")
    has_registry = rest and ("." in head or ":" in head)
    path = rest if has_registry else image if rest else f"library/{image}"
    return f"{registry}/{path}"


def run_args(answers: Answers, host: HostFacts) -> tuple[str, ...]:
    """Arguments of `docker run`: shared memory, and the GPUs where one is required.

    The Dev Containers CLI adds `--gpus all` of its own for hostRequirements.gpu, and Docker
    appends rather than replaces, so only one of both may speak (design.md, one mechanism).
    """
    shm = {"": (), "host": ("--ipc=host",)}.get(answers.shm, (f"--shm-size={answers.shm}",))
    return (*shm, *(gpu_args(answers, host) if answers.gpu is GpuNeed.REQUIRED else ()))


def gpu_args(answers: Answers, host: HostFacts) -> tuple[str, ...]:
    """The GPU request: CDI device names, or `--gpus` with a device list in inner quotes.

    The inner quotes keep Docker's CSV parser from splitting the list at its commas.
    """
    if "/" in answers.gpus and "=" in answers.gpus and not answers.gpus.startswith("device="):
        return tuple(f"--device={name}" for name in answers.gpus.split(","))
    only_cdi = host.docker and host.docker.cdi_devices and "nvidia" not in host.docker.runtimes
    if only_cdi and answers.gpus == "all":
        return ("--device=nvidia.com/gpu=all",)
    return (f'--gpus="{answers.gpus}"' if "," in answers.gpus else f"--gpus={answers.gpus}",)


def checked_mounts(mounts: tuple[Mount, ...]) -> tuple[Mount, ...]:
    """The mounts as they are, once none hides another or the container's own folders.

    Raises InputError that names the mount.
    """
    seen: set[str] = set()
    for mount in mounts:
        target = str(PurePosixPath(mount.target))
        if target in RESERVED_TARGETS or target.startswith("//"):
            raise InputError(
                f"--mount: {mount.target} would hide the container's own files",
                hint="choose another path in the container, e.g. /data",
            )
        if target in seen:
            raise InputError(f"--mount: two mounts at {mount.target}", hint="remove one of them")
        seen.add(target)
    return mounts


def mount_text(mount: Mount) -> str:
    """A mount as `docker --mount` reads it; only this form knows `readonly`."""
    text = f"type={mount.kind},source={mount.source},target={mount.target}"
    return text + ",readonly" if mount.read_only else text


def _owned_folders(answers: Answers) -> tuple[str, ...]:
    """Mount points of volumes: a new volume takes the owner that the image's folder has."""
    return tuple(mount.target for mount in answers.mounts if mount.kind == "volume")


def _python_from(resolution: Resolution, manager: PackageManager) -> str:
    if manager in {PackageManager.CONDA, PackageManager.PIXI}:
        return "conda"
    if resolution.image.startswith("nvidia/cuda"):
        return "apt" if resolution.image_has_python else "uv"
    return "image"


def _build_environment(answers: Answers) -> tuple[tuple[str, str], ...]:
    pip = answers.mirrors.pip
    pairs = [("PIP_INDEX_URL", pip), ("UV_DEFAULT_INDEX", pip)] if pip else []
    if pip.startswith("http://"):
        host = pip.partition("://")[2].partition("/")[0]
        pairs += [("PIP_TRUSTED_HOST", host.partition(":")[0]), ("UV_INSECURE_HOST", host)]
    return tuple(pairs)


def _framework_title(resolution: Resolution) -> str:
    build = resolution.build
    return f"{build.framework.value} {build.version} ({build.variant})" if build else ""


def framework_install(answers: Answers, resolution: Resolution, install: Install) -> str:
    """The arguments that make the installer take exactly the chosen build, or nothing.

    Nothing where a lock file or conda environment names the build itself, or it is in the
    image already.
    """
    build = resolution.build
    if build is None or install.brings_framework or not build.requirements:
        return ""
    index = build.index_url
    if index and answers.mirrors.pytorch:
        index = index.replace(PYTORCH_INDEX, answers.mirrors.pytorch)
    words = [shlex.quote(requirement) for requirement in build.requirements]
    return " ".join([*(["--index-url", shlex.quote(index)] if index else []), *words])


def slug(name: str) -> str:
    """A name that is safe as a folder, an image tag and a volume."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return plain or "project"
