"""Whether a repository is a Python project, or one of another language."""

from scaffold.project.choices.aside import ASIDE
from scaffold.project.formats.manifests import Role
from scaffold.project.sources import OTHER_LANGUAGE
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
    ("install.R", "R"),
)

_ENDINGS = {
    **dict.fromkeys((".r", ".rmd", ".rproj"), "R"),
    **dict.fromkeys((".c", ".cc", ".cpp", ".cxx", ".h", ".hpp"), "C or C++"),
    **dict.fromkeys((".js", ".ts", ".tsx", ".jsx"), "JavaScript"),
    ".jl": "Julia",
    ".rs": "Rust",
    ".go": "Go",
    ".java": "Java",
    ".kt": "Kotlin",
    ".scala": "Scala",
    ".swift": "Swift",
    ".m": "MATLAB",
    ".lua": "Lua",
    ".rb": "Ruby",
    ".cs": ".NET",
}
"""Sources by which a repository without a project file is known."""


def is_python(view: View) -> bool:
    """Whether a manifest, a script, a notebook or a command of the README is Python's.

    A repository of another language may have a script or a list for its documentation.
    """
    if view.path.way is not None and not _aside(view):
        return True
    sources = [path for path in view.seen if _is_source(view, path)]
    if other_language(view):
        # A few helper scripts are no project; half of the sources are.
        return any("/" not in path for path in sources) or len(sources) > len(view.seen) / 4
    return bool(sources) or any(
        view.role(path) in {Role.MANIFEST, Role.PYTHON} for path in view.sources
    )


def _is_source(view: View, path: str) -> bool:
    """Whether a file is Python; a notebook may be of another language."""
    if path.endswith(".ipynb"):
        source = view.sources.get(path)
        return source is None or OTHER_LANGUAGE not in source.mentions
    return path.endswith(".py")


def _aside(view: View) -> bool:
    return bool(ASIDE & set(view.path.base.split("/")))


def other_language(view: View) -> str:
    """What shows another language: a file of the root (`go.mod (Go)`), or else most sources."""
    found = (f"{name} ({language})" for name, language in _OTHERS if view.has(name))
    projects = (path for path in view.seen if path.endswith((".csproj", ".sln")))
    named = next(found, "") or next((f"{path} (.NET)" for path in projects), "")
    return named or _of_most_sources(view)


def _of_most_sources(view: View) -> str:
    """The first source of the language that most sources are in, if that is not Python."""
    named: dict[str, list[str]] = {}
    for path in view.seen:
        if language := _ENDINGS.get(path[path.rfind(".") :].lower()):
            named.setdefault(language, []).append(path)
    if not named:
        return ""
    language, paths = max(named.items(), key=lambda one: len(one[1]))
    python = sum(_is_source(view, path) for path in view.seen)
    return f"{paths[0]} ({language})" if len(paths) > python else ""
