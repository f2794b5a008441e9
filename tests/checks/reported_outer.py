"""Situations from public reports: a driver of an outer machine, device files, kernel's words."""

from tests.checks.reported import (
    DRIVER,
    NO_DOCKER,
    NO_TOOLKIT,
    Part,
    Reported,
    cards,
    failing,
    gpus,
    system,
)
from tests.checks.reported_handed import LXC_KIND, NO_MODULE, NOT_LOADED, WSL
from tests.checks.reported_kernel import FABRIC, KIND, NONE_FOUND, logged, not_installed
from tests.checks.reported_places import NO_SYSTEMD, UNMARKED

MISMATCH = "Failed to initialize NVML: Driver/library version mismatch\nNVML library version: {}"
LOST = "Failed to initialize NVML: Unknown Error"
HERE = "Failed to initialize NVML: Driver Not Loaded"
LXC: dict[str, Part] = NO_DOCKER | {
    "system": system("debian", "12", virtualization="lxc", kernel="6.8.12-2-pve"),
    "kind": LXC_KIND.format(100000),
    "disk_module": "",
}
JAIL: dict[str, Part] = LXC | {
    "system": system("debian", "12", virtualization="systemd-nspawn", kernel="6.12.15-production"),
    "kind": KIND,
}
POD: dict[str, Part] = (
    NO_DOCKER
    | NO_TOOLKIT
    | {
        "system": system(release="22.04", programs=""),
        "services": NO_SYSTEMD,
        "kind": f"{UNMARKED}init=sshd\nfile=/.dockerenv",
    }
)
IN_POD = "error docker.inside-container"
VM = system(virtualization="kvm")
REFUSED_CARD = (
    "NVRM: The NVIDIA GPU 0000:01:00.0 (PCI ID: 10de:26b9)",
    "NVRM: installed in this system is not supported by the",
    f"NVRM: NVIDIA {DRIVER} driver release.",
)

