"""The command lines of README and docs, and how each kind of them is proved."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "presets").rglob("*.md")),
)
BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r" {2,}# .*$")


@dataclass(frozen=True)
class PageLine:
    """One command line of a page."""

    page: str
    text: str


RUN = "run"
"""The line is run as it stands, in the folder of a small project, on this computer."""

CONFLICT = "run, and ends in a conflict"
"""The line is run, and its exit code is 1, as the page says."""

REASONS: tuple[tuple[str, str], ...] = (
    (r"scaffold init --yes --image nvidia", "needs an image: tests/lab/test_guide.py"),
    (r"scaffold init --lock", "needs indexes: tests/commands/init/test_lock.py"),
    (r"scaffold init (?!.*(--host|--answers|--image my-))", RUN),
    (r"scaffold init$", RUN),
    (
        r"scaffold init .*--host",
        "needs a server: tests/lab/test_up.py, tests/cli/test_init_host.py",
    ),
    (r"scaffold init .*--answers", RUN),
    (r"scaffold init .*--image my-project", "an image of the reader: tests/cli/test_init_image.py"),
    (r"scaffold resolve .*Orin", CONFLICT),
    (r"scaffold resolve .*--host", "needs a server: tests/cli/host/test_check.py"),
    (r"scaffold resolve", RUN),
    (r"scaffold catalogue refresh", "needs the network: tests/cli/resolve/test_refresh.py"),
    (r"scaffold catalogue", RUN),
    (r"scaffold doctor .*--network", "asks the reader's servers: tests/cli/test_doctor.py"),
    (r"scaffold doctor", RUN),
    (r"scaffold completion --install", "changes a shell: tests/cli/shell/test_completion.py"),
    (r"scaffold completion", RUN),
    (r"scaffold host check local", RUN),
    (r"scaffold host check", "needs a server: tests/lab/test_host_faults.py"),
    (r"scaffold host list", RUN),
    (r"scaffold host remove", "needs a server: tests/lab/test_host_setup.py"),
    (r"scaffold host setup .*--rootless", "needs a server: tests/lab/test_host_setup_no_admin.py"),
    (r"scaffold host setup .*--set", "needs a server: tests/lab/test_host_setup.py"),
    (r"scaffold host setup .*--undo", "needs a server: tests/lab/test_host_setup_no_admin.py"),
    (r"scaffold host setup", "needs a server: tests/lab/test_host_setup.py"),
    (r"scaffold config( set| unset| list| path|$)", RUN),
    (r"scaffold config", "needs an editor, or a default: tests/cli/test_config.py"),
    (r"scaffold start", "starts a container: tests/cli/workspace/test_start.py"),
    (r"scaffold up", "needs an engine: tests/lab/test_up.py"),
    (r"scaffold open .*--container", "needs an engine: tests/lab/test_guide.py"),
    (r"scaffold open", "opens an editor: tests/cli/workspace/test_open.py"),
    (r"scaffold verify", "needs a container: tests/lab/test_verify.py"),
    (r"scaffold (sync|pull)", "needs a server: tests/lab/test_sync_command.py"),
    (r"scaffold tunnel", "needs a container: tests/lab/test_tunnel.py"),
    (r"scaffold status", "asks every engine: tests/lab/test_down.py"),
    (r"scaffold down", "needs a container: tests/lab/test_down.py"),
    (r"scaffold container adopt", "needs an engine: tests/lab/test_adopt.py"),
    (r"scaffold container recreate", "needs an engine: tests/lab/test_recreate.py"),
    (r"scaffold container", "needs an engine: tests/lab/test_container_commands.py"),
    (r"make \w+", "what contributors type: the targets are compared with the Makefile"),
    (r"docker (run|exec|stop|start|port)", "of the tutorial: tests/lab/test_guide.py"),
    (r"docker (save|load)", "carries gigabytes between two machines: not tried"),
    (r"cookiecutter ", "with the template's path: tests/plan/test_plain_template.py"),
    (r"(pipx|pip) ", "installs into the reader's account"),
    (r"devcontainer build", "needs the network: tests/lab/test_rendered.py builds such a project"),
    (r"conda env export", "conda's own command, from its documentation: not tried"),
    (r"cd ", "changes the folder of the reader's shell"),
    (r"rm -r ", "deletes files of the reader"),
    (
        r"(python|cmake|ctest|build/|jupyter) ?",
        "a preset, in its container: tests/lab/test_presets.py runs its test",
    ),
)
"""Which lines run in tests/tools/test_pages.py, and why the others do not. The first row counts.

The file after the reason tries the same command where it needs a server, an engine or a terminal.
"""

NO_COMMANDS = frozenset({"json", "python", "toml", "yaml", "text", "dockerfile"})
"""Blocks in another language."""


def blocks(path: Path) -> list[tuple[str, str]]:
    """The blocks of a page: language and text, without the indent of a list."""
    found = BLOCK.findall(path.read_text(encoding="utf-8"))
    return [
        (language, re.sub(f"^{space}", "", text, flags=re.MULTILINE))
        for space, language, text in found
    ]


def commands(text: str) -> list[str]:
    """The command lines of a block; with a prompt (`$ `), the rest is output."""
    lines = [COMMENT.sub("", line).strip() for line in text.splitlines()]
    typed = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    return typed or [line for line in lines if line]


def page_lines() -> list[PageLine]:
    """Every command line of every page."""
    return [
        PageLine(path.relative_to(ROOT).as_posix(), line)
        for path in PAGES
        for language, text in blocks(path)
        if language not in NO_COMMANDS
        for line in commands(text)
    ]


def reason(line: str) -> str:
    """How a line is proved; empty if no row knows."""
    return next((why for pattern, why in REASONS if re.match(pattern, line)), "")
