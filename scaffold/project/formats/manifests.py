"""Which files of a repository are read, and the reader of each."""

import re
from collections.abc import Sequence
from enum import Enum
from functools import cache, lru_cache
from importlib import import_module

from scaffold.project.readme.shell import SCRIPTS
from scaffold.project.sources import Source
from scaffold.project.syntax.text import MAX_BYTES, MAX_MANIFEST_BYTES, MAX_SCRIPT_BYTES, decode
from scaffold.records import dataclass

MAX_DEPTH = 3
"""Folders below the root in which manifests are searched."""


class Role(Enum):
    """How much a kind of file decides."""

    MANIFEST = 1
    LOCK = 2
    PYTHON = 3
    IMAGE = 4
    PROSE = 5
    SCRIPT = 6
    HINT = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of file: a pattern of its name, its reader, and its maximum depth.

    `reader` is `module:function`, imported on first use: a small repository has three kinds
    of files, and loading the readers of all costs more than reading it.
    """

    name: re.Pattern[str]
    reader: str
    role: Role
    depth: int = MAX_DEPTH
    endings: Sequence[str] = ()

    @property
    def max_bytes(self) -> int:
        """Maximum size that is read of such a file."""
        large = self.role is Role.LOCK or self.reader == "readme.prose:read_notebook"
        small = MAX_SCRIPT_BYTES if self.role is Role.SCRIPT else MAX_MANIFEST_BYTES
        return MAX_BYTES if large else small

    def read(self, path: str, text: str) -> Source:
        """The content of the file; problems are part of the result, not raised."""
        module, _, function = self.reader.partition(":")
        source: Source = getattr(import_module(f"scaffold.project.{module}"), function)(path, text)
        return source


def _kind(stem: str, endings: str, reader: str, role: Role, depth: int = MAX_DEPTH) -> Kind:
    """A kind of names with one of the endings, or with any for no ending."""
    ending = rf"\.(?:{'|'.join(endings.split())})" if endings else ""
    return Kind(
        name=re.compile(stem + ending, re.DOTALL),
        reader=reader,
        role=role,
        depth=depth,
        endings=endings.split(),
    )


METADATA = ("pyproject.toml", "setup.cfg", "setup.py")
"""Files of which any makes its folder a Python project that pip can install."""

GUIDE = "(?i:install(?:ation)?|usage|set-?up|get(?:ting)?[-_]?started)"
"""Names of installation guides, which are at the root or in the folder of the documentation."""

# Prose is read only at the root: a README of a vendored package describes that package.
KINDS = (
    _kind(
        r"(?:[\w-]*[-_.])?requirements[\w.-]*",
        "txt in",
        "formats.requirements:read_requirements",
        Role.MANIFEST,
    ),
    _kind("pyproject", "toml", "formats.pyproject:read_pyproject", Role.MANIFEST),
    _kind("hatch", "toml", "formats.hatch:read_hatch", Role.MANIFEST),
    _kind("uv", "toml", "formats.pyproject:read_uv", Role.MANIFEST),
    _kind("pixi", "toml", "formats.pixi:read_pixi", Role.MANIFEST),
    _kind("Pipfile", "", "formats.pipfile:read_pipfile", Role.MANIFEST),
    _kind("setup", "py", "formats.setup_files:read_setup_py", Role.MANIFEST),
    _kind("setup", "cfg", "formats.setup_files:read_setup_cfg", Role.MANIFEST),
    _kind(
        r"(?:environment|conda|env)(?:[-_.][\w.-]*)?",
        "yml yaml",
        "formats.conda:read_environment",
        Role.MANIFEST,
    ),
    _kind("(?:uv|poetry|pdm)", "lock", "formats.locks:read_toml_lock", Role.LOCK),
    _kind("pixi", "lock", "formats.locks:read_pixi_lock", Role.LOCK),
    _kind("Pipfile", "lock", "formats.locks:read_pipfile_lock", Role.LOCK),
    _kind(r"\.python-version", "", "formats.python_files:read_python_version", Role.PYTHON),
    _kind("runtime", "txt", "formats.python_files:read_python_version", Role.PYTHON, 0),
    _kind(
        r"(?:[\w-]++\.)?(?:Docker|Container)file(?:[._-][\w.-]+)?",
        "",
        "formats.dockerfile:read_dockerfile",
        Role.IMAGE,
    ),
    _kind(r"\.?devcontainer", "json", "formats.dockerfile:read_devcontainer", Role.IMAGE),
    _kind(r"README(?:\.\w+)?", "", "readme.prose:read_readme", Role.PROSE, 0),
    _kind(GUIDE, "md rst txt", "readme.prose:read_readme", Role.PROSE, 1),
    _kind(r"\.gitmodules", "", "formats.gitfiles:read_gitmodules", Role.HINT, 0),
    _kind(r"\.gitattributes", "", "formats.gitfiles:read_gitattributes", Role.HINT, 0),
    _kind("scaffold", "toml", "choices.generated:read_record", Role.HINT, 2),
    _kind("(?:packages|apt)", "txt", "formats.ci_files:read_apt_list", Role.HINT, 1),
    _kind(
        r"(?:docker-)?compose[\w.-]*", "yml yaml", "formats.devconfigs:read_compose", Role.HINT, 2
    ),
    _kind("[^/]+", "py", "packages.imports:read_script", Role.SCRIPT, 2),
    _kind("[^/]+", "ipynb", "readme.prose:read_notebook", Role.PROSE),
)

_DOCUMENTED = _kind(GUIDE, "md rst", "readme.prose:read_readme", Role.PROSE)

_WORKFLOW = _kind("", "", "formats.ci_files:read_workflow", Role.HINT)

_INCLUDED = _kind("", "", "formats.requirements:read_requirements", Role.MANIFEST)

_NAMED_ENVIRONMENT = _kind("", "", "formats.conda:read_environment", Role.MANIFEST)

_SCRIPT = _kind("", "", "readme.script:read_script", Role.PROSE)

_ENDINGS = frozenset(ending for kind in KINDS for ending in kind.endings)


@cache
def _with_ending(ending: str) -> tuple[re.Pattern[str], tuple[Kind, ...]]:
    """The kinds that a name of this ending may be of, and one pattern for all of them."""
    kinds = tuple(kind for kind in KINDS if not kind.endings or ending in kind.endings)
    return re.compile("|".join(f"({kind.name.pattern})" for kind in kinds), re.DOTALL), kinds


@lru_cache(maxsize=1 << 16)
def kind_of(path: str) -> Kind | None:
    """The kind of a file by its path relative to the root, None if it says nothing."""
    depth = path.count("/")
    if depth > MAX_DEPTH:
        return None
    folder, _, name = path.rpartition("/")
    ending = name.rpartition(".")[2]
    pattern, kinds = _with_ending(ending if ending in _ENDINGS else "")
    if found := pattern.fullmatch(name):
        first, *others = kinds[(found.lastindex or 1) - 1 :]
        if depth <= first.depth:
            return first
        for kind in others:
            if depth <= kind.depth and kind.name.fullmatch(name):
                return kind
    return _kind_by_folder(folder, name, ending)


def _kind_by_folder(folder: str, name: str, ending: str) -> Kind | None:
    if folder in {"docs/en", "docs/source"} and _DOCUMENTED.name.fullmatch(name):
        return _DOCUMENTED
    if folder == ".github/workflows" and ending in {"yml", "yaml"}:
        return _WORKFLOW
    if folder.endswith("requirements") and ending in {"txt", "in"}:
        return _INCLUDED if folder.rpartition("/")[2] == "requirements" else None
    return None


def kind_or_included(path: str) -> Kind:
    """The kind of a file that was read: by its name, else one that another file names."""
    if path.endswith(SCRIPTS):
        return _SCRIPT
    named = _NAMED_ENVIRONMENT if path.endswith((".yml", ".yaml")) else _INCLUDED
    return kind_of(path) or named


def base_of(path: str) -> str:
    """The folder that a manifest describes; `requirements/base.txt` describes the one above."""
    *folders, _ = path.split("/")
    for number, folder in enumerate(folders):
        if folder in {"requirements", "requirement", "reqs"}:
            return "/".join(folders[:number])
    return "/".join(folders)


_INCLUDING = (".txt", ".in", ".yml", ".yaml", ".toml", ".cfg", "setup.py", "uv.lock")


def included_paths(path: str, content: bytes) -> list[str]:
    """Paths inside the root that the file at `path` includes, if their names are literal."""
    kind = kind_or_included(path)
    if kind.role is Role.PROSE and not path.endswith(".ipynb"):
        return _named_in_commands(kind.read(path, decode(content, kind.max_bytes)[0]))
    if kind.role not in {Role.MANIFEST, Role.LOCK} or not path.endswith(_INCLUDING):
        return []
    if not any(word in content for word in (b"-r", b"-c", b"--", b"requirements", b"editable")):
        # Most manifests include nothing; those are parsed once, by the reader of facts.
        return []
    includes = kind.read(path, decode(content, kind.max_bytes)[0]).includes
    return [one for one, _ in includes if _is_below(one)]


def _is_below(path: str) -> bool:
    return not path.startswith(("/", "..")) and "\0" not in path


def _named_in_commands(source: Source) -> list[str]:
    """Lists, environments and scripts that install commands name, whatever their names are."""
    found = [
        one
        for command in source.commands
        for one in (*command.lists, *command.environments, command.script)
        if one
    ]
    return [one for one in dict.fromkeys(found) if _is_below(one) and kind_of(one) is None]
