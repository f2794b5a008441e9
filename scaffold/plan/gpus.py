"""How Docker is asked for GPUs: exactly one mechanism, since it adds requests up."""

from scaffold.answers.choices import GpuNeed
from scaffold.answers.model import Answers
from scaffold.errors import InputError
from scaffold.facts import HostFacts, Platform
from scaffold.parsing.untrusted.numbers import whole
from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class GpuRequest:
    """`optional` leaves the request to the dev container tool, which makes it if it finds a GPU
    runtime.
    """

    optional: bool = False
    args: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()


def request_gpus(answers: Answers, host: HostFacts) -> GpuRequest:
    """Translate need and devices.

    Raises InputError if devices are named that only a required GPU can use.
    """
    if answers.gpu == GpuNeed.NONE:
        return GpuRequest()
    if host.platform == Platform.JETSON:
        # Tegra's devices come through the runtime's CSV mode, which --gpus does not reach:
        # NVIDIA/nvidia-container-toolkit, internal/info/auto.go.
        return GpuRequest(args=("--runtime=nvidia",), env=(("NVIDIA_VISIBLE_DEVICES", "all"),))
    if answers.gpu == GpuNeed.REQUIRED:
        return GpuRequest(args=_required(answers.gpus))
    return GpuRequest(optional=True, env=_narrowed(answers.gpus))


def _required(gpus: str) -> tuple[str, ...]:
    if is_cdi(gpus):
        return tuple(f"--device={name}" for name in gpus.split(","))
    value = with_key(gpus)
    # Docker reads the value as a line of CSV: only quotes keep a list in one field.
    return (f'--gpus="{value}"' if "," in value else f"--gpus={value}",)


def _narrowed(gpus: str) -> tuple[tuple[str, str], ...]:
    """The dev container tool always asks for all GPUs, so a variable of CUDA selects the GPUs."""
    if gpus == "all":
        return ()
    if is_cdi(gpus):
        raise InputError(
            f"--gpus: CDI names ({gpus}) cannot be asked for optionally",
            hint="use --gpu required, or name indices: --gpus device=0",
        )
    value = with_key(gpus).removeprefix("device=")
    if (count := whole(gpus)) is not None:
        value = ",".join(map(str, range(count)))
    return (("CUDA_VISIBLE_DEVICES", value),)


def with_key(gpus: str) -> str:
    """Names of devices as `device=…`; a count or `all` as it is."""
    bare = "," in gpus or gpus.startswith(("GPU-", "MIG-"))
    return f"device={gpus}" if bare and not gpus.startswith("device=") else gpus


def is_cdi(gpus: str) -> bool:
    """Whether devices are named as the Container Device Interface does: `nvidia.com/gpu=0`."""
    return "/" in gpus and "=" in gpus and not gpus.startswith("device=")
