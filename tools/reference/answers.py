"""docs/answers.md: the answers file of `scaffold init`, with every key."""

from collections.abc import Iterator

from scaffold.answers.question import Question
from scaffold.answers.questions import QUESTIONS

HEAD = """\
# The answers file
`scaffold init --answers answers.toml --yes` takes every answer from a file: the same keys as the flags, with `_` for `-`. Made by `make docs`.

```toml
framework = "torch>=2.8"
gpu = "required"
port = [8888]
mount = ["~/data:/data:ro", "models:/models"]
```

Flags override the file, which overrides the answers of an earlier run (`.devcontainer/scaffold.toml`). An unknown key ends with exit code 2 and names those that exist. A value that does not fit is refused with an example. How the answers work together: [init](init.md).

| key | value | meaning |
| --- | --- | --- |
"""  # noqa: E501

KINDS = {"flag": "true or false", "list": "list of texts", "number": "number", "text": "text"}


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_rows())


def _rows() -> Iterator[str]:
    for question in QUESTIONS:
        meaning = " ".join(question.help.split()).replace("|", "\\|")
        yield f"| `{question.key}` | {_value(question)} | {meaning} |\n"


def _value(question: Question) -> str:
    if question.choices:
        return ", ".join(f"`{name}`" if name else "empty" for name, _ in question.choices)
    return KINDS.get(question.kind, question.kind)
