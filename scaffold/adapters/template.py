"""Rendering through cookiecutter, with values that are never read as a template."""

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from scaffold.plan import Plan, slug

PROJECT = "{{cookiecutter.project_slug}}"


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """The content and the mode of one generated file."""

    content: bytes
    mode: int


def template_folder() -> Path:
    """The template: inside the package where installed, beside it in a clone."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "cookiecutter-template"
    return inside if inside.is_dir() else package.parent / "cookiecutter-template"


def render(plan: Plan) -> dict[str, RenderedFile]:
    """Render every file of the template, by its path in the project."""
    # cookiecutter.main would load the user's config and render values given by the user;
    # generate_files takes the finished context and does neither.
    from cookiecutter.generate import generate_files

    name = slug(plan.name)
    with tempfile.TemporaryDirectory(prefix="gpu-scaffold-") as folder:
        context = {"cookiecutter": _context(plan, name)}
        generate_files(str(template_folder()), context, folder, accept_hooks=False)
        return _collect(Path(folder) / name)


def _context(plan: Plan, name: str) -> dict[str, object]:
    return {
        "project_slug": name,
        "_plan": asdict(plan),
        "_jinja2_env_vars": {"trim_blocks": True, "lstrip_blocks": True},
        "_extensions": [],
    }


def _collect(root: Path) -> dict[str, RenderedFile]:
    return {
        path.relative_to(root).as_posix(): RenderedFile(
            path.read_bytes(), 0o755 if path.suffix == ".sh" else 0o644
        )
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
