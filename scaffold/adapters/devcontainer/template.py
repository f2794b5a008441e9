"""Rendering the template through cookiecutter: the plan's values are data, never templates."""

import json
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from scaffold.adapters.local.temporary import private_folder
from scaffold.plan import Plan, plan_json
from scaffold.plan.model import FOLDER
from scaffold.records import dataclass

TEMPLATE = "cookiecutter-template"
OPTIONAL_FILES = {
    "compose": "compose.yaml",
    "gpu_check": "gpu-check.py",
    "shared_cache": "shared-cache.sh",
}
"""Files that come out empty if they are not needed; such a file is not written."""
_EXTENSIONS = [
    "scaffold.adapters.devcontainer.readable_json.ReadableJson",
    "scaffold.adapters.devcontainer.compiled_templates.CompiledTemplates",
]
_PACKAGE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """Content and permission bits of one file."""

    content: bytes
    mode: int = 0o644


def template_folder() -> Path:
    """The template of the installed package, or of the clone that contains the package."""
    inside = _PACKAGE / TEMPLATE
    return inside if inside.is_dir() else _PACKAGE.parent / TEMPLATE


def place_script() -> bytes:
    """The program that puts the files of an adopted container in their places, in the build."""
    return (template_folder() / "templates" / "place.sh").read_bytes()


def render(plan: Plan) -> dict[str, RenderedFile]:
    """Render every file, by its path relative to the project's root.

    No configuration of the user's is read, no hook is run and no replay file is written.
    """
    _import_when_used("arrow")
    # cookiecutter.main would bring the prompts, the git client and the user's settings.
    from cookiecutter.generate import generate_files  # type: ignore[import-untyped]

    template = template_folder()
    context = json.loads((template / "cookiecutter.json").read_text(encoding="utf-8"))
    # Set here and not rendered as cookiecutter does with answers: `{{` in a value stays text.
    context |= {
        "project_slug": "project",
        "_plan": plan_json(plan),
        **{f"__{name}": file for name, file in OPTIONAL_FILES.items()},
        "_extensions": _EXTENSIONS,
    }
    with private_folder() as folder:
        generate_files(str(template), {"cookiecutter": context}, str(folder), accept_hooks=False)
        return _read(folder / "project", plan.folder)


def _import_when_used(name: str) -> None:
    """Delay a module until something of it is used: cookiecutter imports all of its extensions.

    The template has no dates, and `arrow` would be a tenth of a run. `LazyLoader` of the standard
    library does not delay: the statement `import` itself reads an attribute of the module.
    """
    if name in sys.modules or find_spec(name) is None:
        return
    placeholder = sys.modules[name] = ModuleType(name)

    def load(attribute: str) -> Any:
        if sys.modules.get(name) is placeholder:
            del sys.modules[name]
        return getattr(import_module(name), attribute)

    placeholder.__dict__["__getattr__"] = load


def _read(root: Path, folder: str) -> dict[str, RenderedFile]:
    """The files with content; those of the configuration in its own folder."""
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and (content := path.read_bytes()).strip():
            name = path.relative_to(root).as_posix()
            if folder != FOLDER and not name.startswith(FOLDER):
                # A second configuration adds nothing outside its folder.
                continue
            name = name.replace(FOLDER, folder, 1)
            found[name] = RenderedFile(content, 0o755 if path.suffix == ".sh" else 0o644)
    return found
