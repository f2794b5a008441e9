"""Machine, disks, services and reached addresses."""

import posixpath
import re
from datetime import UTC, datetime
from typing import Any

from scaffold.facts import Disk, Endpoint, Platform, SystemFacts
from scaffold.parsing.recording import Part, Recording, Split
from scaffold.parsing.untrusted.numbers import whole


def read_system(split: Split, recording: Recording) -> SystemFacts:
    """Kernel, distribution, machine, disks and services."""
    part = split.part("system")
    values = part.values()
    name, release, _ = uname(values)
    return SystemFacts(
        kernel_name=name,
        kernel=release,
        distribution=_unquoted(values.get("os.ID")),
        distribution_version=_unquoted(values.get("os.VERSION_ID")),
        pretty_name=_unquoted(values.get("os.PRETTY_NAME")),
        package_manager=values.get("packages"),
        virtualization=values.get("virtualization") or _by_mounts(split),
        selinux_enforcing={"1": True, "0": False}.get(values.get("enforce", "")),
        cpus=whole(values.get("cpus", "")),
        shm_mib=_shm(split),
        clock_skew_s=_skew(values, recording.clock),
        probed_on=_day(recording.clock),
        disks=_disks(split),
        services=_services(split.part("services")),
        hostname=values.get("hostname") or None,
        like=tuple((_unquoted(values.get("os.ID_LIKE")) or "").split()),
        programs=part.all("program") if "hostname" in values else None,
        **_kind_of_machine(split.part("kind")),
    )


def _by_mounts(split: Split) -> str | None:
    """LXC without systemd's own program: lxcfs lies over files of /proc."""
    places = (row.split(" ")[:2] for row in split.part("mounts").lines)
    hidden = any(row[0] == "fuse.lxcfs" and row[-1].startswith("/proc/") for row in places)
    return "lxc" if hidden else None


def _kind_of_machine(part: Part) -> dict[str, Any]:
    """Fields that tell kinds of machine apart; none from a recording without them."""
    if "looked" not in part.lines:
        return {}
    values = part.values()
    library = re.search(r"\.so\.([0-9.]+)$", values.get("libstdcxx", ""))
    devices = re.search(r"^container_use_devices --> (on|off)", part.text, re.MULTILINE)
    return {
        "marks": (*part.all("file"), *part.all("env")),
        "init": values.get("init"),
        "cgroups": part.all("cgroup"),
        "user_namespace": _in_user_namespace(values.get("uid_map")),
        "glibc": values.get("glibc", "").removeprefix("glibc").strip() or None,
        "libstdcxx": library[1] if library else None,
        "musl": "musl" in values,
        "containers_use_devices": devices[1] == "on" if devices else None,
        "root_kind": values.get("root"),
        "loader": values.get("loader"),
        "iptable_raw": {"yes": True, "no": False}.get(values.get("iptable_raw", "")),
        "watches": whole(values.get("watches", "")),
    }


def _in_user_namespace(uid_map: str | None) -> bool | None:
    """Whether root is mapped to another user, as in an unprivileged LXC or rootless container."""
    numbers = (uid_map or "").split()
    return numbers[:2] != ["0", "0"] if len(numbers) == 3 else None


def uname(values: dict[str, str]) -> tuple[str | None, str | None, str | None]:
    """Kernel name, release and architecture."""
    words = values.get("uname", "").split()
    return (words[0], words[1], words[2]) if len(words) == 3 else (None, None, None)


def platform(split: Split) -> Platform:
    """WSL2 and Jetson by their own files, or by the kernel's name if those are hidden."""
    values = split.part("system").values()
    release = (uname(values)[1] or "").lower()
    if values.get("jetson") == "yes" or "tegra" in release:
        return Platform.JETSON
    if values.get("wsl") == "yes" or "microsoft" in release:
        return Platform.WSL2
    return Platform.LINUX


