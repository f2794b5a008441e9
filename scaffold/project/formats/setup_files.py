"""setup.py, read as a syntax tree and never run, and setup.cfg."""

import ast
import re
import sys
import warnings
from collections.abc import Iterator

from scaffold.project.formats.python_files import tested_pythons
from scaffold.project.formats.requirements import relative_to
from scaffold.project.sources import Note, Requirement, Source, Subject
from scaffold.project.syntax.python_values import items, strings
from scaffold.project.syntax.requirement import normal_name, parse_requirement
from scaffold.project.syntax.specifiers import pep440
from scaffold.project.syntax.text import place

MAX_PATH = 300
"""Characters of a path; longer constants are texts."""

MAX_CALLS = 10
"""Maximum number of setup() calls that are read: usually one, or one per platform."""

_LIST = re.compile(r"[\w./-]*requirements[\w./-]*\.(?:txt|in)")
_SECTION = re.compile(r"\[([^\]]+)\]\s*$")
_KEY = re.compile(r"([A-Za-z0-9_.-]+)\s*[=:]\s*(.*)")


def read_setup_py(path: str, text: str) -> Source:
    """Literal requirements, the Python range, CUDA extensions, requirements files it opens."""
    try:
        with warnings.catch_warnings():
            # Warnings about invalid escapes in foreign code do not help our user.
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except SyntaxError as error:
        return Source(path=path, problems=(f"{place(path, error.lineno)}: not valid Python",))
    except (ValueError, RecursionError, MemoryError):
        return Source(path=path, problems=(f"{path}: not valid Python",))
    nodes = list(ast.walk(tree))
    names = _assigned(nodes)
    requirements: list[Requirement] = []
    notes = [*_extensions(path, nodes), *_compiled(path, nodes)]
    problems: list[str] = []
    calls = [node for node in nodes if isinstance(node, ast.Call) and _called(node) == "setup"]
    for keyword in (keyword for call in calls[:MAX_CALLS] for keyword in call.keywords):
        _keyword(path, keyword, names, requirements, notes, problems)
    includes = tuple(dict.fromkeys(_opened(path, nodes)))
    keywords = [keyword for call in calls[:MAX_CALLS] for keyword in call.keywords]
    named = [part for one in keywords if one.arg == "name" for part in _literals(one.value, names)]
    notes += [*_imports(path, tree), *tested_pythons(path, text)]
    return Source(
        path=path,
        requirements=tuple(requirements),
        notes=tuple(notes),
        includes=includes,
        installable=True,
        problems=tuple(problems),
        name=normal_name(str(named[0].value)) if named else "",
    )


_BUILD_TOOLS = frozenset({"setuptools", "distutils", "pkg_resources", "wheel", "pip"})


def _imports(path: str, tree: ast.Module) -> Iterator[Note]:
    """Packages that setup.py needs before it runs, which build isolation would not have."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            modules = [node.module or ""]
        else:
            continue
        for module in dict.fromkeys(one.partition(".")[0] for one in modules):
            if module and module not in _BUILD_TOOLS | sys.stdlib_module_names:
                text = f"import {module}"
                yield Note(Subject.SETUP_IMPORT, module, place(path, node.lineno), text)


def _called(node: ast.Call) -> str:
    function = node.func
    return getattr(function, "attr", "") or getattr(function, "id", "")


def _assigned(nodes: list[ast.AST]) -> dict[str, ast.expr]:
    """The last value that each plain name is given."""
    return {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _literals(node: ast.expr, names: dict[str, ast.expr]) -> Iterator[ast.Constant]:
    """String constants that are items of an expression; a name has the value it was assigned."""
    value = names.get(node.id, node) if isinstance(node, ast.Name) else node
    yield from strings(items(value))


def _keyword(
    path: str,
    keyword: ast.keyword,
    names: dict[str, ast.expr],
    requirements: list[Requirement],
    notes: list[Note],
    problems: list[str],
) -> None:
    if keyword.arg == "python_requires":
        parts = _literals(keyword.value, names)
        notes.extend(_python(str(part.value), place(path, part.lineno)) for part in parts)
    elif keyword.arg == "install_requires":
        for part in _literals(keyword.value, names):
            _requirement(str(part.value), place(path, part.lineno), "", requirements, problems)
    elif keyword.arg == "extras_require":
        for group, value in _extras(keyword.value, names):
            for part in _literals(value, names):
                _requirement(
                    str(part.value), place(path, part.lineno), group, requirements, problems
                )


def _extras(node: ast.expr, names: dict[str, ast.expr]) -> Iterator[tuple[str, ast.expr]]:
    """The lists of extras_require with the group of each; one that is no literal has no name."""
    value = names.get(node.id, node) if isinstance(node, ast.Name) else node
    if not isinstance(value, ast.Dict):
        yield "extra", value
        return
    for key, listed in zip(value.keys, value.values, strict=True):
        name = key.value if isinstance(key, ast.Constant) else ""
        yield f"extra {normal_name(str(name))}".strip(), listed


def _requirement(
    text: str, where: str, group: str, found: list[Requirement], problems: list[str]
) -> None:
    try:
        requirement = parse_requirement(text, where, group)
    except ValueError as error:
        problems.append(f"{where}: {error}")
        return
    if requirement is not None:
        found.append(requirement)


def _python(version: str, where: str) -> Note:
    spec = pep440(version)
    return Note(Subject.PYTHON, spec[0] if spec else "", where, f"python_requires={version}")


def _extensions(path: str, nodes: list[ast.AST]) -> Iterator[Note]:
    """torch's CUDAExtension, or a CppExtension that is given .cu sources."""
    for node in nodes:
        if isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name == "CUDAExtension":
                yield Note(Subject.NVCC, "yes", place(path, node.lineno), name)
                return
    sources = (part for part in strings(nodes) if _is_source(str(part.value)))
    for part in sources:
        yield Note(Subject.NVCC, "yes", place(path, part.lineno), str(part.value))
        return


