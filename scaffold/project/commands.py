"""`pip install` and `conda install` commands inside prose, Dockerfiles and notebooks."""

import re
from collections.abc import Iterator
from itertools import islice

from scaffold.project.conda import conda_requirement
from scaffold.project.requirement import parse_requirement
from scaffold.project.sources import Requirement
from scaffold.project.specifiers import cuda_release
from scaffold.project.text import place

_INSTALL = re.compile(r"\b(pip3?|uv pip|conda|mamba|micromamba)\s+(?:install|create)\b([^\n|;&`]*)")
MAX_COMMANDS = 100
"""Of one file; a README shows a handful."""

_VALUED = frozenset({"-c", "-n", "-f", "-i", "-p", "-r", "--index-url", "--extra-index-url"}) | {
    "--channel",
    "--name",
    "--prefix",
    "--find-links",
    "--requirement",
    "--constraint",
    "--file",
    "--target",
}


def installed_by(path: str, text: str) -> Iterator[Requirement]:
    """The packages that install commands in a text name, as weak evidence."""
    joined = re.sub(r"\\\n", "  ", text)
    for match in islice(_INSTALL.finditer(joined), MAX_COMMANDS):
        # A joined line has the length of the two, so positions still tell the line.
        line = text.count("\n", 0, match.start()) + 1
        conda = not match[1].endswith(("pip", "pip3"))
        yield from _packages(match[2], place(path, line), conda, match[0].strip())


def _packages(arguments: str, where: str, conda: bool, command: str) -> Iterator[Requirement]:
    local = cuda_release(arguments)
    for word in _words(arguments):
        if conda:
            yield conda_requirement(word, where, "command")
            continue
        try:
            found = parse_requirement(word, where, "command")
        except ValueError:
            continue
        if found is not None:
            cuda = f"cuda{local}" if local and not found.local else found.local
            yield Requirement(
                found.name, found.spec, found.extras, where, command, "command", local=cuda
            )


def _words(arguments: str) -> Iterator[str]:
    import shlex

    try:
        words = shlex.split(arguments, comments=True)
    except ValueError:
        words = arguments.split()
    skip = False
    for word in words:
        if skip or word.startswith("-"):
            skip = word in _VALUED
        elif not word.startswith((".", "/")):
            yield word
