"""Facts of this machine, from its own `nvidia-smi`, `docker` and /proc."""

import json
import os
import platform
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scaffold.facts import DockerFacts, Gpu, HostFacts, Platform

TIMEOUT_S = 8
"""A hung nvidia-smi (a GPU off the bus) must not hold up the user."""

GPU_FIELDS = "index,name,uuid,memory.total,memory.free,mig.mode.current"

# The header names both versions differently since R610 (nvidia-smi of 610.43.02).
_DRIVER = re.compile(r"(?:Driver|KMD) Version:\s*([0-9.]+)")
_CUDA = re.compile(r"CUDA(?:\s+UMD)?\s+Version:\s*([0-9]+\.[0-9]+)")
_MIG_DEVICE = re.compile(r"\(UUID:\s*(MIG-[^)\s]+)\)")


def probe_local() -> HostFacts:
    """Look at this machine; the programs run side by side and each is bounded in time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        docker = pool.submit(_docker)
        gpus = pool.submit(_gpus)
        driver, cuda, found, error = gpus.result()
        return HostFacts(
            architecture=platform.machine(),
            platform=_platform(),
            driver_version=driver,
            cuda_reported=cuda,
            gpus=found,
            gpu_error=error,
            docker=docker.result(),
            memory_mib=_memory_mib(),
            uid=os.getuid(),
            gid=os.getgid(),
        )


def _run(*argv: str) -> tuple[int, str]:
    """Exit code and output; 127 where the program is missing, 124 where it hung."""
    if shutil.which(argv[0]) is None:
        return 127, ""
    try:
        done = subprocess.run(
            argv, capture_output=True, timeout=TIMEOUT_S, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return 124, ""
    except OSError as error:
        return 126, str(error)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def _gpus() -> tuple[str | None, str | None, tuple[Gpu, ...] | None, str | None]:
    """Driver version, CUDA release, GPUs, and what nvidia-smi complained of."""
    code, text = _run("nvidia-smi")
    if code == 127:
        return None, None, (), None
    if code:
        reason = text.strip().splitlines()[0] if text.strip() else f"exit code {code}"
        return None, None, None, f"nvidia-smi: {reason}"
    driver, cuda = _DRIVER.search(text), _CUDA.search(text)
    return (
        driver[1] if driver else None,
        cuda[1] if cuda else None,
        _query_gpus(),
        None,
    )


def _query_gpus() -> tuple[Gpu, ...] | None:
    # One unknown field fails the whole query, and drivers before R510 lack compute_cap.
    for fields in (f"{GPU_FIELDS},compute_cap", GPU_FIELDS):
        query = f"--query-gpu={fields}"
        code, text = _run("nvidia-smi", query, "--format=csv,noheader,nounits")
        if code == 0:
            rows = [[cell.strip() for cell in line.split(",")] for line in text.splitlines()]
            slices = _mig_devices()
            return tuple(_gpu(row, slices) for row in rows if len(row) >= 6)
    return None


def _mig_devices() -> dict[str, tuple[str, ...]]:
    """MIG slices by the UUID of their GPU, as `nvidia-smi -L` nests them."""
    _, text = _run("nvidia-smi", "-L")
    slices: dict[str, tuple[str, ...]] = {}
    gpu = ""
    for line in text.splitlines():
        if line.startswith("GPU "):
            gpu = line.rpartition("UUID: ")[2].rstrip(")")
        elif match := _MIG_DEVICE.search(line):
            slices[gpu] = (*slices.get(gpu, ()), match[1])
    return slices


def _gpu(row: list[str], slices: dict[str, tuple[str, ...]]) -> Gpu:
    index, name, uuid, total, free, mig = row[:6]
    capability = row[6] if len(row) > 6 else ""
    return Gpu(
        name=name,
        index=_number(index),
        uuid=uuid or None,
        compute_capability=capability if re.fullmatch(r"\d+\.\d+", capability) else None,
        memory_mib=_number(total),
        memory_free_mib=_number(free),
        mig_enabled={"Enabled": True, "Disabled": False}.get(mig),
        mig_devices=slices.get(uuid, ()),
    )


def _number(text: str) -> int | None:
    """A whole number, None for `[N/A]`, `ERR!` and the like."""
    return int(text) if text.isdigit() else None


def _docker() -> DockerFacts | None:
    code, text = _run("docker", "info", "--format", "{{json .}}")
    try:
        info = json.loads(text) if code == 0 else None
    except ValueError:
        return None
    if not isinstance(info, dict) or not info.get("ServerVersion"):
        return None
    options = info.get("SecurityOptions") or []
    devices = info.get("DiscoveredDevices") or []
    return DockerFacts(
        server_version=str(info["ServerVersion"]),
        rootless=any("rootless" in str(option) for option in options),
        runtimes=tuple(sorted(info.get("Runtimes") or {})),
        cdi_devices=tuple(str(device.get("ID")) for device in devices if device.get("ID")),
        buildkit_default=_major(str(info["ServerVersion"])) >= 23,
    )


def _major(version: str) -> int:
    head = version.partition(".")[0]
    return int(head) if head.isdigit() else 0


def _platform() -> Platform:
    if Path("/etc/nv_tegra_release").exists():
        return Platform.JETSON
    if Path("/dev/dxg").exists():
        return Platform.WSL2
    return Platform.LINUX


def _memory_mib() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    except (ValueError, OSError):
        return None
