"""What `uv pip install --torch-backend=auto` asks for, by driver version: recorded with uv itself.

    python -m tools.uv_picks path/to/uv >tools/uv_picks.json

uv tells in its debug output which of PyTorch's indexes it asks. It needs no network for that: an
index that does not answer is passed over, and the next one is named. They are kept from the newest
CUDA down, which is the order of uv's own table; the output has it too, but for those that uv asks
at the same moment.
"""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

RECORD = Path(__file__).with_name("uv_picks.json")

DRIVERS = (
    *("390.157", "396.26", "410.48", "418.87.01", "440.33.01", "440.118.02", "450.36.06"),
    *("450.51.06", "450.80.02", "455.32.00", "460.32.03", "460.106.00", "465.19.01"),
    *("470.42.01", "470.82.01", "470.256.02", "495.29.05", "510.39.01", "510.108.03"),
    *("515.43.04", "515.105.01", "520.61.05", "525.60.13", "525.147.05", "530.30.02"),
    *("535.54.03", "535.183.01", "545.23.06", "550.54.14", "550.163.01", "555.42.02"),
    *("560.28.03", "565.57.01", "570.26", "570.211.01", "575.51.03", "580.65.06"),
    *("590.44.01", "595.45.04", "610.43.02"),
)
"""40 versions: first and later drivers of each branch, where CUDA's floors lie between them."""

TARGET = ("--torch-backend=auto", "--python-version=3.12", "--python-platform=linux")

_ASKED = re.compile(r"/whl/(cpu|cu\d+)/torch/")


def asked(uv: str, driver: str) -> list[str]:
    """The variants whose index uv asks for a driver, the newest CUDA first."""
    done = subprocess.run(
        [uv, "pip", "compile", "--verbose", "--no-cache", "--no-config", *TARGET, "-"],
        input="torch\n",
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "UV_CUDA_DRIVER_VERSION": driver, "UV_HTTP_TIMEOUT": "2"},
    )
    return sorted(set(_ASKED.findall(done.stderr)), key=_cuda, reverse=True)


def _cuda(variant: str) -> int:
    return 0 if variant == "cpu" else int(variant.removeprefix("cu"))


def main() -> None:
    uv = sys.argv[1]
    version = subprocess.run([uv, "--version"], capture_output=True, text=True, check=True)
    record = {
        "uv": version.stdout.split()[1],
        "recorded": datetime.now(UTC).date().isoformat(),
        "drivers": {driver: asked(uv, driver) for driver in DRIVERS},
    }
    print(json.dumps(record, indent=1))


if __name__ == "__main__":
    main()
