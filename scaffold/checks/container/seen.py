"""Input of the container checks: the state inside, and what was requested."""

import re

from scaffold.facts import Gpu, ProbeFacts
from scaffold.facts.inside import InsideFacts
from scaffold.project.framework_table import ROWS
from scaffold.records import dataclass
from scaffold.workspace.request import ContainerRequest

TITLES = {row.module: row.title for row in ROWS}

_ARCHITECTURE = re.compile(r"(sm|compute)_([0-9]{1,2})([0-9])([af]?)")


@dataclass(frozen=True, slots=True)
class CheckedContainer:
    """One container."""

    inside: InsideFacts
    asked: ContainerRequest

    @property
    def probe(self) -> ProbeFacts:
        """How the check inside ended."""
        return self.inside.probe

    @property
    def gpus(self) -> tuple[Gpu, ...]:
        """The GPUs that nvidia-smi lists, none if it does not answer."""
        return self.inside.gpus or ()

    @property
    def gpu_present(self) -> bool:
        """Whether the driver is in the container: nvidia-smi lists GPUs, or its files exist."""
        return bool(self.gpus or (self.inside.libcuda and self.inside.nodes))


def covers(architecture: str, capability: str) -> bool:
    """Whether code of an architecture's name (`sm_86`, `compute_90`) runs on a compute capability.

    Binary code runs on the same major and the same or a newer minor, PTX on anything newer;
    code with the suffix `a` on its own capability alone, with `f` on its own family.
    Source: CUDA C++ Programming Guide, binary and PTX compatibility, feature sets.
    """
    match, card = _ARCHITECTURE.fullmatch(architecture), tuple(map(int, capability.split(".")))
    if match is None:
        return False
    code = (int(match[2]), int(match[3]))
    if match[4] == "a":
        return code == card
    return code <= card and (match[1] == "compute" or code[0] == card[0])
