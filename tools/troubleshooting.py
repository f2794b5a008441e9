"""docs/troubleshooting.md: every known failure with cause and fix, as search engines find it."""

from scaffold.catalogue.failures import (
    PROGRAMS,
    Diagnosis,
    FailurePlace,
    KnownMessage,
    diagnose,
    known_failures,
)

PLACE = FailurePlace(host="HOST")
SERVER = FailurePlace(host="HOST", on_server=True)
HEAD = """\
# Troubleshooting: error messages, their causes and fixes
<!-- Written by python -m tools.pages from scaffold/catalogue/failures.toml. -->

`scaffold up`, `scaffold container adopt --verify` and `scaffold host setup` recognise the messages
below in the output of a failed command. They print the cause, the lines that show it, the fix for
the folder and host of the run, and the path of the full log.

`HOST` is your server, as in `scaffold host check HOST`; without a server it is `local`. The values
in the messages are examples.

`scaffold doctor` checks your own computer, `scaffold host check HOST` a server, and
`scaffold verify` a running container.
"""


def page() -> str:
    """The page: a part for each program, the message of each failure as a heading."""
    parts = [HEAD, "## Contents\n", *(f"- [{title}](#{_anchor(title)})" for title in _titles())]
    for program, title in PROGRAMS.items():
        parts.append(f"\n## {title}\n")
        rows = [row for row in known_failures() if row.program == program]
        parts += ["\n".join(_entry(row)) for row in rows]
    return "\n".join(parts)


def _titles() -> list[str]:
    return list(PROGRAMS.values())


def _anchor(title: str) -> str:
    kept = "".join(char for char in title.lower() if char.isalnum() or char in " -")
    return kept.replace(" ", "-")


def _entry(row: KnownMessage) -> list[str]:
    fence = "``" if "`" in row.text else "`"
    space = " " if fence == "``" else ""
    found = _found(row, PLACE)
    on_server = _found(row, SERVER).fix
    lines = [f"### {fence}{space}{row.text}{space}{fence}", ""]
    lines += [f"- **Cause:** {found.cause}.", f"- **Fix:** {found.fix}."]
    if on_server != found.fix:
        lines.append(f"- **Fix on a server:** {on_server}.")
    return [*lines, f"- **Source:** {row.source}.", ""]


def _found(row: KnownMessage, place: FailurePlace) -> Diagnosis:
    found = diagnose(row.text, place)
    assert found is not None, row.text
    return found
