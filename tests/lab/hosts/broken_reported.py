"""Hosts from public reports that only a live probe shows: paths, channels, cgroups, programs."""

from tests.lab.hosts.broken_docker import NO_CDI, OLD, RUNC_ONLY, STOPPED
from tests.lab.hosts.broken_driver import NO_DRIVER
from tests.lab.hosts.healthy import HEALTHY
from tests.lab.hosts.pieces_docker import cdi, engine, services, toolkit
from tests.lab.hosts.pieces_gpu import CARD, RTX_5090, card, pci, smi
from tests.lab.hosts.pieces_system import USER_ID, sshd
from tests.lab.hosts.row import REAL_DOCKER, SMI, TABLE, Broken
from tests.lab.support.host_view import Changes, Disk, Folder, Link, Program

TWO_CARDS = pci(
    (CARD, RTX_5090, "0x030000", "nvidia"), ("0000:be:00.0", RTX_5090, "0x030000", "nvidia")
)
HOOK = NO_CDI | engine(ServerVersion="28.1.0", **OLD)
NO_DOCKER: Changes = {"/usr/bin/docker": None, **services()}
UNITS = "/opt/recorded/systemctl"
CONFIG = "/etc/nvidia-container-runtime/config.toml"
LICENCE = "        License Status                    : {}"
FABRIC = "    Fabric\n        State                             : {}"


def match(line: str, *before: str) -> Changes:
    """sshd's configuration whose last block is for this user alone."""
    text = str(sshd(*before)["/etc/ssh/sshd_config"])
    return {"/etc/ssh/sshd_config": f"{text}Match User ada\n  {line}\n"}


def programs(*names: str) -> Changes:
    """Programs that are only looked for."""
    return {f"/usr/bin/{name}": Program("exit 0") for name in names}


def gpu(name: str, **options: str) -> Changes:
    """A GPU of another name, and lines of nvidia-smi -q about it."""
    return smi(TABLE, card(name), **options)


