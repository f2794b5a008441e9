"""The command line: arguments, prompts and reports. No decision is taken here.

Nothing of the project in the working folder is importable by the command: `python -m scaffold`
and an empty entry of PYTHONPATH would put that folder first.
"""

import atexit
import gc
import os
import sys

COMMANDS = frozenset({"scaffold", "gpu-scaffold", "-m", "scaffold/__main__.py"})
"""What the program is called when it runs as the command, and not as a library of another."""


def leave_out_working_folder() -> None:
    """Remove the working folder from where Python looks for modules."""
    try:
        # Only modules that Python itself has loaded by now: others could be the project's.
        here = os.getcwd()  # noqa: PTH109
    except OSError:
        here = ""
    sys.path[:] = [one for one in sys.path if one not in {"", here}]


_name = os.path.basename(sys.argv[0])  # noqa: PTH119
if _name == "__main__.py":
    # Of `python -m NAME`, which may be another program that uses this one, such as pytest.
    _name = f"{os.path.basename(os.path.dirname(sys.argv[0]))}/{_name}"  # noqa: PTH119, PTH120
if _name in COMMANDS:
    leave_out_working_folder()
    # Importing allocates what stays; collections meanwhile are in vain, and take 3 % of a start.
    gc.set_threshold(50_000)
    # Nor does Python need to look for garbage in all of it when it ends: that took 10 % of a run.
    atexit.register(gc.freeze)
