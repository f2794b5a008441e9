"""Hosts whose machine, platform, GPUs or disks have a fault."""

from tests.lab.hosts.healthy import HEALTHY
from tests.lab.hosts.pieces_docker import services
from tests.lab.hosts.pieces_gpu import (
    CARD,
    DRIVER,
    RTX_5090,
    card,
    modules,
    nodes,
    on_disk,
    pci,
    recorded,
    smi,
)
from tests.lab.hosts.pieces_system import memory, mounts, uname
from tests.lab.hosts.row import SMI, TABLE, Broken
from tests.lab.support.host_view import REAL, Changes, DeadMount, Disk, Program

WSL: Changes = {
    **uname("5.15.167.4-microsoft-standard-WSL2"),
    **pci(),
    **modules(),
    **nodes("/dev/dxg"),
    "/proc/driver/nvidia/version": None,
    "/usr/sbin/modinfo": None,
    "/lib/modules/6.8.0-45-generic/modules.dep": None,
    SMI: None,
    "/var/run/cdi/nvidia.yaml": None,
}
WSL_SMI: Changes = {
    **smi(recorded("rtx5090_wsl2_590.48.01_vs_591.59.txt"), card()),
    "/usr/lib/wsl/lib/nvidia-smi": HEALTHY[SMI],
}

MACHINE = (
    Broken("a Mac", uname("24.1.0", "arm64", "Darwin"), "machine.not-linux"),
    Broken("a POWER machine", uname(machine="ppc64le"), "machine.architecture"),
    Broken("CentOS 6", uname("2.6.32-754.el6.x86_64"), "machine.kernel-old"),
    Broken("CentOS 7", uname("3.10.0-1160.el7.x86_64"), "machine.kernel-edge"),
    Broken(
        "a clock an hour behind",
        {"/usr/bin/date": Program(f"echo $(($({REAL}/bin/date +%s) - 3600))")},
        "machine.clock",
    ),
    Broken("2 GiB of memory", memory(2), "machine.memory"),
    Broken("a /dev/shm as small as a container's", {"/dev/shm": Disk(60)}, "machine.shared-memory"),
    Broken("WSL2 in order", WSL | WSL_SMI, "machine.wsl2"),
    Broken("WSL2 without Windows' driver", WSL, "machine.wsl2 driver.wsl-missing"),
    Broken(
        "WSL2 with a Linux driver inside",
        WSL | WSL_SMI | on_disk("535.183.01"),
        "machine.wsl2 driver.wsl-linux-driver",
    ),
)

A100 = recorded("a100_mig_535.161.08.txt").replace("535.161.08", DRIVER)
MIG_LINE = "  MIG 1g.10gb     Device  0: (UUID: MIG-5c89852c-d268-4c3f-1b07-005d5ae1dc3f)"
MIG_ON = card("NVIDIA A100-SXM4-40GB", mig__mode__current="Enabled", mig__mode__pending="Enabled")
TWO_CARDS = pci(
    (CARD, RTX_5090, "0x030000", "nvidia"), ("0000:be:00.0", RTX_5090, "0x030000", "nvidia")
)
SWITCHES = pci(
    (CARD, RTX_5090, "0x030200", "nvidia"), ("0000:05:00.0", "0x22a3", "0x068000", "nvidia")
)

GPUS = (
    Broken("MIG with an instance", smi(A100, MIG_ON, mig=MIG_LINE), ""),
    Broken("MIG on and no instance", smi(A100, MIG_ON), "gpu.mig-without-instances"),
    Broken(
        "MIG on from the next reset",
        smi(TABLE, card(mig__mode__current="Disabled", mig__mode__pending="Enabled")),
        "gpu.mig-pending",
    ),
    Broken(
        "memory errors",
        smi(TABLE, card(ecc__errors__uncorrected__volatile__total="3")),
        "gpu.ecc-errors",
    ),
    Broken("ERR! in a cell", smi(TABLE.replace("20W", "ERR!"), card()), "gpu.in-error"),
    Broken("two cards on the bus, one shown", TWO_CARDS, "gpu.missing"),
    Broken("NVSwitch without its fabric manager", SWITCHES, "gpu.fabric-manager"),
    Broken(
        "NVSwitch and its manager failed",
        SWITCHES | services(docker="active", nvidia_fabricmanager="failed"),
        "gpu.fabric-manager",
    ),
    Broken(
        "NVSwitch in order",
        SWITCHES | services(docker="active", nvidia_fabricmanager="active"),
        "",
    ),
    Broken(
        "computing forbidden", smi(TABLE, card(compute_mode="Prohibited")), "gpu.compute-prohibited"
    ),
    Broken(
        "one process a card", smi(TABLE, card(compute_mode="Exclusive_Process")), "gpu.exclusive"
    ),
    Broken("all memory taken", smi(TABLE, card(memory__free="103")), "gpu.busy"),
    Broken(
        "a card of no table", smi(TABLE, card("NVIDIA Q9", compute_cap="[N/A]")), "gpu.not-known"
    ),
)

DISKS = (
    Broken("5 GiB for images", {"/var/lib/docker": Disk(5000)}, "disk.docker-full"),
    Broken("15 GiB for images", {"/var/lib/docker": Disk(15_000)}, "disk.docker-low"),
    Broken("no inodes for images", {"/var/lib/docker": Disk(500_000, inodes=1)}, "disk.inodes"),
    Broken("images on NFS", mounts(var_lib_docker="nfs4"), "disk.docker-network"),
    Broken("home on NFS", mounts(home_ada="nfs4"), "disk.home-network"),
    Broken("home full", {"/home/ada": Disk(100)}, "disk.home-full"),
    Broken("/tmp full", {"/tmp": Disk(50)}, "disk.tmp-full"),
    Broken("images on a dead mount", {"/var/lib/docker": DeadMount()}, "disk.hangs", 2),
)
