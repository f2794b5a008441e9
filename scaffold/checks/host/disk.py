"""Room for images, caches and the editor's server, and whether the disks answer."""

from collections.abc import Iterator

from scaffold.checks.topics import Topic
from scaffold.facts import Disk, HostFacts
from scaffold.findings import Finding, Level, Rule, by_hand, root, see

IMAGE_MIB = 8 * 1024
"""pytorch/pytorch:2.14.0-cuda12.6-cudnn9-runtime takes 7.4 GB on disk."""
ROOMY_MIB = 24 * 1024
"""Its -devel variant takes 12 GB, and while one is replaced both are there."""
HOME_MIB = 1024
"""VS Code's server and some extensions; each version is kept for a while."""
TEMPORARY_MIB = 100
FREE_INODES_PERCENT = 2
"""An image with a framework holds some 100,000 files."""
NETWORK_KINDS = ("nfs", "cifs", "smb", "fuse.sshfs", "lustre", "beegfs", "gpfs", "ceph", "afs")

FULL = Rule(
    "disk.docker-full",
    Level.ERROR,
    "There is no room for an image",
    "A pull or a build ends with: no space left on device.",
    "docker image ls: pytorch/pytorch 2.14.0-cuda12.6-cudnn9-runtime, 7.4 GB",
)
LOW = Rule(
    "disk.docker-low",
    Level.WARN,
    "There is little room for images",
    "An image with nvcc takes 12 GB, and during a rebuild the old and the new one are there.",
    "pytorch/pytorch 2.14.0-cuda12.6-cudnn9-devel, 12 GB",
)
INODES = Rule(
    "disk.inodes",
    Level.ERROR,
    "The disk can hold hardly any more files",
    "Images hold 100,000 files and more; the error reads no space left although there is some.",
    "df -i",
)
DOCKER_NETWORK = Rule(
    "disk.docker-network",
    Level.ERROR,
    "Docker keeps its data on a network file system",
    "overlay2 needs a local ext4 or xfs; over the network Docker fails or is very slow.",
    "docs.docker.com/engine/storage/drivers/select-storage-driver",
    (by_hand('Set "data-root" in daemon.json to a local disk, and restart Docker.'),),
)
HOME_NETWORK = Rule(
    "disk.home-network",
    Level.INFO,
    "The home folder is on a network file system",
    "A container's root may not read it (root_squash), and VS Code's server starts slowly.",
    "exports(5), root_squash",
    (by_hand("Keep data sets and environments on a local disk, or in named volumes."),),
)
HOME = Rule(
    "disk.home-full",
    Level.WARN,
    "There is hardly any room in the home folder",
    "VS Code installs its server there, and fails without a clear reason.",
    "VS Code documentation, Remote Development troubleshooting",
    (see("See what fills it.", "du", "-xsh", "--", "."),),
)
TEMPORARY = Rule(
    "disk.tmp-full",
    Level.WARN,
    "There is hardly any room in /tmp",
    "Installers, compilers and VS Code put files there.",
    "Filesystem Hierarchy Standard, /tmp",
    (see("See what fills it.", "df", "-h", "/tmp"),),  # noqa: S108 (looked at, not written to)
)
HANGS = Rule(
    "disk.hangs",
    Level.WARN,
    "A file system gives no answer",
    "Often a dead network mount; whatever touches it waits for ever.",
    "df gave no answer within 8 seconds",
    (see("See which it is.", "cat", "/proc/mounts"),),
)

PRUNE = root(
    "Remove images and build caches that no container uses.", "docker", "system", "prune", "-a"
)


def _docker_disk(facts: HostFacts) -> Disk | None:
    """Where images go: Docker's root, or where it would be."""
    root_folder = facts.docker.root if facts.docker else None
    wanted = (root_folder, "/var/lib/docker", "/")
    disks = {disk.path: disk for disk in facts.system.disks}
    return next((disks[path] for path in wanted if path in disks), None)


def _images(facts: HostFacts) -> Iterator[Finding]:
    disk = _docker_disk(facts)
    if disk is None:
        return
    said = f"{_gib(disk)} are free at {disk.path}, where Docker keeps images"
    if _network(disk):
        yield DOCKER_NETWORK.found(f"{disk.path} is on {disk.kind}", "/proc/mounts")
    if disk.free_mib is not None and disk.free_mib < IMAGE_MIB:
        yield FULL.found(said, "df", (PRUNE,))
    elif disk.free_mib is not None and disk.free_mib < ROOMY_MIB:
        yield LOW.found(said, "df", (PRUNE,))
    if disk.inodes_free_percent is not None and disk.inodes_free_percent < FREE_INODES_PERCENT:
        percent = disk.inodes_free_percent
        yield INODES.found(f"{percent} % of the inodes are free at {disk.path}", "df -i", (PRUNE,))


def _folders(facts: HostFacts) -> Iterator[Finding]:
    disks = {disk.path: disk for disk in facts.system.disks}
    images = _docker_disk(facts)
    home, temporary = disks.get(facts.login.home or ""), disks.get("/tmp")  # noqa: S108
    if home and _network(home):
        yield HOME_NETWORK.found(f"{home.path} is on {home.kind}", "/proc/mounts")
    if home and _less(home, HOME_MIB, images):
        yield HOME.found(f"{_gib(home)} are free in {home.path}", "df")
    if temporary and _less(temporary, TEMPORARY_MIB, images):
        yield TEMPORARY.found(f"{temporary.free_mib} MiB are free in {temporary.path}", "df")


def _less(disk: Disk, mib: int, images: Disk | None) -> bool:
    """Too little room, on another disk than that of the images, of which it is said already."""
    same = images is not None and images.mounted is not None and images.mounted == disk.mounted
    return disk.free_mib is not None and disk.free_mib < mib and not same


def _network(disk: Disk) -> bool:
    return (disk.kind or "").startswith(NETWORK_KINDS)


def _gib(disk: Disk) -> str:
    return f"{(disk.free_mib or 0) / 1024:.1f} GiB"


def _answers(facts: HostFacts) -> Iterator[Finding]:
    # Where docker hangs, nobody could ask it for its root: the disk is not to blame.
    mine = {"disk", "home_disk"} if facts.client.hangs else {"disk", "home_disk", "docker_disk"}
    hung = [part for part in facts.probe.hung if part in mine]
    if hung:
        yield HANGS.found("df gives no answer", ", ".join(hung))


def _summary(facts: HostFacts) -> str:
    disk = _docker_disk(facts)
    if disk is None or disk.free_mib is None:
        return "free space unknown"
    return f"{_gib(disk)} free at {disk.path}" + (f" ({disk.kind})" if disk.kind else "")


TOPIC = Topic(
    "disk",
    "Disks",
    (FULL, LOW, INODES, DOCKER_NETWORK, HOME_NETWORK, HOME, TEMPORARY, HANGS),
    (_images, _folders, _answers),
    _summary,
    ("probe", "machine"),
    ("mounts",),
)
