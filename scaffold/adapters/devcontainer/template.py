"""Rendering the template through cookiecutter: the plan's values are data, never templates."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from scaffold.plan import Plan, plan_json

TEMPLATE = "cookiecutter-template"
_PACKAGE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """Content and permission bits of one file."""

    content: bytes
    mode: int = 0o644


def template_folder() -> Path:
    """The template of the installed package, or of the clone that the package lies in."""
    inside = _PACKAGE / TEMPLATE
    return inside if inside.is_dir() else _PACKAGE.parent / TEMPLATE


def check_script() -> bytes:
    """The program that looks from inside a container: the very file that the template writes."""
    folder = template_folder() / "{{cookiecutter.project_slug}}" / ".devcontainer"
    return (folder / "gpu-check.sh").read_bytes()


def place_script() -> bytes:
    """The program that puts the files of an adopted container in their places, in the build."""
    return (template_folder() / "templates" / "place.sh").read_bytes()


def render(plan: Plan) -> dict[str, RenderedFile]:
    """Render every file, by its path relative to the project's root.

    No configuration of the user's is read, no hook is run and no replay file is written.
    """
    # cookiecutter.main would bring the prompts, the git client and the user's settings.
    from cookiecutter.generate import generate_files  # type: ignore[import-untyped]

    template = template_folder()
    context = json.loads((template / "cookiecutter.json").read_text(encoding="utf-8"))
    # Set here and not rendered as cookiecutter does with answers: `{{` in a value stays text.
    context |= {
        "project_slug": "project",
        "_plan": plan_json(plan),
        "_extensions": ["scaffold.adapters.devcontainer.readable_json.ReadableJson"],
    }
    with tempfile.TemporaryDirectory(prefix="gpu-scaffold-") as folder:
        generate_files(str(template), {"cookiecutter": context}, folder, accept_hooks=False)
        return _read(Path(folder) / "project")


def _read(root: Path) -> dict[str, RenderedFile]:
    return {
        path.relative_to(root).as_posix(): RenderedFile(
            path.read_bytes(), 0o755 if path.suffix == ".sh" else 0o644
        )
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
