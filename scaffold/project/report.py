"""ProjectFacts as the stable JSON of `--json`."""

from dataclasses import fields, is_dataclass
from typing import Any

from scaffold.parsing.untrusted.secret_forms import redacted
from scaffold.project.facts import ProjectFacts
from scaffold.project.syntax.text import words


def project_json(facts: ProjectFacts) -> dict[str, Any]:
    """Keys are only ever added, so that scripts keep working."""
    return {
        "framework": {"name": facts.framework.value, "spec": facts.framework_spec},
        "python": facts.python_spec,
        "package_manager": facts.package_manager.value,
        "nvcc": facts.nvcc,
        "cuda_hint": facts.cuda_hint,
        "ports": list(facts.ports),
        "evidence": [
            {"what": one.what, "where": one.where, "text": one.text, "used": one.used}
            for one in facts.evidence
        ],
        "install_files": list(facts.install_files),
        "index_urls": list(facts.index_urls),
        "installable": facts.installable,
        "notebooks": facts.notebooks,
        "devcontainer": facts.devcontainer,
        "problems": list(facts.problems),
        "soft": sorted(facts.soft),
        "base_image": _plain(facts.base_image),
        **{name: _plain(getattr(facts, name)) for name in PARTS},
    }


PARTS = words(
    """
    base siblings python_project other_language framework_pins steps companions packages
    extras groups local needed_files isolated setup_imports apt apt_unknown submodules lfs
    lfs_missing configs ours brings_python brings_framework python_bound framework_bound
    """
)


def _plain(value: object) -> object:
    """Tuples as lists, records as objects, texts without secrets, for JSON."""
    if isinstance(value, str):
        return redacted(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