BORROWED = (
    Reported(
        "an LXC after an upgrade of the outer machine's driver",
        LXC | failing(18, MISMATCH.format("570.133")),
        "info machine.lxc, error driver.mismatch, error docker.missing",
        "charmed-kubernetes/bundle#284; nvidiavgpuarchive/index#1",
        fix=f"libraries of exactly {DRIVER}",
        never="Restart the machine",
    ),
    Reported(
        "an LXC without the driver's device files",
        LXC | failing(9, NOT_LOADED, nodes="looked"),
        "info machine.lxc, error driver.no-device-files, error docker.missing",
        "canonical/lxd#5433; lxc/incus#1322; canonical/lxd#3642",
        fix="dev0: /dev/nvidia0",
        never="modprobe",
    ),
    Reported(
        "an LXC without the driver's libraries",
        LXC | not_installed(module="NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.95.05"),
        "info machine.lxc, error driver.missing, error docker.missing",
        "canonical/lxd#9964; pve.proxmox.com/wiki/Linux_Container",
        fix="--no-kernel-modules",
        never="linux-headers",
    ),
    Reported(
        "an LXC whose outer machine shows nothing of a driver",
        LXC | not_installed(),
        "info machine.lxc, error driver.missing, error docker.missing",
        "canonical/lxd#6262",
        never="apt-get install -y nvidia",
    ),
    Reported(
        "an LXC whose device rules refuse the GPU",
        LXC | failing(255, LOST),
        "info machine.lxc, error driver.devices-refused, error docker.missing",
        "NVIDIA/nvidia-container-runtime#78; pve.proxmox.com/wiki/Linux_Container",
        fix="lxc.cgroup2.devices.allow",
    ),
    Reported(
        "an LXC on a machine whose driver does not answer",
        LXC | failing(9, NOT_LOADED),
        "info machine.lxc, error driver.not-loaded, error docker.missing",
        "canonical/lxd#3642",
        fix="outer machine",
        never="modprobe",
    ),
    Reported(
        "a jail of TrueNAS after an upgrade of the system",
        JAIL | failing(18, MISMATCH.format("550.142")),
        "error driver.mismatch, error docker.missing",
        "Jip-Hop/jailmaker#4; zzzhouuu/truenas-nvidia-drivers#19",
        fix="--no-kernel-modules",
        never="Restart the machine",
    ),
    Reported(
        "a pod that got no GPU",
        POD | not_installed(pci=cards("26b9")),
        f"error driver.missing, {IN_POD}",
        "kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus",
        fix="nvidia.com/gpu",
        never="apt-get",
    ),
    Reported(
        "a container that was started before the driver's upgrade",
        POD | failing(18, MISMATCH.format("535.183")),
        f"error driver.mismatch, {IN_POD}",
        "NVIDIA/nvidia-docker#737, #365",
        fix="Start the container again",
        never="Restart the machine",
    ),
    Reported(
        "a container that lost its GPU when systemd reloaded",
        POD | failing(255, LOST),
        f"error driver.devices-refused, {IN_POD}",
        "NVIDIA/nvidia-container-toolkit#48; NVIDIA/nvidia-docker#1671",
        fix="Start the container again",
        never="dmesg",
    ),
    Reported(
        "a container whose device cgroup refuses the card",
        POD
        | failing(6, NONE_FOUND, opened="refused=/dev/nvidia0")
        | {"nodes": "looked\nyes /dev/nvidiactl\nyes /dev/nvidia0\nyes /dev/nvidia-uvm"},
        f"error driver.devices-refused, {IN_POD}",
        "kernel documentation, device cgroups; NVIDIA/nvidia-docker#1671",
    ),
    Reported(
        "a container with libraries and no device file",
        POD | failing(9, NOT_LOADED, nodes="looked"),
        f"error driver.no-device-files, {IN_POD}",
        "docs.docker.com/reference/cli/docker/container/run, --gpus",
        fix="--gpus all",
    ),
    Reported(
        "an LXC without nvidia-uvm",
        {
            "system": system("debian", "12", virtualization="lxc", kernel="6.8.12-2-pve"),
            "kind": LXC_KIND.format(100000),
            "nodes": "looked\nyes /dev/nvidia0\nyes /dev/nvidiactl",
            "gpus": gpus("NVIDIA L40S", persistence="Disabled"),
            "disk_module": "kernel=6.8.12-2-pve no\nkernel=6.8.12-1-pve yes\nversion=570.1.1",
        },
        "info machine.lxc, warn driver.no-uvm-node",
        "canonical/lxd#4534; pve.proxmox.com/wiki/Linux_Container",
        fix="on the outer machine",
        never="Restart the machine",
    ),
    Reported(
        "an LXC of Alpine, where only lxcfs tells what it is",
        LXC
        | failing(18, MISMATCH.format("570.133"))
        | {
            "system": system("alpine", "3.22", "apk", programs="rc-service"),
            "services": NO_SYSTEMD,
            "kind": "looked\ninit=init\nuid_map=0 100000 65536\nmusl=/lib/ld-musl-x86_64.so.1",
            "mounts": "zfs / rw\nfuse.lxcfs /proc/cpuinfo rw\nfuse.lxcfs /proc/meminfo rw",
        },
        "info machine.lxc, error driver.mismatch, error docker.missing",
        "pve.proxmox.com/wiki/Linux_Container, lxcfs",
        fix=f"libraries of exactly {DRIVER}",
    ),
    Reported(
        "a machine that offers LXCs is none itself",
        {"mounts": "ext4 / rw\nfuse.lxcfs /var/lib/lxcfs rw"},
        "",
        "linuxcontainers.org/lxcfs",
    ),
    Reported(
        "a pod whose first program is s6, which watches sshd",
        NO_DOCKER
        | NO_TOOLKIT
        | {
            "system": system(release="22.04", programs=""),
            "services": NO_SYSTEMD,
            "kind": f"{UNMARKED}init=s6-svscan\ncgroup=0::/\nroot=overlay",
        },
        IN_POD,
        "linuxserver/docker-code-server#120; skypilot-org/skypilot#3096",
        never="apt-get",
    ),
    Reported(
        "a login inside an Apptainer image",
        NO_DOCKER
        | NO_TOOLKIT
        | not_installed(kind=f"{UNMARKED}init=systemd\nfile=/.singularity.d\nroot=overlay"),
        f"error driver.missing, {IN_POD}",
        "apptainer.org/docs, GPU support: exec --nv",
        never="apt-get",
    ),
    Reported(
        "a machine of its own whose device files were not made",
        failing(9, NOT_LOADED, nodes="looked"),
        "error driver.no-device-files",
        "NVIDIA driver README, device files; NVIDIA/nvidia-docker#139",
        fix="nvidia-modprobe -c 0 -u",
    ),
    Reported(
        "WSL2 whose Windows driver is not loaded",
        failing(9, HERE, **WSL),
        "info machine.wsl2, error driver.failed",
        "microsoft/WSL#9166, #11755",
        fix="wsl --update",
        never="dmesg",
    ),
)

