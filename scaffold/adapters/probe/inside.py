"""The program that `scaffold verify` sends into a container."""

from pathlib import Path


def check_script() -> bytes:
    """POSIX sh that reports what a container's programs see of the GPU; it changes nothing."""
    return Path(__file__).with_name("gpu-check.sh").read_bytes()
