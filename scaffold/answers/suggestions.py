"""When a question of `init` matters, and the answer that the facts suggest."""

from scaffold.answers.choices import GpuNeed, Target
from scaffold.answers.question import Value, Values
from scaffold.facts import HostFacts
from scaffold.project.facts import ProjectFacts
from scaffold.project.framework import Framework

SECOND_CONFIG = "gpu"
"""The folder of our configuration below `.devcontainer` if the user has one of their own."""

MAIN_CONFIGS = (".devcontainer/devcontainer.json", ".devcontainer.json")
"""What the Dev Containers tools use unless told otherwise."""

SHARED_MEMORY = "16g"
"""A limit and no reservation: the same on every machine, since colleagues share the file. More
helps no data loader."""


def always(_project: ProjectFacts, _host: HostFacts, _values: Values) -> bool:
    """Ask whatever is known."""
    return True


def never(_project: ProjectFacts, _host: HostFacts, _values: Values) -> bool:
    """Only a flag answers it."""
    return False


def builds_on_an_image(project: ProjectFacts, _host: HostFacts, _values: Values) -> bool:
    """Ask if the project's own Dockerfile builds on an image that is more than a system."""
    return bool(project.base_image)


def no_own_image(_project: ProjectFacts, _host: HostFacts, values: Values) -> bool:
    """Ask unless the user names the base image."""
    return not values.get("image")


def wants_gpu(_project: ProjectFacts, _host: HostFacts, values: Values) -> bool:
    """Ask unless the container runs without a GPU."""
    return values.get("target") != Target.CPU


def several_gpus(_project: ProjectFacts, host: HostFacts, values: Values) -> bool:
    """Ask if a GPU is required and there may be more than one."""
    return values.get("gpu") == GpuNeed.REQUIRED and len(host.gpus or (0, 0)) > 1


def framework_unknown(project: ProjectFacts, _host: HostFacts, _values: Values) -> bool:
    """Ask if the repository names no framework."""
    return project.framework == Framework.NONE


def advanced(_project: ProjectFacts, _host: HostFacts, values: Values) -> bool:
    """Ask if the user wants to see all settings."""
    return values.get("advanced") is True


def remote(_project: ProjectFacts, _host: HostFacts, values: Values) -> bool:
    """Ask if the container runs on a server."""
    return values.get("target") == Target.REMOTE


def described(_project: ProjectFacts, _host: HostFacts, values: Values) -> bool:
    """Ask if the server has no name and has to be described."""
    return values.get("target") == Target.REMOTE and not values.get("host")


def on_host(_project: ProjectFacts, _host: HostFacts, values: Values) -> bool:
    """Ask if the container runs on a named server."""
    return values.get("target") == Target.REMOTE and bool(values.get("host"))


def default_target(_project: ProjectFacts, _host: HostFacts, values: Values) -> Value:
    """A server if one is named, else this computer."""
    return (Target.REMOTE if values.get("host") else Target.LOCAL).value


def is_mac(host: HostFacts, values: Values) -> bool:
    """Whether the container runs on a Mac, which has no NVIDIA GPU."""
    return values.get("target") == Target.LOCAL and host.system.kernel_name == "Darwin"


def default_gpu(project: ProjectFacts, host: HostFacts, values: Values) -> Value:
    """Optional for a project that can use a GPU, else none."""
    if values.get("target") == Target.CPU or is_mac(host, values):
        return GpuNeed.NONE.value
    needs_one = project.nvcc or values.get("framework", "none") != "none"
    return (GpuNeed.OPTIONAL if needs_one or project.cuda_hint else GpuNeed.NONE).value


def default_framework(project: ProjectFacts, _host: HostFacts, _values: Values) -> Value:
    """The framework of the repository with its version range."""
    return f"{project.framework.value}{project.framework_spec}"


def default_shm(_project: ProjectFacts, _host: HostFacts, values: Values) -> Value:
    """A size for the data loaders of a framework; none without one."""
    return "" if str(values.get("framework", "none")).startswith("none") else SHARED_MEMORY


def default_mounts(_project: ProjectFacts, _host: HostFacts, values: Values) -> Value:
    """A volume for the caches of a framework, unless all users share one for models."""
    if values.get("shared_cache") or str(values.get("framework", "none")).startswith("none"):
        return ()
    user = values.get("user", "dev")
    home = "/root" if user == "root" else f"/home/{user}"
    return (f"gpu-scaffold-cache:{home}/.cache",)


def default_apt(project: ProjectFacts, _host: HostFacts, _values: Values) -> Value:
    """The system packages that the repository names."""
    return tuple(dict.fromkeys(package.name for package in project.apt))


def default_nvcc(project: ProjectFacts, _host: HostFacts, _values: Values) -> Value:
    """Whether the project compiles CUDA code."""
    return project.nvcc or any(package.compiles for package in project.isolated)


def default_config(project: ProjectFacts, _host: HostFacts, _values: Values) -> Value:
    """A second configuration, if the project has a dev container of its own."""
    return SECOND_CONFIG if has_own_config(project) else ""


def has_own_config(project: ProjectFacts) -> bool:
    """Whether the user's own main configuration is in effect."""
    return any(config.path in MAIN_CONFIGS for config in project.configs)


def default_ports(project: ProjectFacts, _host: HostFacts, _values: Values) -> Value:
    """The ports that the repository names."""
    return tuple(str(port) for port in project.ports)


def default_extensions(project: ProjectFacts, _host: HostFacts, _values: Values) -> Value:
    """Python's extension, and Jupyter's for notebooks."""
    notebooks = project.notebooks or 8888 in project.ports
    return ("ms-python.python", *(("ms-toolsai.jupyter",) if notebooks else ()))