def memory_mib(split: Split) -> int | None:
    """RAM from /proc/meminfo."""
    match = re.search(r"^MemTotal:\s+([0-9]{1,15}) kB", split.part("system").text, re.MULTILINE)
    return int(match[1]) // 1024 if match else None


def _unquoted(text: str | None) -> str | None:
    return text.strip("\"'") or None if text else None


def _skew(values: dict[str, str], ours: float | None) -> int | None:
    theirs = whole(values.get("now", ""))
    return None if theirs is None or ours is None else round(theirs - ours)


def _day(clock: float | None) -> str | None:
    try:
        return None if clock is None else datetime.fromtimestamp(clock, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def _services(part: Part) -> tuple[tuple[str, str], ...] | None:
    """Unit and state, or `masked`; a unit that does not exist is left out. None without systemd."""
    if part.code != 0:
        return None
    found = []
    for block in part.text.split("\n\n"):
        values = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        if values.get("LoadState") not in {None, "not-found"}:
            key = "LoadState" if values.get("LoadState") == "masked" else "ActiveState"
            found.append((values.get("Id", ""), values.get(key, "")))
    return tuple(found)


def _disks(split: Split) -> tuple[Disk, ...]:
    mounts = _mounts(split.part("mounts"))
    found: dict[str, Disk] = {}
    for name in ("disk", "home_disk", "docker_disk"):
        for block in f"\n{split.part(name).text}".split("\ndisk=")[1:]:
            lines = block.splitlines() or [""]
            found.setdefault(lines[0], _disk(lines, mounts))
    return tuple(found.values())


Mount = tuple[str, tuple[str, ...] | None]
"""The type of a file system and the options that it is mounted with."""


def _disk(lines: list[str], mounts: dict[str, Mount]) -> Disk:
    """A path, then the row of `df -Pk` and that of `df -Pi`."""
    kind, options = _mount_of(lines[0], mounts)
    rows = [line.split() for line in lines[1:]]
    free = whole(rows[0][3]) if rows and len(rows[0]) >= 6 else None
    used = whole(rows[1][4].removesuffix("%")) if len(rows) > 1 and len(rows[1]) >= 6 else None
    return Disk(
        path=lines[0],
        free_mib=None if free is None else free // 1024,
        inodes_free_percent=None if used is None else 100 - used,
        kind=kind,
        mounted=" ".join(rows[0][5:]) if free is not None else None,
        options=options,
    )


def _mounts(part: Part) -> dict[str, Mount]:
    """Mounts by their place; recordings of earlier versions lack the options."""
    rows = [line.split(" ") for line in part.lines]
    return {
        row[1]: (row[0], tuple(row[2].split(",")) if len(row) > 2 else None)
        for row in rows
        if len(row) > 1
    }


def _mount_of(path: str, mounts: dict[str, Mount]) -> tuple[str | None, tuple[str, ...] | None]:
    """Type and options of the file system that holds a path: its nearest mount."""
    # dirname leaves "/" as it is, and so it does "//".
    while path not in mounts and path != posixpath.dirname(path):
        path = posixpath.dirname(path)
    return mounts.get(path, (None, None))


def _shm(split: Split) -> int | None:
    return next((disk.free_mib for disk in _disks(split) if disk.path == "/dev/shm"), None)  # noqa: S108


def read_network(part: Part) -> tuple[Endpoint, ...]:
    """The addresses that the host was asked to reach."""
    found = []
    for block in f"\n{part.text}".split("\nurl=")[1:]:
        lines = block.splitlines() or [""]
        answer = re.search(r"^answer=([0-9]{3}) ?([0-9]{1,4}\.[0-9]{1,9})?", block, re.MULTILINE)
        reached = answer is not None and answer[1] != "000"
        found.append(
            Endpoint(
                url=lines[0],
                status=int(answer[1]) if answer and reached else None,
                seconds=float(answer[2]) if answer and answer[2] else None,
                error="" if reached else next((line for line in lines[1:] if "curl:" in line), ""),
            )
        )
    return tuple(found)
