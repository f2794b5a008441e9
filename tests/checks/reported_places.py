"""Situations from public reports: containers without marks, clusters, kernels, virtual GPUs."""

from tests.checks.reported import (
    NO_DOCKER,
    NO_TOOLKIT,
    Part,
    Reported,
    cards,
    failing,
    gpus,
    system,
)
from tests.checks.reported_handed import NO_MODULE, NOT_LOADED, WSL
from tests.checks.reported_kernel import NONE_FOUND, details, logged, not_installed

OLD: dict[str, Part] = {
    "module": "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.144.03\nloaded=nvidia",
    "disk_module": "kernel=6.8.0-45-generic yes\nversion=550.144.03\nlicense=NVIDIA",
}
UNMARKED = "looked\nuid_map=0 0 4294967295\nglibc=glibc 2.35\n"
NO_SYSTEMD = ("systemctl: not found", 127)

PLACES = (
    Reported(
        "a pod that sshd runs in: no mark of Docker, no variables of the kubelet",
        NO_DOCKER
        | NO_TOOLKIT
        | {
            "system": system(release="22.04", programs=""),
            "services": NO_SYSTEMD,
            "kind": f"{UNMARKED}init=sshd\ncgroup=0::/\nroot=overlay",
        },
        "error docker.inside-container",
        "Eyevinn/strom#742; elastic/support-diagnostics#384",
        fix="Remote-SSH",
        never="apt-get",
    ),
    Reported(
        "a pod whose cgroups name it",
        NO_DOCKER
        | NO_TOOLKIT
        | {
            "system": system(release="22.04", programs=""),
            "services": NO_SYSTEMD,
            "kind": f"{UNMARKED}init=tini\ncgroup=12:devices:/kubepods/besteffort/pod1/2",
        },
        "error docker.inside-container",
        "ONLYOFFICE/CommunityServer#122",
        never="apt-get",
    ),
    Reported(
        "a rented machine that tells its owner in the first process's variables",
        NO_DOCKER
        | NO_TOOLKIT
        | {
            "system": system(release="22.04", programs=""),
            "services": NO_SYSTEMD,
            "kind": f"{UNMARKED}init=bash\nenv=RUNPOD_POD_ID set\nroot=overlay",
        },
        "error docker.inside-container",
        "ysdragon/Pterodactyl-VPS-Egg#60",
        never="apt-get",
    ),
    Reported(
        "a diskless node whose root is an overlay runs a whole system",
        {"kind": f"{UNMARKED}init=systemd\ncgroup=0::/user.slice\nroot=overlay"},
        "",
        "docs of overlayroot and Warewulf",
    ),
    Reported(
        "a login node whose Slurm is loaded by modules only",
        NO_DOCKER
        | NO_TOOLKIT
        | not_installed(
            pci="",
            system=system("rocky", "9.6", "dnf"),
            kind=f"{UNMARKED}init=systemd\nfile=/etc/slurm",
        ),
        "error hardware.no-gpu, error docker.cluster",
        "slurm.schedmd.com/configless_slurm.html",
        fix="srun --gpus=1",
        never="dnf",
    ),
    Reported(
        "a login node of Grid Engine",
        NO_DOCKER
        | NO_TOOLKIT
        | not_installed(
            pci="",
            system=system("rocky", "8.10", "dnf", programs="systemctl qsub"),
            kind=f"{UNMARKED}init=systemd\nenv=SGE_ROOT /opt/sge",
        ),
        "error hardware.no-gpu, error docker.cluster",
        "docs of Altair Grid Engine, qrsh",
        fix="qrsh -l gpu=1",
        never="qsub -I",
    ),
    Reported(
        "an HTCondor job with one of four GPUs",
        {
            "system": system("rocky", "9.6", "dnf", programs="systemctl condor_submit"),
            "pci": cards(*["20b2"] * 4),
            "gpus": gpus("NVIDIA A100-PCIE-40GB", capability="8.0"),
            "kind": f"{UNMARKED}init=systemd\nenv=_CONDOR_SLOT slot1_1",
        },
        "info gpu.part-yours",
        "htcondor.readthedocs.io, GPUs",
        never="dmesg",
    ),
    Reported(
        "Proxmox VE itself, after a kernel upgrade",
        failing(
            9,
            NOT_LOADED,
            system=system("debian", "13", kernel="6.17.2-1-pve", programs="systemctl dkms"),
            module=NO_MODULE,
            pci=cards("2684", driver=""),
            disk_module="kernel=6.14.11-4-pve yes\nkernel=6.17.2-1-pve no",
        ),
        "error driver.kernel-without-module",
        "strongtz/i915-sriov-dkms#403; KyleGospo/gasket-dkms#20",
        fix="proxmox-headers-$(uname -r)",
        never=" linux-headers",
    ),
    Reported(
        "Arch's LTS kernel with dkms",
        failing(
            9,
            NOT_LOADED,
            system=system("arch", "", "pacman", "6.12.58-1-lts", programs="systemctl dkms"),
            module=NO_MODULE,
            pci=cards("2684", driver=""),
            disk_module="kernel=6.12.57-1-lts yes\nkernel=6.12.58-1-lts no",
        ),
        "error driver.kernel-without-module",
        "Witko/nvidia-xrun#144; endeavouros-team/PKGBUILDS#356",
        fix="linux-lts-headers",
    ),
    Reported(
        "pacman -Syu replaced the running kernel",
        failing(
            9,
            NOT_LOADED,
            system=system("arch", "", "pacman", "6.17.8-arch1-1"),
            module=NO_MODULE,
            pci=cards("2684", driver=""),
            disk_module="kernel=6.18.1-arch1-1 yes",
        ),
        "error driver.kernel-removed",
        "NVIDIA/nvidia-docker#365; wiki.archlinux.org/title/System_maintenance",
        fix="reboot",
        never="pacman",
    ),
    Reported(
        "Ubuntu without dkms after a kernel upgrade",
        failing(
            9,
            NOT_LOADED,
            system=system(kernel="6.8.0-88-generic"),
            module=NO_MODULE,
            pci=cards("26b9", driver=""),
            disk_module="kernel=6.8.0-87-generic yes\nkernel=6.8.0-88-generic no",
        ),
        "error driver.kernel-without-module",
        "NVIDIA/nvidia-docker#365; packages.ubuntu.com, linux-modules-nvidia",
        fix="linux-modules-nvidia-N-$(uname -r)",
    ),
    Reported(
        "an open module of R535 beside a GeForce card",
        failing(6, NONE_FOUND, pci=cards("2684"))
        | logged(
            "NVRM: Open nvidia.ko is only ready for use on Data Center GPUs.",
            "NVRM: To force use of Open nvidia.ko on other GPUs, see the",
            "NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x63:0x0:1905)",
        ),
        "error driver.wrong-module",
        "siderolabs/extensions#114; NVIDIA/open-gpu-kernel-modules#20",
        fix="NVreg_OpenRmEnableUnsupportedGpus=1",
    ),
    Reported(
        "an RTX 5090 under the proprietary module of R550",
        failing(6, NONE_FOUND, pci=cards("2b85"), **OLD)
        | logged(
            "NVRM: The NVIDIA GPU 0000:01:00.0 (PCI ID: 10de:2b85)",
            "NVRM: installed in this system is not supported by the",
            "NVRM: NVIDIA 550.144.03 driver release.",
        ),
        "error driver.too-old-for-card",
        "NVIDIA/nvtrust#67; NVIDIA/open-gpu-kernel-modules#862",
        fix="current branch",
        never="nvidia-driver-550",
    ),
    Reported(
        "a card of no table, which the kernel says this release does not know",
        failing(6, NONE_FOUND, pci=cards("3fff"), **OLD)
        | logged(
            "NVRM: The NVIDIA GPU 0000:01:00.0 (PCI ID: 10de:3fff)",
            "NVRM: installed in this system is not supported by the",
            "NVRM: NVIDIA 550.144.03 driver release.",
        ),
        "error driver.too-old-for-card",
        "NVIDIA/nvtrust#67",
    ),
    Reported(
        "an RTX 5090 beside a card that R550 knows",
        OLD
        | {
            "pci": cards("2204", "2b85"),
            "gpus": gpus("NVIDIA GeForce RTX 3090", capability="8.6"),
            "cdi": "looked\nfile=/var/run/cdi/nvidia.yaml\nlibcuda.so.550.144.03\n"
            "kind=nvidia.com/gpu",
        },
        "warn driver.too-old-for-card, warn driver.branch-ended",
        "NVIDIA/open-gpu-kernel-modules#696",
    ),
    Reported(
        "nouveau took the card before NVIDIA's module came",
        failing(9, NOT_LOADED, pci=cards("26b9", driver=""), module=NO_MODULE)
        | logged(
            "NVRM: The NVIDIA probe routine was not called for 1 device(s).",
            "NVRM: This can occur when a driver such as:",
            "NVRM: nouveau, rivafb, nvidiafb or rivatv",
            "NVRM: was loaded and obtained ownership of the NVIDIA device(s).",
        ),
        "error driver.nouveau",
        "NVIDIA/open-gpu-kernel-modules, nv.c",
        fix="blacklist nouveau",
    ),
    Reported(
        "a Kepler card on Debian 13, which has no R470",
        not_installed(pci=cards("102d", driver=""), system=system("debian", "13")),
        "error driver.missing",
        "packages.debian.org, nvidia-tesla-470-driver",
        fix="installer of 470",
        never="apt-get install",
    ),
    Reported(
        "WSL1",
        WSL
        | failing(127, "nvidia-smi: not found")
        | {
            "system": system(wsl="", virtualization="wsl", kernel="4.4.0-19041-Microsoft"),
            "nodes": "looked",
        },
        "error machine.wsl1",
        "learn.microsoft.com/windows/wsl/compare-versions",
        fix="wsl --set-version",
        never="systemctl",
    ),
    Reported(
        "no driver on DGX OS",
        not_installed(kind=f"{UNMARKED}init=systemd\nfile=/etc/dgx-release"),
        "error driver.missing",
        "docs.nvidia.com/dgx, DGX OS user guide",
        fix="DGX OS's own repositories",
        never="cuda-keyring",
    ),
    Reported(
        "no driver on Linux Mint",
        not_installed(system=system("linuxmint", "22", os_ID_LIKE='"ubuntu debian"')),
        "error driver.missing",
        "docs of Linux Mint, driver manager",
        fix="nvidia-driver-580-open",
    ),
    Reported(
        "no driver on Oracle Linux",
        not_installed(system=system("ol", "9.6", "dnf")),
        "error driver.missing",
        "NVIDIA driver installation guide, Oracle Linux",
        fix="repos/rhel9/x86_64",
    ),
    Reported(
        "no driver on Ubuntu with Secure Boot, whose owner has to enrol a key",
        not_installed(secure_boot="SecureBoot enabled"),
        "error driver.missing",
        "wiki.ubuntu.com/UEFI/SecureBoot",
        fix="mokutil --import",
    ),
    Reported(
        "no driver on Silverblue",
        not_installed(system=system("fedora", "42", "dnf", programs="systemctl rpm-ostree")),
        "error driver.missing",
        "fedora-silverblue/issue-tracker#272",
        fix="OSTree",
        never="dnf install",
    ),
    Reported(
        "a host that gives its card to virtual machines",
        details("    GPU Virtualization Mode\n        Virtualization Mode : Host VGPU"),
        "error gpu.vgpu-host",
        "DualCoder/vgpu_unlock#51",
        fix="virtual machine",
    ),
    Reported(
        "a card that a virtual machine got whole",
        details("    GPU Virtualization Mode\n        Virtualization Mode : Pass-Through"),
        "",
        "NVIDIA/kubevirt-gpu-device-plugin#2",
    ),
    Reported(
        "a GB200 tray whose rack is not connected yet",
        {
            "system": system(machine="aarch64"),
            "pci": cards(*["2941"] * 2),
            "gpus": gpus("NVIDIA GB200", "NVIDIA GB200", capability="10.0"),
        }
        | details("    Fabric\n        State                             : In Progress"),
        "error gpu.fabric-manager",
        "leptonai/gpud#1106, #1108",
        fix="switch trays",
        never="systemctl",
    ),
)
