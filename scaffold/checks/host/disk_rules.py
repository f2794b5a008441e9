"""Findings about disks, quotas and file systems."""

from scaffold.findings import Level, Rule, by_hand, root, see

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
FOREIGN = Rule(
    id="disk.docker-file-system",
    level=Level.ERROR,
    title="Docker keeps its data on a file system of another operating system",
    why="Its files have no Unix owners and rights, so overlay2 cannot work on it.",
    source="docs.docker.com/engine/storage/drivers/select-storage-driver",
    fix=(by_hand('Set "data-root" in daemon.json to ext4, xfs or btrfs, and restart Docker.'),),
    symptom="failed to mount overlay: invalid argument",
)
IN_MEMORY = Rule(
    id="disk.docker-in-memory",
    level=Level.WARN,
    title="Docker keeps its data in memory",
    why="Images take the memory that programs need, and are gone after a reboot.",
    source="warewulf.org/docs, diskless nodes; tmpfs(5)",
    fix=(by_hand('Set "data-root" in daemon.json to a disk, and restart Docker.'),),
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
READ_ONLY = Rule(
    id="disk.docker-read-only",
    level=Level.ERROR,
    title="Docker's disk is mounted read-only",
    why="No image can be pulled and no container made; the kernel does that after disk errors.",
    source="ext4(5), errors=remount-ro; mount(8)",
    fix=(
        see("Read why.", "sh", "-c", "dmesg | grep -iE 'remount|ext4|xfs|I/O error'", sudo=True),
        by_hand("Check the file system (fsck) while it is not mounted, and mount it again."),
    ),
    symptom="read-only file system",
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
