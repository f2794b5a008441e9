"""`python -m tools.catalogue.differences OLD`: what the rows of OLD and of now decide differently.

OLD is a folder with the files of `scaffold/catalogue/` as they were. Every situation of the
resolver's tests is decided with both.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from scaffold.catalogue.catalogue import Catalogue
from scaffold.catalogue.tables import Tables
from tests.resolver import situations, test_situations
from tools.catalogue import stored


def differences(old: Path, new: Path) -> Iterator[str]:
    """One paragraph for each situation whose outcome differs."""
    before, after = _decided(old), _decided(new)
    for sentence, outcome in after.items():
        if before[sentence] != outcome:
            yield f"{sentence}\n  before: {before[sentence]}\n  now:    {outcome}"


def _decided(folder: Path) -> dict[str, str]:
    kept = situations.CATALOGUE
    situations.CATALOGUE = Catalogue(Tables(folder))
    try:
        return {
            sentence: "; ".join(situations.outcome(gpus, driver, asked))
            for sentence, gpus, driver, asked, _ in test_situations.SITUATIONS
        }
    finally:
        situations.CATALOGUE = kept


def main() -> None:
    """Print the differences, or that there are none."""
    found = list(differences(Path(sys.argv[1]), stored.ROOT))
    print("\n\n".join(found) or "No situation is decided differently.")


if __name__ == "__main__":
    main()