KERNELS = (
    Reported(
        "no driver for a card of the newest chips",
        not_installed(
            pci="device 0000:01:00.0 0x030200 0x3400 \n"
            "01:00.0 3D controller: NVIDIA Corporation GR100 (rev a1)"
        ),
        "error driver.missing",
        "CUDA 13.4 release notes: Rubin",
        fix="nvidia-open",
    ),
    Reported(
        "a B300 under a driver that is older than it",
        failing(
            6,
            NONE_FOUND,
            pci=cards("3182"),
            module="NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  565.57.01\n"
            "loaded=nvidia",
        ),
        "error driver.too-old-for-card",
        "leptonai/gpud, PCI device ids; CUDA 12.9 release notes",
    ),
    Reported(
        "a login node with homes on NFS",
        NO_DOCKER
        | NO_TOOLKIT
        | not_installed(
            pci="",
            system=system("rocky", "8.10", "dnf", programs="systemctl srun"),
            mounts="ext4 / rw\nnfs4 /home/ada rw",
        ),
        "error hardware.no-gpu, error docker.cluster, info disk.home-network",
        "slurm.schedmd.com/containers.html",
        never="dnf",
    ),
    Reported(
        "a virtual GPU with the driver of whole cards",
        failing(6, NONE_FOUND, system=VM) | logged(*REFUSED_CARD),
        "error driver.vgpu-guest",
        "NVIDIA/gpu-operator#1371; flatcar/Flatcar#1283",
        fix="grid.run",
    ),
    Reported(
        "the same words on a machine of its own: a card that the release does not know",
        failing(6, NONE_FOUND) | logged(*REFUSED_CARD),
        "error driver.too-old-for-card",
        "NVIDIA/nvtrust#67",
        never="grid.run",
    ),
    Reported(
        "a second, virtual GPU that the driver refuses",
        {"pci": cards("2684", "26b9"), "system": VM}
        | logged(*[line.replace("01:00", "02:00") for line in REFUSED_CARD]),
        "warn driver.vgpu-guest",
        "NVIDIA/gpu-operator#1371",
    ),
    Reported(
        "a virtual machine that gives the GPU no interrupt",
        failing(6, NONE_FOUND)
        | logged(
            "NVRM: Can't find an IRQ for your NVIDIA card!",
            "NVRM: Please check your BIOS settings.",
        ),
        "error driver.no-bar",
        "cloud-hypervisor/cloud-hypervisor#2000; kata-containers/kata-containers#1142",
    ),
    Reported(
        "a complaint of the driver that no table knows is the evidence",
        failing(6, NONE_FOUND)
        | logged("NVRM: request_mem_region failed for 16M @ 0xf6000000. This can"),
        "error driver.no-devices",
        "NVIDIA/open-gpu-kernel-modules, nv.c",
    ),
    Reported(
        "a module that was built with another kernel's settings",
        failing(9, NOT_LOADED, module=NO_MODULE, pci=cards("26b9", driver=""))
        | logged(
            "module nvidia: .gnu.linkonce.this_module section size must match the kernel's built "
            "struct module size at run time"
        ),
        "error driver.kernel-without-module",
        "NVIDIA/gpu-driver-container#44; kernel/module/main.c",
        fix="dkms autoinstall",
    ),
    Reported(
        "a module with a symbol that this kernel does not have",
        failing(9, NOT_LOADED, module=NO_MODULE, pci=cards("26b9", driver=""))
        | logged("nvidia: Unknown symbol drm_gem_object_put (err -2)"),
        "error driver.kernel-without-module",
        "NVIDIA/open-gpu-kernel-modules#322",
    ),
    Reported(
        "an Xid that names a MIG instance",
        logged("NVRM: Xid (PCI:0000:01:00 GPU-I:05): 95, pid=4, name=python, Uncontained: LTC"),
        "warn gpu.xid",
        "docs.nvidia.com/deploy/xid-errors",
        fix="Reset the GPU",
    ),
    Reported(
        "an NVLink error that the link corrected",
        logged("NVRM: Xid (PCI:0018:01:00): 145, RLW_RXPIPE Nonfatal XC0 i0 Link 13 (0x0409a0c2)"),
        "",
        "leptonai/gpud#1160, #1174",
    ),
    Reported(
        "an NVLink error that the link did not correct",
        logged("NVRM: Xid (PCI:0000:01:00): 149, NETIR_LINK_EVT Fatal XC0 i0 Link 00 (0x025001c6)"),
        "warn gpu.xid",
        "leptonai/gpud#1174; NVIDIA/open-gpu-kernel-modules#1150",
    ),
    Reported(
        "a card whose power cable came off",
        logged("NVRM: Xid (PCI:0000:01:00): 54, Aux power is not connected"),
        "warn gpu.xid",
        "docs.nvidia.com/deploy/xid-errors, catalog: CHECK_MECHANICALS",
        fix="power cable",
    ),
    Reported(
        "Xids that the catalog says to ignore",
        logged(
            "NVRM: Xid (PCI:0000:01:00): 92, High single-bit ECC error rate",
            "NVRM: Xid (PCI:0000:01:00): 121, C2C Link corrected error",
            "NVRM: Xid (PCI:0000:01:00): 94, pid=77, Contained memory error",
        ),
        "",
        "docs.nvidia.com/deploy/xid-errors, catalog: IGNORE, RESTART_APP",
    ),
    Reported(
        "an Xid which says that a recovery is over",
        logged(
            "NVRM: Xid (PCI:0000:01:00): 154, GPU recovery action changed from 0x0 (None) to 0x1 "
            "(GPU Reset Required)",
            "NVRM: Xid (PCI:0000:01:00): 154, GPU recovery action changed from 0x1 (GPU Reset "
            "Required) to 0x0 (None)",
        ),
        "",
        "NVIDIA/open-gpu-kernel-modules#1080; docs.nvidia.com/deploy/xid-errors, Xid 154",
    ),
    Reported(
        "a MIG setting that only root may read",
        {
            "gpus": gpus("NVIDIA A100-PCIE-40GB", capability="8.0").replace(
                "[N/A]", "[Insufficient Permissions]"
            )
        },
        "",
        "nvidia-smi manual page, fields that need rights",
    ),
    Reported(
        "a fabric manager of another version than the driver",
        {
            "pci": f"{cards(*['20b2'] * 2)}\ndevice 0000:c4:00.0 0x068000 0x1af1 nvidia",
            "gpus": gpus(*["NVIDIA A100-SXM4-80GB"] * 2, capability="8.0"),
            "services": FABRIC.format("failed"),
        },
        "error gpu.fabric-manager",
        "NVIDIA/gpu-operator#544; Azure/azhpc-images#86; canonical/microk8s#2119",
        fix=f"its version must be exactly {DRIVER}",
    ),
    Reported(
        "a board with NVSwitches and no fabric manager, on an image of AWS",
        {
            "pci": f"{cards(*['2330'] * 2)}\ndevice 0000:c4:00.0 0x068000 0x22a3 nvidia",
            "gpus": gpus(*["NVIDIA H100 80GB HBM3"] * 2, capability="9.0"),
        },
        "error gpu.fabric-manager",
        "aws-samples/aws-deep-learning-ami-ubuntu-dcv-desktop#33",
        fix=f"nvidia-fabricmanager of exactly {DRIVER}",
    ),
    Reported(
        "Jetson Thor with JetPack 7, whose GPU is on the bus like a card's",
        {
            "system": system(machine="aarch64", kernel="6.8.12-tegra", jetson="yes"),
            "gpus": gpus("NVIDIA Thor", capability="11.0", total="[N/A]", free="[N/A]"),
        },
        "info machine.jetson",
        "docs.nvidia.com/jetson, JetPack 7",
    ),
)
OUTER = (*BORROWED, *KERNELS)
