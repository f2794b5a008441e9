"""Debian packages that the project needs: named by its files, or by what it installs."""

import re
from collections.abc import Iterator

from scaffold.project.evidence import EvidencedValue
from scaffold.project.facts import Evidence, SystemPackage
from scaffold.project.formats.manifests import Role
from scaffold.project.packages.debian_names import known_name
from scaffold.project.packages.system_rows import BY_PACKAGE
from scaffold.project.readme.followed import run_scripts
from scaffold.project.sources import Source, Subject
from scaffold.project.syntax.markers import applies
from scaffold.project.view import View

_IMAGE_BRINGS = re.compile(
    r"nvidia-.*|cuda(?:-.*)?|libcuda.*|libcudnn.*|libnccl.*|libcublas.*|libnv.*|docker.*|containerd.*"
    r"|linux-.*|ubuntu-.*|python[\d.]*|python[\d.]*-(?:pip|venv|distutils|setuptools|wheel|full)"
    r"|python-is-python3|python-pip|python-setuptools|python3\.\d+-.*|pip|virtualenv|pipx|sudo"
    r"|ca-certificates|apt-utils|apt-transport-https|software-properties-common|gnupg2?|gpg|gpg-agent|man|openssl|lsb-release"
    r"|openssh-.*|git|git-lfs|vim.*|nano|emacs.*|tmux|screen|htop|less|man-db|zsh|fish|bash.*|debconf.*"
    r"|dirmngr|keyboard-configuration|locales|tzdata|texlive.*|xserver.*|xorg|x11-apps|gcc-\d.*"
    r"|g\+\+-\d.*|gdb|valgrind|strace|clang-format.*|cpp|apt|dpkg.*|libc6.*|libc-.*"
)
"""Names that the image brings by other means, or that an installation does not need."""

_TESTING = re.compile(r"(?:^|[-_./])(?:ci|tests?|python|build|unit|main|pytest)")
_OTHER_TESTS = re.compile(r"npu|rocm|mac|win|docs?|cpp|lint|release|publish|docker|js|node|tpu|xpu")
_COMPILING = {"cython", "pybind11", "nanobind", "scikit-build", "scikit-build-core", "meson-python"}
"""Build requirements of packages with code in C or C++."""

_BUILDS = ("setup.py", "pyproject.toml")

_IMAGE = re.compile(r"(?:docker/)?(?:Docker|Container)file(?:[._-](?:gpu|cuda\w*|train\w*|base))?")

Chosen = tuple[tuple[SystemPackage, ...], tuple[SystemPackage, ...]]


def choose_system(view: View, packages: tuple[str, ...]) -> EvidencedValue[Chosen]:
    """The packages that are known to the releases, and those that are not, with evidence.

    `packages` are names of dependencies outside the lists. CI installs for its tests as well,
    so its lines are followed only if no other file names any.
    """
    named = [one for rank in _ranked(view) for one in rank]
    rows = list(_of_dependencies(view, packages))
    known: dict[str, SystemPackage] = {}
    unknown: dict[str, SystemPackage] = {}
    for one in (*named, *rows):
        name = known_name(one.name)
        if name:
            known.setdefault(name, SystemPackage(name, one.where, one.text))
        else:
            unknown.setdefault(one.name, one)
    evidence = [
        Evidence("system package", one.where, f"{n}: {one.text}") for n, one in known.items()
    ]
    evidence += [
        Evidence("system package", one.where, f"{n}: not in the releases of the base images", False)
        for n, one in unknown.items()
    ]
    return EvidencedValue((tuple(known.values()), tuple(unknown.values())), tuple(evidence))


def _ranked(view: View) -> Iterator[list[SystemPackage]]:
    """README, guides and lists together with images; else the CI's."""
    first: list[SystemPackage] = []
    tested: list[SystemPackage] = []
    for source in view.in_order:
        if source.path.endswith(_BUILDS):
            continue
        own = [one for one in _of_source(source, view) if not _IMAGE_BRINGS.fullmatch(one.name)]
        name = source.path.rpartition("/")[2]
        if source.path.startswith(".github/"):
            tested += own if _TESTING.search(name) and not _OTHER_TESTS.search(name) else []
        elif view.role(source.path) is not Role.IMAGE or _IMAGE.fullmatch(source.path):
            first += own
    yield first or tested
    # What a build asks for takes nothing from what CI shows to be needed.
    yield list(_compilers(view))
    if view.has("CMakeLists.txt"):
        yield [SystemPackage("cmake", "CMakeLists.txt", "builds with CMake")]


def _compilers(view: View) -> Iterator[SystemPackage]:
    for source in view.in_order:
        if not (source.path.endswith(_BUILDS) and view.in_project(source.path)):
            continue
        yield from _of_source(source, view)
        for note in source.notes:
            if note.topic is Subject.BUILD and note.value in _COMPILING:
                why = f"{note.text}: builds extensions"
                yield SystemPackage("build-essential", note.where, why)


def _of_source(source: Source, view: View) -> Iterator[SystemPackage]:
    for note in source.notes:
        if note.topic is Subject.SYSTEM:
            yield SystemPackage(note.value, note.where, note.text)
    if source.path.upper().rpartition("/")[2].startswith(("README", "INSTALL")):
        for command in run_scripts(source.commands, view.sources):
            if not command.optional:
                for name in command.system:
                    yield SystemPackage(name, command.where, command.text)


def _of_dependencies(view: View, packages: tuple[str, ...]) -> Iterator[SystemPackage]:
    seen: set[str] = set()
    for source, found in view.installed:
        # A lock names the dependencies of dependencies, which need their libraries too.
        if found.built and applies(found.marker) and "" not in seen:
            seen.add("")
            yield SystemPackage("build-essential", found.where, f"{found.text}: has no wheel")
        row = None if found.conda or found.name in seen else BY_PACKAGE.get(found.name)
        if row and (view.role(source.path) in {Role.MANIFEST, Role.LOCK} or found.group):
            seen.add(found.name)
            for name in row.system:
                yield SystemPackage(name, found.where, f"{found.name}: {row.why} ({row.source})")
    for package in packages:
        if package not in seen and (row := BY_PACKAGE.get(package)):
            for name in row.system:
                yield SystemPackage(name, "", f"{package}: {row.why} ({row.source})")
