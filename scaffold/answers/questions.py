"""Every question that `scaffold init` can ask: one row serves prompt, flag and answers file."""

from collections.abc import Callable
from enum import StrEnum

from scaffold.answers.choices import Files, GpuNeed, Installer, Stack, Target
from scaffold.answers.question import Question, Value, Values
from scaffold.answers.suggestions import (
    advanced,
    always,
    builds_on_an_image,
    default_apt,
    default_config,
    default_extensions,
    default_framework,
    default_gpu,
    default_mounts,
    default_nvcc,
    default_ports,
    default_shm,
    default_target,
    described,
    framework_unknown,
    has_own_config,
    never,
    no_own_image,
    on_host,
    remote,
    several_gpus,
    wants_gpu,
)
from scaffold.facts import HostFacts
from scaffold.project.facts import PackageManager, ProjectFacts
from scaffold.project.framework_table import SHOWN_NAMES

_NAMES = (f"{SHOWN_NAMES[0]}>=2.8", *SHOWN_NAMES[1:], "none")


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
        prompt="Name of a second one (empty: replace yours)",
        help="Write a second configuration to .devcontainer/NAME, e.g. gpu.",
        default=default_config,
        asked=lambda project, _host, _values: has_own_config(project),
    ),
    Question(
        key="target",
        kind="choice",
        prompt="Where will the container run?",
        help="Where the container will run.",
        default=default_target,
        asked=always,
        choices=_choices(
            (Target.LOCAL, "on this machine"),
            (Target.REMOTE, "on a remote GPU server"),
            (Target.CPU, "without any GPU"),
        ),
    ),
    Question(
        key="host",
        kind="text",
        prompt="Which server? (empty: I describe its driver and GPUs)",
        help="Server that runs the container, by its ssh alias.",
        default=_fixed(""),
        asked=remote,
    ),
    Question(
        key="files",
        kind="choice",
        prompt="Where do you edit?",
        help="remote-ssh: edit on the server; context: edit locally, with a Docker context.",
        default=_fixed(Files.REMOTE_SSH.value),
        asked=on_host,
        choices=_choices(
            (Files.REMOTE_SSH, "on the server, through VS Code's Remote-SSH (recommended)"),
            (Files.CONTEXT, "on this computer; a Docker context connects to the server's engine"),
        ),
    ),
    Question(
        key="workspace",
        kind="text",
        prompt="Folder of the project on the server (empty: ~/NAME)",
        help="Project folder on the server; with --files context also a volume.",
        default=_fixed(""),
        asked=on_host,
    ),
    Question(
        key="driver",
        kind="text",
        prompt="NVIDIA driver on the server (empty: unknown)",
        help="NVIDIA driver version of the server, e.g. 535.183.01.",
        default=_fixed(""),
        asked=described,
    ),
    Question(
        key="gpu_model",
        kind="list",
        prompt="GPU models on the server (empty: unknown)",
        help="GPU model of the server, as nvidia-smi names it.",
        default=_fixed(()),
        asked=described,
    ),
    Question(
        key="framework",
        kind="text",
        prompt="Which framework?",
        help=f"Framework and versions: {', '.join(map(repr, _NAMES))}.",
        default=default_framework,
        asked=framework_unknown,
    ),
    Question(
        key="gpu",
        kind="choice",
        prompt="Does it need a GPU?",
        help="required: fail without a GPU; optional: use one if present.",
        default=default_gpu,
        asked=wants_gpu,
        choices=_choices(
            (GpuNeed.OPTIONAL, "use a GPU if the machine has one"),
            (GpuNeed.REQUIRED, "do not start without one"),
            (GpuNeed.NONE, "never"),
        ),
    ),
    Question(
        key="gpus",
        kind="text",
        prompt="Which GPUs?",
        help="all, a count (2), free or free:2 (least used now), device=0,1, UUIDs, CDI names.",
        default=_fixed("all"),
        asked=several_gpus,
    ),
    Question(
        key="image",
        kind="text",
        prompt="Base image of your own (empty: none)",
        help="Base image of your own, REPO:TAG; '' lets one be chosen.",
        default=_fixed(""),
        asked=builds_on_an_image,
    ),
    Question(
        key="stack",
        kind="choice",
        prompt="Which base image?",
        help="Base of the image.",
        default=_fixed(Stack.PYTHON.value),
        asked=no_own_image,
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
        prompt="Folders with data that the container sees (empty: none)",
        help="HOST:CONTAINER[:ro] for a folder, NAME:CONTAINER for a named volume.",
        default=default_mounts,
        asked=always,
    ),
    Question(
        key="port",
        kind="list",
        prompt="Ports to open on your computer (empty: none)",
        help="A port of the container to reach from your machine.",
        default=default_ports,
        asked=always,
    ),
    Question(
        key="advanced",
        kind="flag",
        prompt="See the other settings (Python, user, mirrors, …)?",
        help="Also prompt for settings that rarely change.",
        default=_fixed(False),
        asked=always,
    ),
    Question(
        key="apt",
        kind="list",
        prompt="System packages (empty: none)",
        help="A Debian package to install, e.g. ffmpeg.",
        default=default_apt,
        asked=lambda project, _host, values: bool(project.apt) or values.get("advanced") is True,
    ),
    Question(
        key="python",
        kind="text",
        prompt="Python versions (empty: any)",
        help="Python versions: 3.12 or a range such as '>=3.10,<3.13'.",
        default=lambda project, _host, _values: project.python_spec,
        asked=advanced,
    ),
    Question(
        key="package_manager",
        kind="choice",
        prompt="What installs the dependencies?",
        help="Program that installs the dependencies.",
        default=lambda project, _host, _values: project.package_manager.value,
        asked=advanced,
        choices=tuple((manager.value, manager.value) for manager in PackageManager),
    ),
    Question(
        key="installer",
        kind="choice",
        prompt="What installs packages from requirements files?",
        help="uv (fast) or pip.",
        default=_fixed(Installer.UV.value),
        asked=advanced,
        choices=_choices(
            (Installer.UV, "the same packages as pip, several times faster"),
            (Installer.PIP, "pip itself"),
        ),
    ),
    Question(
        key="nvcc",
        kind="flag",
        prompt="Must something be compiled against CUDA (nvcc)?",
        help="Install the CUDA compiler in the image.",
        default=default_nvcc,
        asked=advanced,
    ),
    Question(
        key="shm",
        kind="text",
        prompt="Shared memory (empty: Docker's 64 MB)",
        help="Shared memory: a size such as 8g, 'host' for --ipc=host, '' for Docker's 64 MB.",
        default=default_shm,
        asked=advanced,
    ),
    Question(
        key="user",
        kind="text",
        prompt="User in the container",
        help="User in the container; 'root' creates none.",
        default=_fixed("dev"),
        asked=advanced,
    ),
    Question(
        key="uid",
        kind="number",
        prompt="User id",
        help="User id in the container, ideally that of the host.",
        default=lambda _project, host, _values: host.uid or 1000,
        asked=advanced,
    ),
    Question(
        key="gid",
        kind="number",
        prompt="Group id",
        help="Group id in the container.",
        default=lambda _project, host, _values: host.gid or 1000,
        asked=advanced,
    ),
    Question(
        key="feature",
        kind="list",
        prompt="Dev container Features (empty: none)",
        help="Feature with options, e.g. ghcr.io/devcontainers/features/node:1,version=20.",
        default=_fixed(()),
        asked=advanced,
    ),
    Question(
        key="service",
        kind="list",
        prompt="More services (empty: none)",
        help="Additional service: postgres, redis, mlflow or minio.",
        default=_fixed(()),
        asked=advanced,
    ),
    Question(
        key="mirror",
        kind="list",
        prompt="Mirrors (empty: none)",
        help="A public mirror (tuna, ustc, aliyun), or KIND=URL for one kind of source.",
        default=_fixed(()),
        asked=advanced,
    ),
    Question(
        key="extension",
        kind="list",
        prompt="VS Code extensions",
        help="A VS Code extension to install in the container.",
        default=default_extensions,
        asked=advanced,
    ),
    Question(
        key="name",
        kind="text",
        prompt="Name of the dev container",
        help="Name of the dev container (default: the folder's name).",
        default=_fixed(""),
        asked=never,
    ),
)

BY_KEY = {question.key: question for question in QUESTIONS}
"""Each question by the key of its answer."""
