"""Looking at a repository: from files to facts. Nothing of the project is executed."""

from collections.abc import Collection, Mapping

from scaffold.project.choosing import choose_framework, choose_python
from scaffold.project.device_needs import choose_cuda, choose_nvcc, choose_ports
from scaffold.project.evidence import Evident, cleaned, indexes, install_files, ways
from scaffold.project.facts import PackageManager, ProjectFacts
from scaffold.project.install_path import find_install_path
from scaffold.project.manifests import Role, kind_or_included
from scaffold.project.named import named_packages
from scaffold.project.sources import Source, Unread
from scaffold.project.text import decode, one_line
from scaffold.project.view import View


def read_project(files: Mapping[str, bytes | Unread], paths: Collection[str] = ()) -> ProjectFacts:
    """Decide what the repository says of framework, Python, CUDA, installer and ports.

    `files` holds the contents by POSIX path relative to the root, `paths` every path seen.
    Never raises: what cannot be read is named in `problems`, and reading goes on.
    """
    sources, problems = _read_all(files)
    view = View(sources, find_install_path(sources), tuple(sorted({*paths, *files})))
    framework, spec, locked = choose_framework(view)
    python = choose_python(view)
    cuda = choose_cuda(view, framework.value)
    nvcc = choose_nvcc(view)
    ports = choose_ports(view)
    urls = indexes(view)
    parts: tuple[Evident, ...] = (framework, ways(view), python, cuda, nvcc, ports, urls)
    evidence = tuple(one for part in parts for one in part.evidence)
    manager = view.path.way.manager if view.path.way else PackageManager.PIP
    return ProjectFacts(
        framework=framework.value,
        framework_spec=spec,
        python_spec=python.value,
        package_manager=manager,
        install_files=install_files(view),
        index_urls=urls.value,
        installable=_installable(sources),
        nvcc=nvcc.value,
        cuda_hint=cuda.value,
        ports=ports.value,
        notebooks=any(path.endswith(".ipynb") for path in view.seen),
        devcontainer=any(path.rpartition("/")[2] in _DEVCONTAINER for path in view.seen),
        evidence=cleaned(evidence),
        problems=_shown(*problems, *locked),
        requirements=named_packages(view),
    )


_DEVCONTAINER = {"devcontainer.json", ".devcontainer.json"}


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
