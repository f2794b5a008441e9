"""What the figures of a run depend on: the machine's load, and the Python that runs the program.

Distributions build Python with profile-guided optimisation; one compiled by hand usually has none
and starts everything a quarter slower.
"""

import os
import platform
import sys


def machine() -> str:
    """One line to print beside the figures."""
    python = f"Python {platform.python_version()} ({sys.base_prefix})"
    return f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {python}"
