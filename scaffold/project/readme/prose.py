"""README and notebooks: weak evidence, followed only without any other evidence."""

import re
from collections.abc import Iterator
from dataclasses import replace
from posixpath import normpath

from scaffold.parsing.untrusted.documents import BrokenDocumentError, read_json
from scaffold.project.packages.imports import framework_imports, imported
from scaffold.project.readme.commands import installed_by, read_commands
from scaffold.project.readme.markdown import code_blocks, says_optional
from scaffold.project.readme.selecting import of_root
from scaffold.project.sources import OTHER_LANGUAGE, Command, Note, Requirement, Source
from scaffold.project.syntax.text import place
from scaffold.project.syntax.toml_text import strings, table, tables

# Programs that install from their own file; one mention shows that the project uses them.
_TOOLS = {
    "uv": r"\buv[ \t]+(?:sync|run|add)\b",
    "poetry": r"\bpoetry[ \t]+(?:install|sync|run)\b",
    "pdm": r"\bpdm[ \t]+(?:install|sync|run)\b",
    "pipenv": r"\bpipenv[ \t]+(?:install|sync|shell|run)\b",
    "hatch": r"\bhatch[ \t]+(?:run|shell|env)\b",
    "pixi": r"\bpixi[ \t]+(?:install|run|shell)\b",
}


def read_readme(path: str, text: str) -> Source:
    """Install commands of a README, and which of the project's install methods it shows."""
    commands = tuple(_readme_commands(path, text))
    ways = {way for way, pattern in _TOOLS.items() if re.search(pattern, text)}
    for command in commands:
        ways |= {"conda"} if command.environments else set()
        ways |= {"requirements"} if command.lists else set()
        ways |= {"project"} if of_root(command) else set()
    requirements = tuple(
        replace(found, text=command.text) for command in commands for found in command.requirements
    )
    return Source(path=path, requirements=requirements, mentions=frozenset(ways), commands=commands)


def _readme_commands(path: str, text: str) -> Iterator[Command]:
    clones: list[str] = []
    commands = list(_block_commands(path, text, clones))
    return (_of_checkout(one, clones[0]) if clones else one for one in commands)


_ADDRESS = re.compile(
    r"git\+\w+://(?:[^/@#]+@)?[^@#]+/([^/@#]+?)(?:\.git)?/?(?:@[^#]*)?(?:#.*)?", re.ASCII
)


def _of_checkout(command: Command, own: str) -> Command:
    """The command, with `git+URL` of the project itself as the folder that the URL clones.

    `own` is the name of the folder that the text clones first.
    """
    found: dict[str, tuple[str, tuple[str, ...], bool]] = {}
    for one in command.requirements:
        match = _ADDRESS.fullmatch(one.url)
        if match and match[1].lower() == own.lower():
            below = re.search(r"subdirectory=([\w./-]+)", one.url)
            found[one.name] = (normpath(below[1]) if below else ".", one.extras, False)
    if not found:
        return command
    rest = tuple(one for one in command.requirements if one.name not in found)
    local = (*command.local, *found.values())
    return replace(command, kind="project", requirements=rest, local=local)


def _block_commands(path: str, text: str, clones: list[str]) -> Iterator[Command]:
    for block in code_blocks(text):
        aside = _commented_aside(block.lines)
        for command in read_commands(path, "\n".join(block.lines), block.line, clones):
            line = int(command.where.rpartition(":")[2]) - block.line
            optional = block.optional or line in aside
            yield replace(command, optional=optional, shown=block.shown, section=block.heading)


def _commented_aside(lines: list[str]) -> set[int]:
    """Lines below a comment such as `# Windows only`, up to the next comment or blank line."""
    aside, found = False, set()
    for number, line in enumerate(lines):
        if line.lstrip().startswith("#"):
            aside = says_optional(line)
        elif not line.strip():
            aside = False
        elif aside:
            found.add(number)
    return found


def read_notebook(path: str, text: str) -> Source:
    """`%pip install` and imports in the code cells of a notebook."""

    try:
        document = read_json(text)
    except BrokenDocumentError as error:
        line = getattr(error.__cause__, "lineno", None)
        return Source(path=path, problems=(f"{place(path, line)}: not a valid notebook",))
    if not _is_python(document):
        return Source(path=path, mentions=frozenset({OTHER_LANGUAGE}))
    found: dict[str, Requirement] = {}
    notes: dict[str, Note] = {}
    commands: list[Command] = []
    for cell in tables(table(document).get("cells")):
        if cell.get("cell_type") == "code":
            code = "".join(strings(cell.get("source")))
            for note in imported(path, code):
                notes.setdefault(note.value, replace(note, where=path))
            # A notebook shows no line numbers, so the path alone is the position.
            commands += [replace(one, where=path) for one in read_commands(path, code)]
            for one in (*installed_by(path, code), *framework_imports(path, code)):
                shown = Requirement(
                    name=one.name,
                    spec=one.spec,
                    extras=(),
                    where=path,
                    text=one.text,
                    group=one.group,
                )
                found.setdefault(one.name, shown)
    placed = (
        replace(one, requirements=tuple(replace(each, where=path) for each in one.requirements))
        for one in commands
    )
    return Source(
        path=path,
        requirements=tuple(found.values()),
        notes=tuple(notes.values()),
        commands=tuple(placed),
    )


def _is_python(document: object) -> bool:
    """Whether a notebook's kernel runs Python; one that names none does."""
    metadata = table(table(document).get("metadata"))
    named = table(metadata.get("kernelspec")).get("language")
    language = named or table(metadata.get("language_info")).get("name") or "python"
    return "python" in str(language).lower()
