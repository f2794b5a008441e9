"""docs/api.md: the Python API for hosts."""

import dataclasses
import inspect
import re
from collections.abc import Iterator

from scaffold import hosts

HEAD = """\
# Python API
`scaffold.hosts` checks, prepares and removes hosts from a script, without prompts. Made by `make docs`.

```python
{example}
```

A host that does not do what is asked raises `scaffold.errors.TargetError`, a request that has to be corrected `scaffold.errors.InputError`; both have `message` and `hint`. Everything else under `scaffold` is internal and may change; the other commands are for scripts by `--json`: [its keys](json.md).
"""  # noqa: E501


def page() -> str:
    """The whole page, functions first."""
    doc = inspect.getdoc(hosts) or ""
    example = inspect.cleandoc(doc[doc.index("    from ") : doc.index("Every function")]).strip()
    names = sorted(hosts.__all__, key=lambda name: (not _is_function(name), name.lower()))
    return "\n".join([HEAD.format(example=example), *(_entry(name) for name in names)])


def _is_function(name: str) -> bool:
    return inspect.isfunction(getattr(hosts, name))


def _entry(name: str) -> str:
    value = getattr(hosts, name)
    if not (inspect.isfunction(value) or inspect.isclass(value)):
        return f"## `{name}`\n{type(value).__name__}: answers no question.\n"
    text = ["", inspect.getdoc(value) or "", *_members(value), ""]
    return "\n".join([f"## `{name}`", *_call(name, value), *text])


def _call(name: str, value: object) -> list[str]:
    """How a function is called; of a class its fields say it."""
    if not inspect.isfunction(value):
        return []
    return ["```text", f"{name}{_short(str(inspect.signature(value)))}", "```"]


def _is_enum(value: object) -> bool:
    return hasattr(value, "__members__")


def _short(signature: str) -> str:
    """Types by their last name: `scaffold.checks.verdict.Verdict` is `Verdict`."""
    return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", signature).replace("'", "")


def _members(value: object) -> Iterator[str]:
    if _is_enum(value):
        yield from ("", "Values: " + ", ".join(f"`{one.value}`" for one in value) + ".")  # type: ignore[attr-defined]
    elif dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
        if names:
            yield from ("", "Fields: " + ", ".join(f"`{name}`" for name in names) + ".")
