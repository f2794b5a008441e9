"""docs/doctor.md: what scaffold doctor checks, from its rules."""

from scaffold.checks.computer import TOPICS, servers
from tools.findings_page import table

HEAD = """\
# `scaffold doctor`
<!-- Written by python -m tools.pages from scaffold/checks/computer/. -->
Checks your own computer, and prints the fix for Linux, macOS or WSL2. Changes nothing.

```
scaffold doctor                 # ssh, Docker, Node.js, editor, disk
scaffold doctor --network       # also logs in to the servers of your Docker contexts
scaffold doctor --json          # for programs
```
Exit code 0: nothing keeps scaffold from working (warnings can wait); 1: at least one error.

A stopped Docker counts as a warning if you have a Docker context for a server and the current
context is this computer's. A server is checked by [`scaffold host check`](host-check.md), a
running container by [`scaffold verify`](verify.md); error messages are explained in
[troubleshooting](troubleshooting.md).

## What it checks

"""
LIMITS = """\
## Limits
Tested with stand-in programs; not tried on a real Mac, a real WSL2 or with a real VS Code. The
extension ids of Cursor are unverified.
"""


def page() -> str:
    """The page."""
    return f"{HEAD}{table((*TOPICS, servers.TOPIC))}\n{LIMITS}"
