"""Free space for images, caches and the editor's server, and whether the disks answer."""

from collections.abc import Iterator

from scaffold.checks.host.docker.engine import EngineKind, engine_kind, engine_name, is_remote
from scaffold.checks.topics import Topic
from scaffold.facts import Disk, HostFacts
from scaffold.findings import Finding, Level, Rule, by_hand, root, see

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
NETWORK_KINDS = ("nfs", "cifs", "smb", "fuse.sshfs", "lustre", "beegfs", "gpfs", "ceph", "afs")

FULL = Rule(
    id="disk.docker-full",
    level=Level.ERROR,
    title="The disk has too little space for an image",
    why="A pull or a build ends with: no space left on device.",
    source="docker image ls: pytorch/pytorch 2.14.0-cuda12.6-cudnn9-runtime, 7.4 GB",
)
LOW = Rule(
    id="disk.docker-low",
    level=Level.WARN,
    title="The disk has little space for images",
    why="An image with nvcc takes 12 GB, and a rebuild needs space for the old and the new one.",
    source="pytorch/pytorch 2.14.0-cuda12.6-cudnn9-devel, 12 GB",
)
INODES = Rule(
    id="disk.inodes",
    level=Level.ERROR,
    title="The disk can hold hardly any more files",
    why="Images hold 100,000 files and more; the error says no space left although some is free.",
    source="df -i",
)
DOCKER_NETWORK = Rule(
    id="disk.docker-network",
    level=Level.ERROR,
    title="Docker keeps its data on a network file system",
    why="overlay2 needs a local ext4 or xfs; over the network Docker fails or is very slow.",
    source="docs.docker.com/engine/storage/drivers/select-storage-driver",
    fix=(by_hand('Set "data-root" in daemon.json to a local disk, and restart Docker.'),),
)
HOME_NETWORK = Rule(
    id="disk.home-network",
    level=Level.INFO,
    title="The home folder is on a network file system",
    why="A container's root may not read it (root_squash), and VS Code's server starts slowly.",
    source="exports(5), root_squash",
    fix=(by_hand("Keep data sets and environments on a local disk, or in named volumes."),),
)
HOME = Rule(
    id="disk.home-full",
    level=Level.WARN,
    title="The home folder has hardly any space",
    why="VS Code installs its server in it, and fails without a clear reason.",
    source="VS Code documentation, Remote Development troubleshooting",
    fix=(see("List what fills it.", "du", "-xsh", "--", "."),),
)
HOME_INODES = Rule(
    id="disk.home-inodes",
    level=Level.WARN,
    title="The home folder can hold hardly any more files",
    why="VS Code's server has thousands of files; the error says no space left although some is "
    "free.",
    source="df -i; microsoft/vscode-remote-release#5649",
    fix=(see("Count files by folder.", "du", "--inodes", "-x", "-d1", "--", "."),),
    symptom="tar: Cannot mkdir: No space left on device",
)
QUOTA = Rule(
    id="disk.quota",
    level=Level.WARN,
    title="This user's disk quota is used up",
    why="Downloads, VS Code's server and package caches in the home folder fail.",
    source="quota(1); microsoft/vscode-remote-release#4001",
    fix=(
        see("Read the quota.", "quota", "-s"),
        by_hand("Delete caches (~/.cache, ~/.vscode-server), or ask the admins for more space."),
    ),
    symptom="Disk quota exceeded",
)
ROOT_UNKNOWN = Rule(
    id="disk.unknown",
    level=Level.UNKNOWN,
    title="The free space of Docker's disk is unknown",
    why="This user may not enter the folder that the engine keeps its data in. Unknown is no pass.",
    source="docker info, DockerRootDir; df",
    fix=(see("Read it as root.", "df", "-h", "/var/lib/docker", sudo=True),),
)
TEMPORARY = Rule(
    id="disk.tmp-full",
    level=Level.WARN,
    title="/tmp has hardly any space",  # noqa: S108 (a title)
    why="Installers, compilers and VS Code write files to it.",
    source="Filesystem Hierarchy Standard, /tmp",
    fix=(see("Read its size.", "df", "-h", "/tmp"),),  # noqa: S108 (a command for the user to read)
)
HANGS = Rule(
    id="disk.hangs",
    level=Level.WARN,
    title="A file system gives no answer",
    why="Often a dead network mount; every program that touches it waits for ever.",
    source="df gave no answer within 8 seconds",
    fix=(see("Find which one it is.", "cat", "/proc/mounts"),),
)

PRUNE = root(
    "Remove images and build caches that no container uses.", "docker", "system", "prune", "-a"
)


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
        yield ROOT_UNKNOWN.found(text, "df", (step,))


def _images(facts: HostFacts) -> Iterator[Finding]:
    disk = _docker_disk(facts)
    if disk is None:
        return
    text = f"{_gib(disk)} are free at {disk.path}, where {engine_name(facts)} keeps images"
    if _network(disk):
        yield DOCKER_NETWORK.found(f"{disk.path} is on {disk.kind}", "/proc/mounts")
    if disk.free_mib is not None and disk.free_mib < IMAGE_MIB:
        yield FULL.found(text, "df", (PRUNE,))
    elif disk.free_mib is not None and disk.free_mib < ROOMY_MIB:
        yield LOW.found(text, "df", (PRUNE,))
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
    percent = home.inodes_free_percent if home else None
    if home and percent is not None and percent < HOME_INODES_PERCENT and not _same(home, images):
        yield HOME_INODES.found(f"{percent} % of the inodes are free in {home.path}", "df -i")
    yield from _quota(facts)
    if temporary and _less(temporary, TEMPORARY_MIB, images):
        yield TEMPORARY.found(f"{temporary.free_mib} MiB are free in {temporary.path}", "df")


def _quota(facts: HostFacts) -> Iterator[Finding]:
    for row in facts.login.quota or ():
        if row.limit_kib and row.used_kib >= row.limit_kib * NEAR_LIMIT:
            used, limit = row.used_kib / 1024**2, row.limit_kib / 1024**2
            yield QUOTA.found(f"{used:.1f} of {limit:.1f} GiB are used on {row.device}", "quota -w")
        elif row.file_limit and row.files >= row.file_limit * NEAR_LIMIT:
            text = f"{row.files} of {row.file_limit} files are used on {row.device}"
            yield QUOTA.found(text, "quota -w")


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
        yield HANGS.found("df gives no answer", ", ".join(hung))


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
        *(FULL, LOW, INODES, DOCKER_NETWORK, ROOT_UNKNOWN, HOME_NETWORK, HOME, HOME_INODES),
        *(QUOTA, TEMPORARY, HANGS),
    ),
    checks=(_images, _known, _folders, _answers),
    summary=_summary,
    needs=("probe", "machine"),
    parts=("mounts",),
)
