"""`docs/json.md`: every command with `--json`, its schema and its keys."""

from collections.abc import Iterator

from scaffold.cli.report import SCHEMA
from tools.schemas.from_types import Schema
from tools.schemas.table import DOCUMENTS, FOLDER, file_name, schema

HEAD = f"""\
# Output for programs: `--json`
With `--json` a command prints one document on standard output; messages and progress go to standard error. Made by `make docs` from the types of the program; every document that the tests see is compared with its schema.

- Each document has `"schema": {SCHEMA}`. Under the same number keys are only added, so accept keys that you do not know. If a key is removed or changes its meaning, the number rises, and the schemas of the old one stay.
- The schemas (JSON Schema 2020-12) are in the package: `python -c "import scaffold, pathlib; print(pathlib.Path(scaffold.__file__).parent / 'schemas/{SCHEMA}')"`.
- Exit codes are those of the command: 0 fine, 1 findings or a failed target, 2 something to correct, 3 a bug, 130 interrupted. With 2 and 3 the error is on standard error, in words.
- Texts for people (`message`, `why`, `text`) may change at any time; compare `id`, `status`, `verdict` and numbers.

| command | schema | document |
| --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    rows = "".join(_row(command) for command in DOCUMENTS)
    return f"{HEAD}{rows}\n" + "\n".join(_section(command) for command in DOCUMENTS)


def _forms(command: str) -> list[Schema]:
    found = schema(command)
    return list(found.get("anyOf", [found]))


def _row(command: str) -> str:
    link = f"[{file_name(command)}](../{FOLDER}/{file_name(command)})"
    anchor = f"#scaffold-{command.replace(' ', '-')}"
    return f"| [`scaffold {command}`]({anchor}) | {link} | {_first(_forms(command)[0])} |\n"


def _section(command: str) -> str:
    parts = [f"## scaffold {command}"]
    for form in _forms(command):
        parts += ["", form["description"], "", "| key | value | meaning |", "| --- | --- | --- |"]
        parts += list(_keys(form, schema(command)["$defs"]))
    return "\n".join(parts) + "\n"


def _keys(form: Schema, definitions: dict[str, Schema]) -> Iterator[str]:
    for key, kind in form["properties"].items():
        if key != "schema":
            optional = "" if key in form["required"] else " (optional)"
            meaning = kind.get("description") or _meaning(kind, definitions)
            yield f"| `{key}`{optional} | {type_text(kind)} | {_cell(meaning)} |"


def _first(form: Schema) -> str:
    return _cell(str(form["description"]).partition(". ")[0].rstrip("."))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _meaning(kind: Schema, definitions: dict[str, Schema]) -> str:
    """The first sentence of the record that a key leads to."""
    inner = kind.get("items", kind)
    choices = [one for one in inner.get("anyOf", [inner]) if "$ref" in one]
    if len(choices) != 1:
        return ""
    return _first(definitions[choices[0]["$ref"].rpartition("/")[2]])


def type_text(kind: Schema) -> str:
    """The type of a value in words."""
    if "$ref" in kind:
        return f"object ({kind['$ref'].rpartition('/')[2]})"
    if "enum" in kind:
        return " or ".join(f"`{value}`" for value in kind["enum"])
    if "const" in kind:
        return f"`{str(kind['const']).lower()}`"
    if "anyOf" in kind:
        return ", ".join(type_text(one) for one in kind["anyOf"]).replace(", null", " or null")
    if kind.get("type") == "array":
        return f"list of {type_text(kind['items'])}" if "items" in kind else "list"
    return str(kind.get("type", "any value"))
