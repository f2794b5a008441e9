"""Folders whose files are not part of the project itself."""

import re

ASIDE = frozenset({"docs", "doc", "test", "tests", "examples", "example", "third_party"}) | {
    "thirdparty",
    "external",
    "submodules",
    "vendor",
    ".devcontainer",
    "docker",
    ".github",
    ".ci",
    "ci",
    ".circleci",
    ".gitlab",
    ".buildkite",
    "build",
    "dist",
    "packaging",
    "tutorial",
    "tutorials",
    "benchmark",
    "benchmarks",
    "website",
    "site",
    "sample",
    "samples",
    "ext",
    "extern",
    "deps",
}
"""Documentation, tests, examples, other people's code, images and continuous integration."""

_DEMO = re.compile(r"(?:.+[_-])?(?:demos?|gradio)(?:[_-].+)?", re.IGNORECASE)


def is_aside(path: str) -> bool:
    """Whether a file lies in such a folder, or in that of a demonstration: `gradio_demo`."""
    folders = path.split("/")[:-1]
    return any(name in ASIDE or _DEMO.fullmatch(name) for name in folders)
