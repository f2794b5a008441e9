"""README, scripts and notebooks: weak evidence, followed only where nothing else speaks."""

import re
from collections.abc import Iterator

from scaffold.project.commands import installed_by
from scaffold.project.requirement import normal_name
from scaffold.project.sources import Note, Requirement, Source, Topic
from scaffold.project.text import place
from scaffold.project.toml_text import strings, table, tables

_IMPORT = re.compile(
    r"^[ \t]*(?:import|from)[ \t]+(torch|tensorflow|jax|flax|keras|gradio|streamlit)\b",
    re.MULTILINE,
)
_COMPILES = re.compile(r"\bcpp_extension\.load|\bload_inline\(|\bRawKernel\(")
# Bounded, so that a long line costs no more than its length.
_WAYS = {
    "conda": r"\b(?:conda|mamba|micromamba)[ \t]+env[ \t]+(?:create|update)\b"
    r"|\bconda[ \t]+create\b.{0,100}--file",
    "requirements": r"\bpip3?[ \t]+install\b.{0,100}?[ \t](?:-r|--requirement)\b",
    "project": r"\bpip3?[ \t]+install\b.{0,100}?[ \t]['\"]?"
    r"\.(?:\[[^\]\n]{0,100}\])?['\"]?(?=[\s`]|$)",
    "uv": r"\buv\s+(?:sync|run|add)\b",
    "poetry": r"\bpoetry\s+(?:install|sync|run)\b",
    "pdm": r"\bpdm\s+(?:install|sync|run)\b",
    "pipenv": r"\bpipenv\s+(?:install|sync|shell|run)\b",
    "hatch": r"\bhatch\s+(?:run|shell|env)\b",
    "pixi": r"\bpixi\s+(?:install|run|shell)\b",
}


def read_readme(path: str, text: str) -> Source:
    """Install commands of a README, and which of the project's ways to install it shows."""
    ways = frozenset(way for way, pattern in _WAYS.items() if re.search(pattern, text))
    return Source(path, tuple(installed_by(path, text)), mentions=ways)


def read_script(path: str, text: str) -> Source:
    """Imports of a framework in a Python file; the file is searched as text."""
    notes = [
        Note(Topic.NVCC, "yes", place(path, text.count("\n", 0, match.start()) + 1), match[0])
        for match in list(_COMPILES.finditer(text))[:1]
    ]
    return Source(path, tuple(_imports(path, text)), tuple(notes))


def _imports(path: str, text: str) -> Iterator[Requirement]:
    seen = set()
    for match in _IMPORT.finditer(text):
        if match[1] not in seen:
            seen.add(match[1])
            where = place(path, text.count("\n", 0, match.start(1)) + 1)
            yield Requirement(normal_name(match[1]), "", (), where, match[0].strip(), "import")


def read_notebook(path: str, text: str) -> Source:
    """`%pip install` and imports in the code cells of a notebook."""
    import json

    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        return Source(path, problems=(f"{place(path, line)}: not a valid notebook",))
    found: dict[str, Requirement] = {}
    for cell in tables(table(document).get("cells")):
        if cell.get("cell_type") == "code":
            code = "".join(strings(cell.get("source")))
            for one in (*installed_by(path, code), *_imports(path, code)):
                # A notebook has no lines that a reader sees: the path alone is the place.
                shown = Requirement(one.name, one.spec, (), path, one.text, one.group)
                found.setdefault(one.name, shown)
    return Source(path, tuple(found.values()))