REPORTED = (
    Broken(
        "a Slurm job with one of two GPUs",
        TWO_CARDS | sshd("SetEnv SLURM_JOB_ID=17"),
        "gpu.part-yours",
    ),
    Broken(
        "one of two cards is held by vfio-pci",
        TWO_CARDS
        | {"/sys/bus/pci/devices/0000:be:00.0/driver": Link("../../../bus/pci/drivers/vfio-pci")},
        "gpu.set-aside",
    ),
    Broken(
        "a cluster's login node",
        NO_DRIVER | pci() | NO_DOCKER | toolkit(None) | programs("srun", "sbatch", "apptainer"),
        "hardware.no-gpu docker.cluster",
    ),
    Broken(
        "SELinux enforcing, told without a newline",
        {"/sys/fs/selinux/enforce": "1", **engine(SecurityOptions=["name=selinux"])},
        "toolkit.selinux",
    ),
    Broken(
        "a config.toml that a GPU operator left",
        HOOK | {CONFIG: '[nvidia-container-cli]\nroot = "/run/nvidia/driver"\n# x = "/gone"\n'},
        "toolkit.config-paths",
    ),
    Broken(
        "a config.toml with a driver root that exists",
        HOOK | {CONFIG: '[nvidia-container-cli]\nroot = "/run/nvidia"\n', "/run/nvidia": Folder()},
        "",
    ),
    Broken(
        "a driver in a folder of its own",
        {
            "/usr/bin/nvidia-smi": None,
            "/var/lib/nvidia/bin/nvidia-smi": HEALTHY[SMI],
            "/var/lib/nvidia/lib64": Folder(),
        },
        "driver.smi-off-path",
    ),
    Broken(
        "a CDI specification with a device that is gone",
        cdi(device="/dev/dri/renderD129"),
        "toolkit.cdi-stale",
    ),
    Broken(
        "a CDI specification in JSON with a library that is gone",
        {
            "/var/run/cdi/nvidia.yaml": None,
            "/var/run/cdi/nvidia.json": '{"kind": "nvidia.com/gpu", "containerEdits": {"mounts": '
            '[{"hostPath": "/usr/gone/libcuda.so.580.76.05", "containerPath": "/x"}]}}',
        },
        "toolkit.cdi-stale",
    ),
    Broken(
        "a CDI device whose path is the container's",
        {
            **cdi(),
            "/var/run/cdi/nvidia.yaml": "kind: nvidia.com/gpu\ndevices:\n- containerEdits:\n"
            "    deviceNodes:\n    - hostPath: /dev/nvidia0\n      path: /dev/elsewhere\n",
        },
        "",
    ),
    Broken(
        "a virtual GPU without a licence",
        gpu("NVIDIA A10-24Q", details=LICENCE.format("Unlicensed (Restricted)")),
        "gpu.vgpu-unlicensed",
    ),
    Broken(
        "a virtual GPU with its licence",
        gpu("NVIDIA A10-24Q", details=LICENCE.format("Licensed (Expiry: 2027-1-1)")),
        "",
    ),
    Broken(
        "an NVLink fabric in progress",
        gpu("NVIDIA H200", details=FABRIC.format("In Progress")),
        "gpu.fabric-manager",
    ),
    Broken(
        "an old glibc",
        {"/usr/bin/getconf": Program("echo glibc 2.17")},
        "ssh.editor-server",
    ),
    Broken(
        "a data-root in a folder that this user may not enter",
        {
            "/srv/fast": Folder(0, 0o700),
            **engine(DockerRootDir="/srv/fast/docker"),
            "/var/lib/docker": Disk(900),
        },
        "disk.unknown",
    ),
    Broken("sshd with PermitOpen none", sshd("PermitOpen none"), "ssh.no-tcp-forwarding"),
    Broken(
        "a Match block that forbids forwarding to this user",
        match("AllowTcpForwarding no"),
        "ssh.no-tcp-forwarding",
    ),
    Broken(
        "a Match block that allows this user what the others may not",
        match("AllowTcpForwarding yes", "AllowTcpForwarding no"),
        "",
    ),
    Broken(
        "a Match block that forbids forwarding sockets to this user",
        match("AllowStreamLocalForwarding no"),
        "ssh.no-stream-forwarding",
    ),
    Broken(
        "a Match block for another user",
        {
            "/etc/ssh/sshd_config": str(match("MaxSessions 1")["/etc/ssh/sshd_config"]).replace(
                "Match User ada", "Match User bob"
            )
        },
        "",
    ),
    Broken("a start file that sleeps", {"/home/ada/.bashrc": "sleep 4\n"}, "ssh.slow-login"),
    Broken(
        "a home folder of root's",
        {"/home/ada": Folder(0)},
        "ssh.home-read-only",
    ),
    Broken(
        "Docker 26 with CDI switched on",
        engine(
            ServerVersion="26.1.4",
            Runtimes=RUNC_ONLY,
            DiscoveredDevices=None,
            CgroupDriver="cgroupfs",
        ),
        "toolkit.cdi-only",
    ),
    Broken(
        "an LXC container with Docker in it",
        {"/usr/bin/systemd-detect-virt": Program("echo lxc")},
        "machine.lxc",
    ),
    Broken(
        "a pod without any mark, whose first process is sshd",
        NO_DOCKER
        | toolkit(None)
        | {"/proc/1/comm": "sshd\n", "/proc/mounts": "overlay / overlay rw,relatime 0 0\n"},
        "docker.inside-container",
    ),
    Broken(
        "an engine that ends for want of addresses",
        STOPPED
        | {
            "/usr/bin/systemctl": Program(f'[ "$1" = show ] || exit 3\ncat {UNITS}'),
            "/usr/bin/journalctl": Program("echo 'level=fatal msg=\"no available network\"'"),
        },
        "docker.fails-to-start",
    ),
    Broken(
        "a rootless engine that ended",
        REAL_DOCKER | sshd("SetEnv DOCKER_HOST=unix:///run/user/1000/docker.sock"),
        "docker.rootless-stopped",
    ),
    Broken(
        "a home folder that is mounted noexec",
        {"/proc/mounts": "/dev/x / ext4 rw 0 0\n/dev/y /home ext4 rw,noexec 0 0\n"},
        "ssh.home-no-exec",
    ),
    Broken(
        "VS Code's folder was made by root",
        {"/home/ada/.vscode-server": Folder(0)},
        "ssh.folder-locked",
    ),
    Broken(
        "a container of somebody else's",
        NO_DOCKER | toolkit(None) | {"/.dockerenv": ""},
        "docker.inside-container",
    ),
    Broken(
        "the credential helper of a Docker Desktop that is gone",
        {
            "/home/ada/.docker": Folder(USER_ID),
            "/home/ada/.docker/config.json": '{"auths": {}, "credsStore": "desktop"}\n',
        },
        "docker.credential-helper",
    ),
    Broken(
        "a proxy for the login and none for the engine",
        sshd("SetEnv HTTPS_PROXY=http://proxy.example:3128"),
        "docker.no-proxy",
    ),
    Broken(
        "an LXC whose outer machine gave it no device file",
        {
            **smi("NVIDIA-SMI has failed because it couldn't communicate with the driver.", code=9),
            **{path: None for path in HEALTHY if path.startswith("/dev/nvidia")},
            "/usr/bin/systemd-detect-virt": Program("echo lxc"),
        },
        "machine.lxc driver.no-device-files",
    ),
    Broken(
        "two CDI files in one folder, of which Docker takes neither",
        engine(DiscoveredDevices=None, CgroupDriver="cgroupfs")
        | {f"/etc/cdi/{name}.json": '{"kind": "nvidia.com/gpu"}' for name in ("nvidia", "old")},
        "toolkit.cdi-conflict",
    ),
)
