"""The command line: arguments, prompts and reports. No decision is taken here.

Nothing of the project in the working folder is importable by the command: `python -m scaffold`
and an empty entry of PYTHONPATH would put that folder first.
"""

import gc
import os
import sys

# Importing allocates what stays, so the collections that it triggers are in vain: 3 % of a start.
gc.set_threshold(50_000)

COMMANDS = frozenset({"scaffold", "gpu-scaffold", "-m", "__main__.py"})
"""What the program is called when it runs as the command, and not as a library of another."""


def leave_out_working_folder() -> None:
    """Remove the working folder from where Python looks for modules."""
    try:
        # Only modules that Python itself has loaded by now: others could be the project's.
        here = os.getcwd()  # noqa: PTH109
    except OSError:
        here = ""
    sys.path[:] = [one for one in sys.path if one not in {"", here}]


if os.path.basename(sys.argv[0]) in COMMANDS:  # noqa: PTH119
    leave_out_working_folder()
