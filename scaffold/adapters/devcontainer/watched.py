"""A local program that ends when this one does, however this one ends."""

import os

from scaffold.adapters.devcontainer.cli import PATIENCE_S

_SHELL = "/bin/sh"

# It leads a process group, which ends when its input closes: if this program was killed, the group
# would go on as an orphan and meet the next run.
_SCRIPT = f"""\
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
{{ trap '' TERM; cat <&3; kill -TERM 0; sleep {PATIENCE_S}; kill -KILL 0; }} >/dev/null 2>&1 &
watcher=$!
wait "$child"
code=$?
kill -KILL "$watcher"
exit "$code"
"""


def watched(argv: list[str]) -> list[str]:
    """The command line that runs a program, as the leader of a group, until its input closes."""
    return [_SHELL, "-c", _SCRIPT, _SHELL, *argv] if os.access(_SHELL, os.X_OK) else argv
