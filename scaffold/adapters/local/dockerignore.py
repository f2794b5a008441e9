"""Which files a `.dockerignore` keeps from a build."""

from collections.abc import Iterable


def left_out(content: bytes, paths: Iterable[str]) -> list[str]:
    """Those of the paths that a `.dockerignore` of this content keeps out of the build.

    Docker's patterns are git's, but for one thing: each starts at the root of the context
    (https://docs.docker.com/build/concepts/context/#dockerignore-files).
    """
    from pathspec import GitIgnoreSpec

    lines = (line.strip() for line in content.decode("utf-8-sig", "replace").splitlines())
    spec = GitIgnoreSpec.from_lines(_rooted(line) for line in lines if line and line[0] != "#")
    return [path for path in paths if spec.match_file(path)]


def _rooted(pattern: str) -> str:
    negation = "!" if pattern.startswith("!") else ""
    return f"{negation}/{pattern.removeprefix(negation).strip().removeprefix('./').lstrip('/')}"
