"""`python -m tools.catalogue.code PROJECT VERSION ARCH`: the code in each object of a wheel.

Streams every shared object through the reader of fat binaries and keeps nothing; for a wheel of
PyTorch that is half a gigabyte. Rows rest on what a wheel says of its build; this checks it.
"""

import sys
from collections.abc import Iterator, Sequence

from tools.catalogue.__main__ import HOSTS, PYPI
from tools.catalogue.context import chosen
from tools.catalogue.fatbin import capabilities
from tools.catalogue.listing import Index
from tools.catalogue.source import Source, SourceError
from tools.catalogue.wheel import DAMAGED, Wheel


def objects(index: Index, project: str, version: str, arch: str) -> Iterator[str]:
    """A line for each shared object with code for GPUs."""
    file = chosen(index.releases(project).get(version, []), arch)
    if not file:
        raise SourceError(f"{project} {version} has no wheel for {arch}")
    wheel = Wheel(index.source, file)
    for name in wheel.names(lambda name: ".so" in name):
        with wheel.stream(name) as stream:
            binary, ptx = capabilities(stream)
        if binary or ptx:
            yield f"{name}: {' '.join(binary)}{f' and PTX {ptx}' if ptx else ''}"


def main(arguments: Sequence[str], pypi: str = PYPI) -> int:
    """Print the lines; 1 if the wheel cannot be read."""
    with Source(hosts=HOSTS) as source:
        try:
            for line in objects(Index(source, pypi), *arguments):
                print(line)
        except (SourceError, *DAMAGED) as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
