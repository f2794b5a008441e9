"""Free space for images, caches and the editor's server, and whether the disks answer."""

from collections.abc import Iterator

from scaffold.checks.host import disk_rules as rules
from scaffold.checks.host.docker.engine import EngineKind, engine_kind, engine_name, is_remote
from scaffold.checks.host.kinds import NETWORK_KINDS
from scaffold.checks.topics import Topic
from scaffold.facts import Disk, HostFacts
from scaffold.findings import Finding, see

IMAGE_MIB = 8 * 1024
"""pytorch/pytorch:2.14.0-cuda12.6-cudnn9-runtime takes 7.4 GB on disk."""
ROOMY_MIB = 24 * 1024
"""Its -devel variant takes 12 GB, and while one is replaced both exist."""
HOME_MIB = 1024
"""VS Code's server and some extensions; each version is kept for a while."""
TEMPORARY_MIB = 100
FREE_INODES_PERCENT = 2
"""An image with a framework holds some 100,000 files."""
HOME_INODES_PERCENT = 1
NEAR_LIMIT = 0.95
"""Share of a quota from which the next download or extension fails."""
CONTAINERD = "/var/lib/containerd"
"""Where images are with the containerd image store, the default of new installations of 29."""
FOREIGN_KINDS = {"ntfs", "ntfs3", "fuseblk", "exfat", "vfat", "9p", "drvfs", "hfsplus"}


def _is_elsewhere(facts: HostFacts) -> bool:
    """Whether the engine's disk is another machine's: remote, or Docker Desktop's virtual one."""
    return is_remote(facts) or engine_kind(facts) is EngineKind.DESKTOP


def _docker_disk(facts: HostFacts) -> Disk | None:
    """The disk of the engine's data; the usual place only if no engine names its own."""
    if _is_elsewhere(facts):
        return None
    root_folder = facts.docker.root if facts.docker else None
    disks = {disk.path: disk for disk in facts.system.disks}
    if facts.docker and facts.docker.containerd_store and not facts.docker.rootless:
        root_folder = CONTAINERD if CONTAINERD in disks else root_folder
    wanted = (root_folder,) if root_folder else ("/var/lib/docker", "/")
    return next((disks[path] for path in wanted if path in disks), None)


def _known(facts: HostFacts) -> Iterator[Finding]:
    docker = facts.docker
    answered = not {"docker_disk", "disk"} & {*facts.probe.hung, *facts.probe.cut}
    disk = _docker_disk(facts)
    unknown = disk is None or disk.free_mib is None
    if docker and docker.root and unknown and answered and not _is_elsewhere(facts):
        text = f"the free space at {docker.root}, the folder of {engine_name(facts)}, is unknown"
        step = see("Read it as root.", "df", "-h", docker.root, sudo=True)
        yield rules.ROOT_UNKNOWN.found(text, "df", (step,))


def _images(facts: HostFacts) -> Iterator[Finding]:
    disk = _docker_disk(facts)
    if disk is None:
        return
    text = f"{_gib(disk)} are free at {disk.path}, where {engine_name(facts)} keeps images"
    if _network(disk):
        yield rules.DOCKER_NETWORK.found(f"{disk.path} is on {disk.kind}", "/proc/mounts")
    if disk.kind in {"tmpfs", "ramfs", "rootfs"}:
        yield rules.IN_MEMORY.found(f"{disk.path} is on {disk.kind}", "/proc/mounts")
    if disk.kind in FOREIGN_KINDS:
        yield rules.FOREIGN.found(f"{disk.path} is on {disk.kind}", "/proc/mounts")
    if disk.free_mib is not None and disk.free_mib < IMAGE_MIB:
        yield rules.FULL.found(text, "df", (rules.PRUNE,))
    elif disk.free_mib is not None and disk.free_mib < ROOMY_MIB:
        yield rules.LOW.found(text, "df", (rules.PRUNE,))
    if disk.inodes_free_percent is not None and disk.inodes_free_percent < FREE_INODES_PERCENT:
        text = f"{disk.inodes_free_percent} % of the inodes are free at {disk.path}"
        yield rules.INODES.found(text, "df -i", (rules.PRUNE,))
    if facts.docker and "ro" in (disk.options or ()):
        yield rules.READ_ONLY.found(f"{disk.path} is mounted read-only", "/proc/mounts")


