"""Every question that `scaffold init` can ask: one row serves prompt, flag and answers file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from scaffold.answers.choices import Files, GpuNeed, Installer, Stack, Target
from scaffold.facts import HostFacts
from scaffold.project.facts import PackageManager, ProjectFacts
from scaffold.project.framework import Framework
from scaffold.project.framework_table import SHOWN_NAMES

Value = str | bool | int | tuple[str, ...]
"""A raw answer: text, a choice, yes or no, a number, or several texts."""

Values = Mapping[str, Value]

_NAMES = (f"{SHOWN_NAMES[0]}>=2.8", *SHOWN_NAMES[1:], "none")

Kind = Literal["choice", "text", "list", "flag", "number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    `key` names it in the answers file and, with dashes, as a flag. `default` gives the
    answer that the facts suggest. `asked` says whether the prompt still matters given the
    facts and the answers so far; what is not asked takes its default.
    """

    key: str
    kind: Kind
    prompt: str
    help: str
    default: Callable[[ProjectFacts, HostFacts, Values], Value]
    asked: Callable[[ProjectFacts, HostFacts, Values], bool]
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def flag(self) -> str:
        """The command line option, `--package-manager` for `package_manager`."""
        return "--" + self.key.replace("_", "-")


SECOND_CONFIG = "gpu"
"""The folder of our configuration below `.devcontainer`, beside one of the user's."""

MAIN_CONFIGS = (".devcontainer/devcontainer.json", ".devcontainer.json")
"""What the Dev Containers tools use unless told otherwise."""

SHARED_MEMORY_CAP_GIB = 16
"""Half of the host's RAM is Linux's own default for a tmpfs; more than this helps no loader."""


def _always(_project: ProjectFacts, _host: HostFacts, _values: Values) -> bool:
    return True


def _never(_project: ProjectFacts, _host: HostFacts, _values: Values) -> bool:
    return False


def _wants_gpu(_project: ProjectFacts, _host: HostFacts, values: Values) -> bool:
    return values.get("target") != Target.CPU


def _several_gpus(_project: ProjectFacts, host: HostFacts, values: Values) -> bool:
    return values.get("gpu") == GpuNeed.REQUIRED and len(host.gpus or (0, 0)) > 1


def _framework_unknown(project: ProjectFacts, _host: HostFacts, _values: Values) -> bool:
    return project.framework == Framework.NONE


def _advanced(_project: ProjectFacts, _host: HostFacts, values: Values) -> bool:
    return values.get("advanced") is True


def _remote(_project: ProjectFacts, _host: HostFacts, values: Values) -> bool:
    return values.get("target") == Target.REMOTE


def _described(_project: ProjectFacts, _host: HostFacts, values: Values) -> bool:
    return values.get("target") == Target.REMOTE and not values.get("host")


def _on_host(_project: ProjectFacts, _host: HostFacts, values: Values) -> bool:
    return values.get("target") == Target.REMOTE and bool(values.get("host"))


def _default_target(_project: ProjectFacts, _host: HostFacts, values: Values) -> Value:
    return (Target.REMOTE if values.get("host") else Target.LOCAL).value


def _default_gpu(project: ProjectFacts, _host: HostFacts, values: Values) -> Value:
    if values.get("target") == Target.CPU:
        return GpuNeed.NONE.value
    needs_one = project.nvcc or values.get("framework", "none") != "none"
    return (GpuNeed.OPTIONAL if needs_one or project.cuda_hint else GpuNeed.NONE).value


def _default_framework(project: ProjectFacts, _host: HostFacts, _values: Values) -> Value:
    return f"{project.framework.value}{project.framework_spec}"


def _default_shm(_project: ProjectFacts, host: HostFacts, values: Values) -> Value:
    if str(values.get("framework", "none")).startswith("none"):
        return ""
    half_gib = (host.memory_mib or 16 * 1024) // 2 // 1024
    return f"{max(1, min(half_gib, SHARED_MEMORY_CAP_GIB))}g"


def _default_mounts(_project: ProjectFacts, _host: HostFacts, values: Values) -> Value:
    if str(values.get("framework", "none")).startswith("none"):
        return ()
    user = values.get("user", "dev")
    home = "/root" if user == "root" else f"/home/{user}"
    return (f"gpu-scaffold-cache:{home}/.cache",)


def _default_apt(project: ProjectFacts, _host: HostFacts, _values: Values) -> Value:
    return tuple(dict.fromkeys(package.name for package in project.apt))


def _default_nvcc(project: ProjectFacts, _host: HostFacts, _values: Values) -> Value:
    return project.nvcc or any(package.compiles for package in project.isolated)


def _default_config(project: ProjectFacts, _host: HostFacts, _values: Values) -> Value:
    """A second configuration, if the project has a dev container of its own."""
    return SECOND_CONFIG if has_own_config(project) else ""


