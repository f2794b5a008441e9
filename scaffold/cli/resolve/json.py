"""The JSON document of `scaffold resolve`: one shape for an answer and for a conflict."""

from dataclasses import asdict

from scaffold.resolver.resolution import Conflict, Decision, Resolution, Wishes


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
            "reasons": [head, *_reasons(result.decisions)],
            "rejected": _rejected(result.decisions),
            "ways_out": [asdict(way) for way in result.ways_out],
            "warnings": [],
        }
    return {
        "status": "ok",
        "image": result.image,
        "cuda": result.cuda,
        "framework": _framework(result),
        "python": result.python,
        "env": dict(result.env),
        "reasons": _reasons(result.decisions),
        "rejected": _rejected(result.decisions),
        "ways_out": [],
        "warnings": list(result.warnings),
    }


def _framework(resolution: Resolution) -> dict[str, object] | None:
    build = resolution.build
    if build is None:
        return None
    return {
        "name": build.framework.value,
        "version": build.version,
        "variant": build.variant,
        "cuda": build.cuda,
        "index": build.index_url,
        "install": list(build.requirements),
    }


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