def _folders(facts: HostFacts) -> Iterator[Finding]:
    disks = {disk.path: disk for disk in facts.system.disks}
    images = _docker_disk(facts)
    home, temporary = disks.get(facts.login.home or ""), disks.get("/tmp")  # noqa: S108
    if home and _network(home):
        yield rules.HOME_NETWORK.found(f"{home.path} is on {home.kind}", "/proc/mounts")
    if home and _less(home, HOME_MIB, images):
        yield rules.HOME.found(f"{_gib(home)} are free in {home.path}", "df")
    percent = home.inodes_free_percent if home else None
    if home and percent is not None and percent < HOME_INODES_PERCENT and not _same(home, images):
        yield rules.HOME_INODES.found(f"{percent} % of the inodes are free in {home.path}", "df -i")
    yield from _quota(facts)
    if temporary and _less(temporary, TEMPORARY_MIB, images):
        yield rules.TEMPORARY.found(f"{temporary.free_mib} MiB are free in {temporary.path}", "df")


def _quota(facts: HostFacts) -> Iterator[Finding]:
    for row in facts.login.quota or ():
        if row.limit_kib and row.used_kib >= row.limit_kib * NEAR_LIMIT:
            used, limit = row.used_kib / 1024**2, row.limit_kib / 1024**2
            text = f"{used:.1f} of {limit:.1f} GiB are used on {row.device}"
            yield rules.QUOTA.found(text, "quota -w")
        elif row.file_limit and row.files >= row.file_limit * NEAR_LIMIT:
            text = f"{row.files} of {row.file_limit} files are used on {row.device}"
            yield rules.QUOTA.found(text, "quota -w")


def _same(disk: Disk, images: Disk | None) -> bool:
    """Whether a disk is that of the images, which has its own finding."""
    return images is not None and images.mounted is not None and images.mounted == disk.mounted


def _less(disk: Disk, mib: int, images: Disk | None) -> bool:
    return disk.free_mib is not None and disk.free_mib < mib and not _same(disk, images)


def _network(disk: Disk) -> bool:
    return (disk.kind or "").startswith(NETWORK_KINDS)


def _gib(disk: Disk) -> str:
    return f"{(disk.free_mib or 0) / 1024:.1f} GiB"


def _answers(facts: HostFacts) -> Iterator[Finding]:
    # If docker hangs, its root is unknown, and no disk is to blame.
    mine = {"disk", "home_disk"} if facts.client.hangs else {"disk", "home_disk", "docker_disk"}
    hung = [part for part in facts.probe.hung if part in mine]
    if hung:
        yield rules.HANGS.found("df gives no answer", ", ".join(hung))


def _summary(facts: HostFacts) -> str:
    disk = _docker_disk(facts)
    if disk is None or disk.free_mib is None:
        remote = f" of {engine_name(facts)}" if _is_elsewhere(facts) else ""
        return f"free space{remote} unknown"
    return f"{_gib(disk)} free at {disk.path}" + (f" ({disk.kind})" if disk.kind else "")


TOPIC = Topic(
    name="disk",
    title="Disks",
    rules=(
        *(rules.FULL, rules.LOW, rules.INODES, rules.DOCKER_NETWORK, rules.ROOT_UNKNOWN),
        *(rules.HOME_NETWORK, rules.HOME, rules.HOME_INODES, rules.QUOTA, rules.TEMPORARY),
        *(rules.HANGS, rules.READ_ONLY, rules.FOREIGN, rules.IN_MEMORY),
    ),
    checks=(_images, _known, _folders, _answers),
    summary=_summary,
    needs=("probe", "machine"),
    parts=("mounts",),
)
