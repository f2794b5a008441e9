"""The example projects that `init` can begin an empty folder with, read from the package."""

from collections.abc import Mapping
from pathlib import Path

from scaffold.answers.question import Value
from scaffold.answers.questions import BY_KEY
from scaffold.answers.validation import check_value
from scaffold.parsing.untrusted.documents import read_toml
from scaffold.records import dataclass

FOLDER = "presets"
TABLE = "presets.toml"
_PACKAGE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """An example project: what it is about, how it is run, and its answers for `init`."""

    name: str
    about: str
    run: str
    answers: Mapping[str, Value]


def presets_folder() -> Path:
    """The presets of the installed package, or of the clone that contains the package."""
    inside = _PACKAGE / FOLDER
    return inside if inside.is_dir() else _PACKAGE.parent / FOLDER


def load_presets() -> dict[str, Preset]:
    """Every preset by its name, the simplest first."""
    table = read_toml((presets_folder() / TABLE).read_bytes())
    return {
        name: Preset(
            name=name,
            about=row["about"],
            run=row["run"],
            answers={
                key: check_value(BY_KEY[key], value, f"{TABLE}: {name}: {key}")
                for key, value in row.get("answers", {}).items()
            },
        )
        for name, row in table.items()
    }


def preset_files(name: str) -> dict[str, bytes]:
    """The files of a preset, by their paths relative to the project."""
    folder = presets_folder() / name
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in found
        # A test that somebody ran in the clone leaves bytecode.
        if not {"__pycache__", ".pytest_cache"} & set(path.parts)
    }
