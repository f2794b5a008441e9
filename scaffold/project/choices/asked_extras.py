"""The extras of the project that its README asks for."""

import re
from collections.abc import Iterable, Iterator

from scaffold.project.readme.followed import Followed, best_for_gpu, names_device
from scaffold.project.sources import Command, Source
from scaffold.project.syntax.requirement import normal_name

_OTHER_DEVICE = re.compile(
    r"(?:^|-)(?:tpu|rocm|npu|xpu|hpu|habana|gaudi|mps|mlx|metal|apple|macos|windows|directml|neuron"
    r"|ascend)(?:$|-)"
)
"""Names of extras for accelerators and systems that no GPU container has."""


def asked_extras(followed: Followed, folder: str, offered: Iterable[str]) -> list[str]:
    """Extras that the commands name, in their order, and those that are offered, each once.

    Of extras for several devices, those for NVIDIA's GPUs remain: `--extra cpu` and
    `--extra gpu` are two ways to install.
    """
    named = [one for command in followed.commands for one in _of_command(command, folder)]
    found = dict.fromkeys((*named, *offered))
    here = [one for one in found if not _OTHER_DEVICE.search(one)]
    best = best_for_gpu(one for one in here if names_device(one))
    return [one for one in here if one in best or not names_device(one)]


def _of_command(command: Command, folder: str) -> Iterator[str]:
    yield from command.extras
    for target, extras, _ in command.local:
        if target == folder:
            yield from map(normal_name, extras)


def exclusive(sources: Iterable[Source]) -> tuple[tuple[str, ...], ...]:
    """Sets of extras that uv cannot combine, as the files name them."""
    return tuple(apart for source in sources for apart in source.conflicts if apart)


def compatible(asked: list[str], conflicts: Iterable[tuple[str, ...]]) -> list[str]:
    """The extras without those that uv cannot combine with an earlier one."""
    for apart in conflicts:
        others = [one for one in asked if one in apart][1:]
        asked = [one for one in asked if one not in others]
    return asked