def has_own_config(project: ProjectFacts) -> bool:
    """Whether the user's own main configuration is in effect."""
    return any(config.path in MAIN_CONFIGS for config in project.configs)


def _default_ports(project: ProjectFacts, _host: HostFacts, _values: Values) -> Value:
    return tuple(str(port) for port in project.ports)


def _default_extensions(project: ProjectFacts, _host: HostFacts, _values: Values) -> Value:
    notebooks = project.notebooks or 8888 in project.ports
    return ("ms-python.python", *(("ms-toolsai.jupyter",) if notebooks else ()))


def _fixed(value: Value) -> Callable[[ProjectFacts, HostFacts, Values], Value]:
    return lambda _project, _host, _values: value


def _choices(*pairs: tuple[StrEnum, str]) -> tuple[tuple[str, str], ...]:
    return tuple((choice.value, text) for choice, text in pairs)


QUESTIONS: tuple[Question, ...] = (
    Question(
        key="project_dir",
        kind="text",
        prompt="Which of these folders is the project?",
        help="Folder of the project inside the repository, e.g. python/app.",
        default=lambda project, _host, _values: project.base,
        asked=lambda project, _host, _values: bool(project.siblings),
    ),
    Question(
        key="config",
        kind="text",
        prompt="This project has its own dev container. Name of a second one (empty: replace it)",
        help="Write a second configuration to .devcontainer/NAME, e.g. gpu.",
        default=_default_config,
        asked=lambda project, _host, _values: has_own_config(project),
    ),
    Question(
        key="target",
        kind="choice",
        prompt="Where will the container run?",
        help="Where the container will run.",
        default=_default_target,
        asked=_always,
        choices=_choices(
            (Target.LOCAL, "on this machine"),
            (Target.REMOTE, "on a remote GPU server"),
            (Target.CPU, "without any GPU"),
        ),
    ),
    Question(
        key="host",
        kind="text",
        prompt="Which server? Its ssh alias (empty: I describe its driver and GPUs)",
        help="The server that the container will run on, by its ssh alias; its facts decide.",
        default=_fixed(""),
        asked=_remote,
    ),
    Question(
        key="files",
        kind="choice",
        prompt="Where do you edit?",
        help="remote-ssh: the editor works on the server; context: here, with a Docker context.",
        default=_fixed(Files.REMOTE_SSH.value),
        asked=_on_host,
        choices=_choices(
            (Files.REMOTE_SSH, "on the server, through VS Code's Remote-SSH (recommended)"),
            (Files.CONTEXT, "here; a Docker context reaches the server's engine"),
        ),
    ),
    Question(
        key="workspace",
        kind="text",
        prompt="Folder on the server (empty: ~/NAME; with a context also a volume's name)",
        help="Where the project lies on the server: a path, or with --files context a volume.",
        default=_fixed(""),
        asked=_on_host,
    ),
    Question(
        key="driver",
        kind="text",
        prompt="NVIDIA driver version there (nvidia-smi shows it; empty: unknown)",
        help="The NVIDIA driver version where the container will run, e.g. 535.183.01.",
        default=_fixed(""),
        asked=_described,
    ),
    Question(
        key="gpu_model",
        kind="list",
        prompt="GPU models there, e.g. Tesla T4 (empty: unknown)",
        help="A GPU model where the container will run, as nvidia-smi names it.",
        default=_fixed(()),
        asked=_described,
    ),
    Question(
        key="framework",
        kind="text",
        prompt=f"Framework, with a version if it matters ({', '.join(_NAMES)})",
        help=f"Framework and versions: {', '.join(map(repr, _NAMES))}.",
        default=_default_framework,
        asked=_framework_unknown,
    ),
    Question(
        key="gpu",
        kind="choice",
        prompt="Does it need a GPU?",
        help="required: no start without one; optional: used where there is one.",
        default=_default_gpu,
        asked=_wants_gpu,
        choices=_choices(
            (GpuNeed.OPTIONAL, "use one where there is one, start without"),
            (GpuNeed.REQUIRED, "do not start without one"),
            (GpuNeed.NONE, "never"),
        ),
    ),
    Question(
        key="gpus",
        kind="text",
        prompt="Which GPUs? (all, a count, free, device=0,1, UUIDs, nvidia.com/gpu=0)",
        help="all, a count (2), free or free:2 (least used now), device=0,1, UUIDs, CDI names.",
        default=_fixed("all"),
        asked=_several_gpus,
    ),
    Question(
        key="stack",
        kind="choice",
        prompt="Which base image?",
        help="What the image is made from.",
        default=_fixed(Stack.PYTHON.value),
        asked=_always,
        choices=_choices(
            (Stack.PYTHON, "plain Python, wheels bring their own CUDA (smallest)"),
            (Stack.CUDA, "nvidia/cuda, with the CUDA toolkit in the image"),
            (Stack.PYTORCH_IMAGE, "pytorch/pytorch"),
            (Stack.TENSORFLOW_IMAGE, "tensorflow/tensorflow"),
            (Stack.NGC_IMAGE, "NVIDIA NGC PyTorch (very large, strict about the driver)"),
            (Stack.JUPYTER_IMAGE, "quay.io/jupyter notebooks"),
        ),
    ),
    Question(
        key="jupyter",
        kind="flag",
        prompt="Start Jupyter Lab with the container?",
        help="Start Jupyter Lab with the container.",
        default=_fixed(False),
        asked=lambda project, _host, _values: project.notebooks,
    ),
    Question(
        key="mount",
        kind="list",
        prompt="Mounts, host:container[:ro], a bare name is a volume (empty: none)",
        help="HOST:CONTAINER[:ro] for a folder, NAME:CONTAINER for a named volume.",
        default=_default_mounts,
        asked=_always,
    ),
    Question(
        key="port",
        kind="list",
        prompt="Ports to reach from your machine (empty: none)",
        help="A port of the container to reach from your machine.",
        default=_default_ports,
        asked=_always,
    ),
    Question(
        key="advanced",
        kind="flag",
        prompt="See the other settings (Python, user, Features, services, mirrors, …)?",
        help="Also prompt for settings that rarely change.",
        default=_fixed(False),
        asked=_always,
    ),
    Question(
        key="apt",
        kind="list",
        prompt="System packages, e.g. ffmpeg, libgl1 (empty: none)",
        help="A Debian package to install, e.g. ffmpeg.",
        default=_default_apt,
        asked=lambda project, _host, values: bool(project.apt) or values.get("advanced") is True,
    ),
    Question(
        key="python",
        kind="text",
        prompt="Python versions (3.12, >=3.10; empty: any)",
        help="Python versions: 3.12 or a range such as '>=3.10,<3.13'.",
        default=lambda project, _host, _values: project.python_spec,
        asked=_advanced,
    ),
    Question(
        key="package_manager",
        kind="choice",
        prompt="What installs the dependencies?",
        help="What installs the project's dependencies.",
        default=lambda project, _host, _values: project.package_manager.value,
        asked=_advanced,
        choices=tuple((manager.value, manager.value) for manager in PackageManager),
    ),
    Question(
        key="installer",
        kind="choice",
        prompt="What installs packages from requirements files?",
        help="uv (fast) or pip.",
        default=_fixed(Installer.UV.value),
        asked=_advanced,
        choices=_choices(
            (Installer.UV, "the same packages as pip, several times faster"),
            (Installer.PIP, "pip itself"),
        ),
    ),
    Question(
        key="nvcc",
        kind="flag",
        prompt="Must something be compiled against CUDA (nvcc)?",
        help="Bring the CUDA compiler into the image.",
        default=_default_nvcc,
        asked=_advanced,
    ),
    Question(
        key="shm",
        kind="text",
        prompt="Shared memory (8g; host: the host's own; empty: Docker's 64 MB)",
        help="Shared memory: a size such as 8g, 'host' for --ipc=host, '' for Docker's 64 MB.",
        default=_default_shm,
        asked=_advanced,
    ),
    Question(
        key="user",
        kind="text",
        prompt="User in the container",
        help="User in the container; 'root' for none of its own.",
        default=_fixed("dev"),
        asked=_advanced,
    ),
    Question(
        key="uid",
        kind="number",
        prompt="User id",
        help="User id in the container, best the same as on the host.",
        default=lambda _project, host, _values: host.uid or 1000,
        asked=_advanced,
    ),
    Question(
        key="gid",
        kind="number",
        prompt="Group id",
        help="Group id in the container.",
        default=lambda _project, host, _values: host.gid or 1000,
        asked=_advanced,
    ),
    Question(
        key="feature",
        kind="list",
        prompt="Dev container Features, e.g. node:1, sshd, git-lfs (empty: none)",
        help="Feature with options, e.g. ghcr.io/devcontainers/features/node:1,version=20.",
        default=_fixed(()),
        asked=_advanced,
    ),
    Question(
        key="service",
        kind="list",
        prompt="Services beside the container: postgres, redis, mlflow, minio (empty: none)",
        help="A service beside the container: postgres, redis, mlflow or minio.",
        default=_fixed(()),
        asked=_advanced,
    ),
    Question(
        key="mirror",
        kind="list",
        prompt="Mirrors, kind=URL with kind apt, pip, pytorch, conda or registry (empty: none)",
        help="KIND=URL, with KIND one of apt, pip, pytorch, conda, registry.",
        default=_fixed(()),
        asked=_advanced,
    ),
    Question(
        key="extension",
        kind="list",
        prompt="VS Code extensions",
        help="A VS Code extension to install in the container.",
        default=_default_extensions,
        asked=_advanced,
    ),
    Question(
        key="name",
        kind="text",
        prompt="Name of the dev container",
        help="Name of the dev container (default: the folder's name).",
        default=_fixed(""),
        asked=_never,
    ),
)
