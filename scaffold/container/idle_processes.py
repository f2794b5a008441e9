"""Which processes of a container work: not its init, its sleepers or the waiting main program."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from scaffold.container.engine_json import rows

_SLEEPS = r"(/\S*/)?(sleep|tail -[fF] /dev/null|pause)( .*)?"

_IDLE = (
    r"(/\S*/)?(docker-init|tini|dumb-init|catatonit)( .*)?",
    r"(/\S*/)?sleep (1|inf|infinity)",
    r"tail -[fF] /dev/null",
    # The program that the Dev Containers CLI (0.89) starts a container with, and VS Code's.
    r"/bin/sh -c echo Container started.*",
    # A shell that waits, such as the main program of `docker run -it IMAGE bash`.
    r"-?(/\S*/)?(ba|da|z|fi|a)?sh( -i| -l| --login)*",
)
_PATTERN = re.compile("|".join(f"(?:{one})" for one in _IDLE), re.DOTALL)


def working(inspect: Mapping[str, Any], processes: Iterable[str]) -> tuple[str, ...]:
    """The commands of `docker top` that are not idle; a main program that sleeps is idle too."""
    main = " ".join((str(inspect.get("Path") or ""), *map(str, rows(inspect, "Args"))))
    waits = main if re.fullmatch(_SLEEPS, main) else ""
    commands = (one.strip() for one in processes)
    return tuple(one for one in commands if one != waits and not _PATTERN.fullmatch(one))
