"""ProjectFacts as the stable JSON of `--json`."""

from typing import Any

from scaffold.project.facts import ProjectFacts


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
    }
