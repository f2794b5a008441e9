"""Whether a repository is a Python project, or one of another language."""

from scaffold.project.choices.aside import ASIDE
from scaffold.project.formats.manifests import Role
from scaffold.project.view import View

_OTHERS = (
    ("package.json", "Node.js"),
    ("Cargo.toml", "Rust"),
    ("go.mod", "Go"),
    ("DESCRIPTION", "R"),
    ("Project.toml", "Julia"),
    ("pom.xml", "Java"),
    ("build.gradle", "Java"),
    ("build.gradle.kts", "Kotlin"),
    ("build.sbt", "Scala"),
    ("Gemfile", "Ruby"),
    ("composer.json", "PHP"),
    ("mix.exs", "Elixir"),
    ("Package.swift", "Swift"),
    ("CMakeLists.txt", "C or C++"),
    ("Makefile", "make"),
)


def is_python(view: View) -> bool:
    """Whether a manifest, a script, a notebook or a command of the README is Python's.

    A repository of another language may have a script or a list for its documentation.
    """
    if view.path.way is not None and not _aside(view):
        return True
    sources = [path for path in view.seen if path.endswith((".py", ".ipynb"))]
    if other_language(view):
        # A few helper scripts are no project; half of the sources are.
        return any("/" not in path for path in sources) or len(sources) > len(view.seen) / 4
    return bool(sources) or any(
        view.role(path) in {Role.MANIFEST, Role.PYTHON} for path in view.sources
    )


def _aside(view: View) -> bool:
    return bool(ASIDE & set(view.path.base.split("/")))


def other_language(view: View) -> str:
    """The first file of the root that another language's projects have: `go.mod (Go)`."""
    seen = set(view.seen)
    found = (f"{name} ({language})" for name, language in _OTHERS if name in seen)
    projects = (path for path in view.seen if path.endswith((".csproj", ".sln")))
    return next(found, next((f"{path} (.NET)" for path in projects), ""))
