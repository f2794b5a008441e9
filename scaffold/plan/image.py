"""The base image and what it still lacks: system packages, variables, a mirror's address."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from scaffold.answers.choices import GpuNeed, Stack
from scaffold.answers.model import Answers
from scaffold.plan.managers import UV
from scaffold.plan.model import DEPENDENCIES, ImagePlan
from scaffold.plan.situation import Situation, one_line
from scaffold.project.framework_table import BY_FRAMEWORK
from scaffold.project.packages.debian_names import known_name, names_for
from scaffold.resolver.resolution import Resolution

BUILDS = f"{DEPENDENCIES}/.builds.txt"
"""What isolated builds get: setup.py of many a package imports what setuptools 82 removed."""

UV_IMAGE = f"ghcr.io/astral-sh/uv:{UV.tool.rpartition('=')[2]}"
"""The image of its makers, with the program alone."""

LOGINS = {"ubuntu24.04": "ubuntu", "ubuntu:24.04": "ubuntu", "jupyter/": "jovyan"}
"""Images with a login of their own: it may have the name or the id that the user gets."""


def plan_image(case: Situation) -> ImagePlan:
    """The base image, and everything that the Dockerfile sets up before the packages."""
    answers, resolution = case.answers, case.resolution
    mirror = answers.mirrors.registry
    with_tool = case.recipe in {"conda", "pixi"}
    return ImagePlan(
        base=mirrored_image(resolution.image, mirror),
        reason=_image_reason(resolution),
        python=resolution.python,
        python_source=case.python_source,
        sees_system_packages=_sees_packages(case),
        apt=apt_packages(case, answers),
        # Debian's and Ubuntu's paths differ, so the mirror is known by what is above them.
        apt_mirror=re.sub(r"/(ubuntu|debian)/?$", "", answers.mirrors.apt).rstrip("/"),
        env=_image_env(case),
        environment=_environment(case),
        tool_image=mirrored_image(case.row.tool_image, mirror) if with_tool else "",
        tool_program=case.row.tool_program if with_tool else "",
        root_at_start=_ends_as_user(case),
        logins=() if resolution.base else _logins(resolution.image),
        frees_ids=resolution.base is not None,
        uv_image=UV_IMAGE if case.copies_uv else "",
        cache_from=answers.cache_from,
    )


def _sees_packages(case: Situation) -> bool:
    base = case.resolution.base
    return (case.vendor and case.resolution.image_has_python) or bool(base and base.unknown)


def _ends_as_user(case: Situation) -> bool:
    base = case.resolution.base
    return base.login != "root" if base else case.answers.stack == Stack.JUPYTER_IMAGE


def _logins(image: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(login for part, login in LOGINS.items() if part in image))


def _image_reason(resolution: Resolution) -> str:
    for decision in resolution.decisions:
        if resolution.image in decision.chosen:
            return one_line(decision.because)
    return ""


def _image_env(case: Situation) -> tuple[tuple[str, str], ...]:
    answers, resolution = case.answers, case.resolution
    env: list[tuple[str, str]] = []
    row = BY_FRAMEWORK.get(answers.framework)
    base = resolution.base
    in_image = base.carries_cuda if base else "nvidia" in resolution.image
    if row and row.clears_library_path and in_image:
        env.append(("LD_LIBRARY_PATH", ""))
    if row and row.library_folders and answers.gpu is not GpuNeed.NONE and not in_image:
        packages = f"{case.environment}/lib/python{resolution.python}/site-packages/nvidia"
        folders = [f"{packages}/{name}/lib" for name in row.library_folders]
        env.append(("LD_LIBRARY_PATH", ":".join(folders)))
    if answers.mirrors.pip:
        names = ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", case.row.mirror)
        env += [(name, answers.mirrors.pip) for name in names if name]
    mirrors = map(urlsplit, (answers.mirrors.pip, answers.mirrors.pytorch))
    # uv takes an index without TLS as it is; pip passes over it.
    if plain := dict.fromkeys(one.hostname or "" for one in mirrors if one.scheme == "http"):
        env.append(("PIP_TRUSTED_HOST", " ".join(plain)))
    return (*env, *case.project.settings)


def _environment(case: Situation) -> tuple[tuple[str, str], ...]:
    """The variables by which every tool finds the project's environment."""
    if case.makes_environment:
        return ()
    path = ("PATH", f"{case.environment}/bin:$PATH")
    if case.recipe == "conda":
        return (path, ("CONDA_PREFIX", case.environment))
    env = [("VIRTUAL_ENV", case.environment), path]
    if case.uses_uv or case.recipe == "uv-lock":
        # The cache is on another file system, so that files cannot be linked.
        env.append(("UV_LINK_MODE", "copy"))
    if case.uses_uv:
        env.append(("UV_BUILD_CONSTRAINT", BUILDS))
    if case.recipe == "uv-lock":
        env.append(("UV_PROJECT_ENVIRONMENT", case.environment))
    if case.uses_uv:
        env += _uv_indexes(case)
    elif case.index:
        env.append(("PIP_EXTRA_INDEX_URL", case.index))
    if case.recipe == "pipenv":
        # pipenv would say at each run that it uses this environment.
        env.append(("PIPENV_VERBOSITY", "-1"))
    return tuple(env)