def _compiled(path: str, nodes: list[ast.AST]) -> Iterator[Note]:
    """The compiler that a package with an extension of its own needs."""
    for node in nodes:
        if isinstance(node, ast.Call) and _called(node) in _EXTENSIONS:
            yield Note(Subject.SYSTEM, "build-essential", place(path, node.lineno), _called(node))
            return


_EXTENSIONS = {"Extension", "CppExtension", "CUDAExtension", "Pybind11Extension", "cythonize"}


def _is_source(text: str) -> bool:
    # A pattern such as *.cu names data of the package.
    return text.endswith(".cu") and "*" not in text


_GENERAL = re.compile(r"(?:.*/)?(?:requirements|base|core|main|install|default|common)\.(?:txt|in)")


def _opened(path: str, nodes: list[ast.AST]) -> Iterator[tuple[str, bool]]:
    """Requirements files named anywhere: almost every setup.py that names one reads it.

    Of several the general one is installed by default, the others by an extra.
    """
    short = (str(part.value) for part in strings(nodes) if len(str(part.value)) < MAX_PATH)
    named = [value for value in short if _LIST.fullmatch(value)]
    general = [name for name in named if _GENERAL.fullmatch(name)]
    for name in general or named:
        yield relative_to(path, name), False


def read_setup_cfg(path: str, text: str) -> Source:
    """[options] and [options.extras_require] of setup.cfg.

    Read by lines: the standard reader refuses duplicates and interpolates `%`.
    """
    requirements: list[Requirement] = []
    notes: list[Note] = []
    problems: list[str] = []
    sections: set[str] = set()
    name = ""
    for number, section, key, value in _cfg_values(text):
        sections.add(section)
        where = place(path, number)
        if (section, key) == ("options", "python_requires"):
            notes.append(_python(value, where))
        elif (section, key) == ("metadata", "name"):
            name = normal_name(value)
        elif (section, key) == ("options", "install_requires"):
            _requirement(value, where, "", requirements, problems)
        elif section == "options.extras_require":
            _requirement(value, where, f"extra {normal_name(key)}", requirements, problems)
    notes += tested_pythons(path, text)
    return Source(
        path=path,
        requirements=tuple(requirements),
        notes=tuple(notes),
        includes=tuple(_cfg_files(path, text)),
        installable=bool(sections & {"metadata", "options"}),
        problems=tuple(problems),
        name=name,
    )


def _cfg_values(text: str) -> Iterator[tuple[int, str, str, str]]:
    section = key = ""
    for number, raw in enumerate(text.split("\n"), start=1):
        line = re.sub(r"(^|\s)[#;].*$", "", raw) if raw.lstrip().startswith(("#", ";")) else raw
        if match := _SECTION.match(line):
            section, key = match[1].strip(), ""
        elif line[:1].isspace() and key and line.strip():
            yield number, section, key, line.strip()
        elif match := _KEY.match(line):
            key = match[1]
            if match[2].strip():
                yield number, section, key, match[2].strip()
            elif section == "metadata":
                yield number, section, key, ""


def _cfg_files(path: str, text: str) -> Iterator[tuple[str, bool]]:
    for match in re.finditer(r"^install_requires\s*=\s*file:\s*(.+)$", text, re.MULTILINE):
        for file in match[1].split(","):
            yield relative_to(path, file), False
