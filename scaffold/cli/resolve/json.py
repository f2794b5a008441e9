"""The JSON document of `scaffold resolve`: one shape for an answer and for a conflict."""

from dataclasses import asdict

from scaffold.resolver.resolution import (
    Conflict,
    Decision,
    FrameworkBuild,
    Resolution,
    Wishes,
)
from scaffold.resolver.specifiers import pinned


def resolution_json(result: Resolution | Conflict, wishes: Wishes) -> dict[str, object]:
    """Image, CUDA, framework build and Python, null where there is none, with every reason.

    `status` is `ok` or `conflict`; `ways_out` are in order of effort and empty for `ok`.
    """
    if isinstance(result, Conflict):
        head = {"text": f"{result.wish}: {result.fact}", "source": result.source}
        return {
            "status": "conflict",
            "image": None,
            "cuda": None,
            "framework": {"name": wishes.framework.value, "spec": wishes.framework_spec},
            "python": None,
            "env": {},
            "companions": [],
            "caps": [],
            "others": [],
            "reasons": [head, *_reasons(result.decisions)],
            "rejected": _rejected(result.decisions),
            "ways_out": [asdict(way) for way in result.ways_out],
            "warnings": [],
        }
    return {
        "status": "ok",
        "image": result.image,
        "cuda": result.cuda,
        "framework": _framework(result.build, wishes),
        "python": result.python,
        "env": dict(result.env),
        "companions": list(result.companions),
        "caps": list(result.caps),
        "others": [_framework(build, wishes) for build in result.others],
        "reasons": _reasons(result.decisions),
        "rejected": _rejected(result.decisions),
        "ways_out": [],
        "warnings": list(result.warnings),
    }


def _framework(build: FrameworkBuild | None, wishes: Wishes) -> dict[str, object] | None:
    """The build; `version` is as exact as what was asked for, `release` is exact."""
    if build is None:
        return None
    return {
        "name": build.framework.value,
        "version": build.version if pinned(wishes.framework_spec) else _minor(build.version),
        "release": build.version,
        "variant": build.variant,
        "cuda": build.cuda,
        "index": build.index_url,
        "links": build.find_links,
        "install": list(build.requirements),
    }


def _minor(release: str) -> str:
    return ".".join(release.split(".")[:2])


def _reasons(decisions: tuple[Decision, ...]) -> list[dict[str, str]]:
    return [
        {
            "text": f"{decision.what}: {decision.chosen} because {decision.because}",
            "source": decision.source,
        }
        for decision in decisions
    ]


def _rejected(decisions: tuple[Decision, ...]) -> list[dict[str, str]]:
    return [
        {"candidate": left.option, "text": left.because, "source": left.source}
        for decision in decisions
        for left in decision.rejected
    ]
