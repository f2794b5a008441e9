"""VS Code or one of its derivatives, and the extensions for containers."""

from collections.abc import Iterator

from scaffold.checks.computer.programs import install, told
from scaffold.checks.topics import Topic
from scaffold.facts.computer import ComputerFacts
from scaffold.findings import Finding, Level, Rule, run

EXTENSIONS = {
    "code": {
        "ms-vscode-remote.remote-containers": "Dev Containers",
        "ms-vscode-remote.remote-ssh": "Remote - SSH",
    },
    "cursor": {
        "anysphere.remote-containers": "Dev Containers",
        "anysphere.remote-ssh": "Remote SSH",
    },
}
"""Editor to the extensions that open containers and servers, by id."""

NO_EDITOR = Rule(
    id="editor.missing",
    level=Level.WARN,
    title="No editor is on PATH",
    why="scaffold open starts VS Code, Cursor or VSCodium; it prints the address without one.",
    source="https://code.visualstudio.com/docs/configure/command-line",
)
NO_EXTENSION = Rule(
    id="editor.no-extension",
    level=Level.WARN,
    title="An extension for containers is not installed",
    why="The editor opens containers and servers through it.",
    source="https://code.visualstudio.com/docs/devcontainers/containers",
)


def _editor(facts: ComputerFacts) -> Iterator[Finding]:
    if not {"code", "cursor", "codium"} & facts.programs.keys():
        text = "none of code, cursor and codium is on PATH"
        yield NO_EDITOR.found(text, fix=install(facts, "vscode"))
    for editor, installed in facts.extensions.items():
        for identity, title in EXTENSIONS[editor].items():
            if identity not in installed:
                step = run(f"Install {title}.", editor, "--install-extension", identity)
                yield NO_EXTENSION.found(f"{editor} has no extension {title}", fix=(step,))


TOPIC: Topic[ComputerFacts] = Topic(
    name="editor",
    title="Editor",
    rules=(NO_EDITOR, NO_EXTENSION),
    checks=(_editor,),
    summary=lambda facts: told(facts, "code", "cursor", "codium"),
)
