"""Reads a repository: from files to facts. Nothing of the project is executed."""

import re
from collections.abc import Collection, Mapping

from scaffold.project.choices.asked_extras import exclusive
from scaffold.project.choices.device_needs import choose_cuda, choose_nvcc, choose_ports
from scaffold.project.choices.extra_packages import extra_packages
from scaffold.project.choices.framework_choice import (
    choose_framework,
    framework_bound,
    needs_earlier,
)
from scaffold.project.choices.generated import generated_paths
from scaffold.project.choices.install_path import find_install_path
from scaffold.project.choices.installing import (
    build_settings,
    build_tools,
    framework_pins,
    local_paths,
    needed_files,
    setup_imports,
    steps,
)
from scaffold.project.choices.isolated_builds import isolated
from scaffold.project.choices.languages import is_python, other_language
from scaffold.project.choices.pip_lines import pip_only, uv_options
from scaffold.project.choices.python_choice import choose_python
from scaffold.project.choices.repository_parts import (
    brings_framework,
    brings_python,
    choose_base_image,
    conda_packages,
    configs,
    lfs_patterns,
    lfs_pointers,
    siblings,
    submodules,
)
from scaffold.project.evidence import Evident, cleaned, indexes, install_files, ways
from scaffold.project.facts import PackageManager, ProjectFacts
from scaffold.project.formats.manifests import Role, kind_or_included
from scaffold.project.packages.named import (
    has_plain_lists,
    is_dynamic,
    metadata_requires,
    named_packages,
)
from scaffold.project.packages.system_packages import choose_system
from scaffold.project.readme.followed import follow_readme
from scaffold.project.sources import Source, Unread
from scaffold.project.syntax.requirement import normal_name
from scaffold.project.syntax.text import decode, one_line
from scaffold.project.view import View


def read_project(files: Mapping[str, bytes | Unread], paths: Collection[str] = ()) -> ProjectFacts:
    """Decide what the repository says of framework, Python, CUDA, installer and ports.

    `files` holds the contents by POSIX path relative to the root, `paths` every path seen.
    Never raises: what cannot be read is named in `problems`, and reading goes on.
    """
    contents = {path: one for path, one in files.items() if isinstance(one, bytes)}
    # A walk gives paths in order, and sorting what is in order is quick.
    everything = dict.fromkeys((*paths, *files))
    ours = generated_paths(contents, everything)
    sources, problems = _read_all({path: files[path] for path in files if path not in ours})
    seen = tuple(sorted(path for path in everything if path not in ours))
    followed = follow_readme(sources)
    view = View(sources, find_install_path(sources, followed), seen, followed)
    framework, spec, locked = choose_framework(view)
    python = choose_python(view, framework.value)
    cuda = choose_cuda(view, framework.value)
    extra = extra_packages(view, framework.value)
    names = tuple(re.split(r"[^a-z0-9-]", normal_name(one.text))[0] for one in extra.packages)
    system = choose_system(view, names)
    local = local_paths(view)
    nvcc, ports, urls = choose_nvcc(view, local), choose_ports(view), indexes(view)
    bound = framework_bound(view, framework.value, spec)
    parts: tuple[Evident, ...] = (
        *(framework, ways(view), python, cuda, nvcc, ports, urls, system),
    )
    manager = view.path.way.manager if view.path.way else PackageManager.PIP
    apart = isolated(view)
    soft = {"python": python.soft, "cuda": cuda.soft, "framework": bound is not None}
    soft["nvcc"] = nvcc.soft and not any(one.compiles for one in apart)
    return ProjectFacts(
        framework=framework.value,
        framework_spec=spec,
        python_spec=python.spec,
        package_manager=manager,
        install_files=install_files(view),
        index_urls=urls.value,
        installable=_installable(sources),
        nvcc=nvcc.value or any(one.compiles for one in apart),
        cuda_hint=cuda.value,
        ports=ports.value,
        notebooks=any(path.endswith(".ipynb") for path in view.seen),
        devcontainer=any(map(_DEVCONTAINER.fullmatch, view.seen)),
        evidence=cleaned(one for part in parts for one in part.evidence),
        problems=_shown(*problems, *locked),
        requirements=named_packages(view),
        plain_lists=has_plain_lists(view),
        base=view.path.base,
        siblings=siblings(view),
        python_project=is_python(view),
        other_language=other_language(view),
        soft=frozenset(name for name, there in soft.items() if there),
        python_bound=python.bound,
        framework_bound=spec if bound is None else bound,
        framework_pins=framework_pins(view),
        steps=steps(view),
        companions=extra.companions,
        packages=extra.packages,
        extras=tuple(sorted(view.extras)),
        exclusive=exclusive(view.sources[path] for path in view.path.paths),
        groups=tuple(sorted({one for command in followed.commands for one in command.groups})),
        local=local,
        needed_files=needed_files(view),
        isolated=apart,
        build_tools=build_tools(view, apart),
        setup_imports=setup_imports(view, view.path.base),
        apt=system.value[0],
        apt_unknown=system.value[1],
        submodules=submodules(view),
        lfs=lfs_patterns(view),
        lfs_missing=lfs_pointers(contents),
        configs=configs(view),
        base_image=choose_base_image(view),
        ours=tuple(sorted(ours)),
        brings_python=brings_python(view),
        conda_packages=conda_packages(view),
        brings_framework=brings_framework(view, framework.value),
        requires=metadata_requires(view),
        dynamic=is_dynamic(view),
        legacy=needs_earlier(view, framework.value, spec),
        settings=build_settings(view),
        uv_options=uv_options(view),
        pip_only=pip_only(view),
        undecided=tuple(command.where for command in followed.undecided),
    )


_DEVCONTAINER = re.compile(r"(?:.*/)?\.?devcontainer\.json", re.DOTALL)


def _read_all(files: Mapping[str, bytes | Unread]) -> tuple[dict[str, Source], list[str]]:
    sources: dict[str, Source] = {}
    problems: list[str] = []
    for path in sorted(files):
        content = files[path]
        if isinstance(content, Unread):
            problems.append(f"{path}: {content.reason}")
            continue
        kind = kind_or_included(path)
        text, problem = decode(content, kind.max_bytes)
        if problem:
            problems.append(f"{path}: {problem}")
        source = kind.read(path, text)
        sources[path] = source
        # The cut end of a large notebook is no second complaint.
        problems += source.problems if not (problem and kind.role is Role.PROSE) else ()
        problems += _outside(source) if kind.role is not Role.PROSE else []
    return sources, problems


def _outside(source: Source) -> list[str]:
    return [
        f"{source.path}: includes {path}, outside the project: not read"
        for path, _ in source.includes
        if path.startswith(("/", "../")) or path == ".."
    ]


def _installable(sources: Mapping[str, Source]) -> bool:
    return any(
        sources[path].installable
        for path in ("pyproject.toml", "setup.py", "setup.cfg")
        if path in sources
    )


def _shown(*problems: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one_line(problem) for problem in problems))