def _uv_indexes(case: Situation) -> list[tuple[str, str]]:
    """The framework's index, and what an image of the user's own tells pip."""
    own = case.resolution.base is not None
    env = [("UV_DEFAULT_INDEX", "$PIP_INDEX_URL")] if own and not case.answers.mirrors.pip else []
    indexes = " ".join(filter(None, (case.index, "$PIP_EXTRA_INDEX_URL" if own else "")))
    if indexes:
        # As pip does: the best release of all indexes, not of the first that has the package.
        env += [("UV_INDEX", indexes), ("UV_INDEX_STRATEGY", "unsafe-best-match")]
    limits = [("UV_INSECURE_HOST", "$PIP_TRUSTED_HOST"), ("UV_CONSTRAINT", "$PIP_CONSTRAINT")]
    return env + (limits if own else [])


def mirrored_image(image: str, registry: str) -> str:
    """The image as a mirror of Docker Hub names it; images of other registries stay."""
    first, _, rest = image.partition("/")
    if first in {"docker.io", "index.docker.io"}:
        image, first = rest, rest.partition("/")[0] if "/" in rest else ""
    elif not rest:
        first = ""
    if not registry or "." in first or ":" in first or first == "localhost":
        return image
    return f"{registry.rstrip('/')}/{image if first else f'library/{image}'}"


BASE = ("ca-certificates", "git", "openssh-client")


def apt_packages(case: Situation, answers: Answers) -> tuple[str, ...]:
    """Every system package, sorted, by its name in the release of the base image."""
    source = case.python_source
    # A vendor's tag does not tell its release; the older names are known to newer ones, too.
    base = case.resolution.base
    release = "bookworm" if case.vendor else case.resolution.image
    release = base.distro or "bookworm" if base else release
    asked = tuple(known_name(name) or name for name in answers.apt)
    packages = [*BASE, *names_for(asked, release)]
    row = BY_FRAMEWORK.get(answers.framework)
    if (row and row.calls_compiler) or answers.nvcc or case.compiles:
        packages.append("build-essential")
    if source in {"distribution", "uv"} and not case.copies_uv:
        packages += ["python3", "python3-venv"]
    if source == "distribution":
        packages.append("python3-dev")
    if case.project.lfs:
        packages.append("git-lfs")
    return tuple(sorted(set(packages)))


def unknown_packages(case: Situation) -> Iterable[str]:
    """A note for each line that names packages which are not known to be in the releases."""
    lines: dict[str, list[str]] = {}
    for one in case.project.apt_unknown:
        lines.setdefault(one.where, []).append(one.name)
    for where, names in lines.items():
        yield f"{where}: left out, not known in the base image's releases: {', '.join(names)}"
