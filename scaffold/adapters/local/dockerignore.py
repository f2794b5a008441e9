"""Which files a `.dockerignore` keeps from a build."""

from collections.abc import Iterable

from scaffold.sync.rules import MAX_LINES, make_rules


def left_out(content: bytes, paths: Iterable[str]) -> list[str]:
    """Those of the paths that a `.dockerignore` of this content keeps out of the build.

    Docker's patterns are git's, but for one thing: each starts at the root of the context
    (https://docs.docker.com/build/concepts/context/#dockerignore-files).
    """
    lines = (line.strip() for line in content.decode("utf-8-sig", "replace").splitlines())
    patterns = [_rooted(line) for line in lines if line and line[0] != "#"]
    rules = make_rules("", patterns[:MAX_LINES])
    return [path for path in paths if rules and rules.spec.match_file(path)]


def _rooted(pattern: str) -> str:
    negation = "!" if pattern.startswith("!") else ""
    return f"{negation}/{pattern.removeprefix(negation).strip().removeprefix('./').lstrip('/')}"
