"""Situations from public reports: driver, GPUs, kernel messages, kinds of machines."""

from tests.checks.reported import (
    DRIVER,
    HEADER,
    MISSING,
    NO_DOCKER,
    NO_TOOLKIT,
    PLAIN_ENGINE,
    Part,
    Reported,
    cards,
    engine,
    failing,
    gpus,
    system,
)
from tests.checks.reported_handed import BLOCKED, NO_MODULE, NOT_LOADED, WSL

NONE_FOUND = "No devices were found"
UNITS = "Id=docker.service\nLoadState=loaded\nActiveState=active"
FABRIC = UNITS + "\n\nId=nvidia-fabricmanager.service\nLoadState=loaded\nActiveState={}"
KIND = "looked\ninit=systemd\nuid_map=0 0 4294967295\nglibc=glibc 2.39"
H100 = "NVIDIA H100 80GB HBM3"


def not_installed(**parts: Part) -> dict[str, Part]:
    """No driver at all."""
    missing = dict.fromkeys(("smi", "gpus", "slices", "processes"), MISSING)
    return {
        **missing,
        "module": NO_MODULE,
        "disk_module": "",
        "pci": cards("26b9", driver=""),
    } | parts


def details(text: str) -> dict[str, Part]:
    """Lines of nvidia-smi -q about the first GPU."""
    return {"details": f"login=/usr/bin/nvidia-smi\nGPU 00000000:01:00.0\n{text}"}


def logged(*lines: str) -> dict[str, Part]:
    """The kernel's messages."""
    return {"kernel_log": "\n".join(f"[ 9.{number}] {line}" for number, line in enumerate(lines))}


DRIVERS = (
    Reported(
        "GSP firmware files are missing",
        failing(6, NONE_FOUND)
        | logged("nvidia 0000:01:00.0: Direct firmware load for nvidia/580/gsp_ga10x.bin failed"),
        "error driver.firmware-missing",
        "NVIDIA/open-gpu-kernel-modules#943",
        fix="firmware package",
    ),
    Reported(
        "GSP firmware that does not boot",
        failing(6, NONE_FOUND)
        | logged("NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x62:0x65:1792)"),
        "error driver.no-devices",
        "NVIDIA/open-gpu-kernel-modules#789",
    ),
    Reported(
        "a VM that gives the GPU no BAR",
        failing(6, NONE_FOUND)
        | logged(
            "NVRM: This PCI I/O region assigned to your NVIDIA device is invalid:",
            "NVRM: BAR1 is 0M @ 0x0 (PCI:0000:01:00.0)",
        ),
        "error driver.no-bar",
        "NVIDIA/gpu-operator#492",
        fix="64-bit MMIO",
    ),
    Reported(
        "a GPU that fell off the bus, without an Xid",
        failing(6, NONE_FOUND)
        | logged(
            "NVRM: The NVIDIA GPU 0000:01:00.0",
            "NVRM: (PCI ID: 10de:26b5) installed in this system has",
            "NVRM: fallen off the bus and is not responding to commands.",
        ),
        "error driver.gpu-lost",
        "NVIDIA/NVSentinel#155",
    ),
    Reported(
        "a device handle that cannot be determined",
        failing(255, "Unable to determine the device handle for GPU 0000:01:00.0: Unknown Error"),
        "error driver.gpu-lost",
        "NVIDIA/dcgm-exporter#604; NVIDIA/nvidia-docker#1553",
    ),
    Reported(
        "a GT 1030 under the open module",
        failing(6, NONE_FOUND, pci=cards("1d01"))
        | logged(
            "NVRM: The NVIDIA GPU 0000:01:00.0 (PCI ID: 10de:1d01)",
            "NVRM: installed in this system is not supported by open",
            "NVRM: nvidia.ko because it does not include the required GPU",
        ),
        "error driver.wrong-module",
        "negativo17/nvidia-driver#158",
        fix="proprietary",
    ),
    Reported(
        "an RTX 5090 under the proprietary module",
        failing(
            6,
            NONE_FOUND,
            pci=cards("2b85"),
            module=f"NVRM version: NVIDIA UNIX x86_64 Kernel Module  {DRIVER}\nloaded=nvidia",
        ),
        "error driver.wrong-module",
        "NVIDIA/open-gpu-kernel-modules#862",
        fix="nvidia-driver-580-open",
    ),
    Reported(
        "a Kepler card never gets R580",
        not_installed(pci=cards("102d", driver="")),
        "error driver.missing",
        "NVIDIA/gpu-operator#389; NVIDIA driver and architecture matrix",
        fix="nvidia-driver-470",
        never="580",
    ),
    Reported(
        "no driver on Arch",
        not_installed(system=system("arch", "", "pacman")),
        "error driver.missing",
        "wiki.archlinux.org/title/NVIDIA",
        fix="pacman -S --noconfirm nvidia-open-dkms",
    ),
    Reported(
        "no driver on NixOS",
        not_installed(system=system("nixos", "25.05", "")),
        "error driver.missing",
        "NixOS/nixpkgs#172660",
        fix="nixos-rebuild switch",
        never="apt-get",
    ),
    Reported(
        "no driver on a node of a GPU operator",
        not_installed(kind=f"{KIND}\nfile=/run/nvidia/validations"),
        "info machine.gpu-operator, error driver.missing",
        "NVIDIA/gpu-operator#12",
        fix="GPU operator",
        never="apt-get",
    ),
    Reported(
        "Secure Boot refuses the module of akmods",
        failing(
            9,
            NOT_LOADED,
            system=system("fedora", "42", "dnf", programs="systemctl akmods"),
            module=NO_MODULE,
            secure_boot="SecureBoot enabled",
            kernel_log="[ 3.1] Lockdown: modprobe: unsigned module nvidia rejected",
        ),
        "error driver.secure-boot",
        "fedora-silverblue/issue-tracker#499",
        fix="/etc/pki/akmods/certs/public_key.der",
    ),
    Reported(
        "an unsigned module only taints the kernel",
        failing(
            9,
            NOT_LOADED,
            module=NO_MODULE,
            kernel_log="[ 3.1] nvidia: module verification failed: signature and/or required key "
            "missing - tainting kernel",
        ),
        "error driver.not-loaded",
        "NVIDIA/open-gpu-kernel-modules#322",
        fix="modprobe nvidia",
    ),
    Reported(
        "a module built for another kernel",
        failing(
            9,
            NOT_LOADED,
            module=NO_MODULE,
            kernel_log="[ 3.1] nvidia: version magic '6.8.0-40-generic' should be '6.8.0-45'",
        ),
        "error driver.kernel-without-module",
        "GoogleCloudPlatform/compute-gpu-installation#18",
        fix="dkms autoinstall",
    ),
    Reported(
        "the kernel's Rust driver nova holds the card",
        failing(9, NOT_LOADED, module=NO_MODULE, pci=cards("2684:nova_core")),
        "error driver.nouveau",
        "docs.kernel.org/gpu/nova",
        fix="blacklist nova_core",
    ),
    Reported(
        "nouveau on Fedora, where dracut builds the initramfs",
        failing(
            9,
            NOT_LOADED,
            system=system("fedora", "42", "dnf"),
            module=NO_MODULE,
            pci=cards("2684:nouveau"),
        ),
        "error driver.nouveau",
        "gridhead/nvidia-auto-installer-for-fedora-linux#166",
        fix="dracut --force",
        never="update-initramfs",
    ),
    Reported(
        "Xen keeps the card for a domain",
        failing(9, NOT_LOADED, module=NO_MODULE, pci=cards("2f04:pciback")),
        "error driver.set-aside",
        "QubesOS/qubes-issues#10036",
    ),
    Reported(
        "NVML's code 13: a library of another version",
        failing(13, "Function Not Found"),
        "error driver.library-missing",
        "nvidia-smi manual page, return value 13",
        fix="ldconfig",
    ),
    Reported(
        "a loader that does not find a library",
        failing(127, "nvidia-smi: error while loading shared libraries: libnvidia-ml.so.1"),
        "error driver.library-missing",
        "NVIDIA/nvidia-docker#155",
    ),
    Reported(
        "nvidia-smi ends with a segmentation fault",
        failing(139, "Segmentation fault"),
        "error driver.failed",
        "signal(7), 139 is 128 + SIGSEGV",
    ),
    Reported(
        "a warning below a table that is well",
        {"smi": f"{HEADER}\nWARNING: infoROM is corrupted at gpu 0000:01:00.0"},
        "warn driver.inforom",
        "nvidia-smi manual page, infoROM",
    ),
    Reported(
        "NVML's code 8: power cables",
        failing(8, "Your graphics card is not getting enough power"),
        "error driver.no-power",
        "nvidia-smi manual page, return value 8",
    ),
    Reported(
        "NVML's code 16: a reset is required",
        failing(16, "GPU requires reset"),
        "error driver.reset-required",
        "nvml.h, NVML_ERROR_RESET_REQUIRED; NVIDIA/open-gpu-kernel-modules#446",
    ),
    Reported(
        "NVML's code 10: a time-out",
        failing(10, "Timeout"),
        "error driver.failed",
        "nvidia-smi manual page, return value 10",
    ),
    Reported(
        "NVML's code 17 on plain Linux",
        failing(17, BLOCKED),
        "error driver.blocked",
        "staralt/dxgkrnl-dkms#7",
        never="wsl --update",
    ),
    Reported(
        "NVML's code 4: SELinux or a group",
        failing(4, "Failed to initialize NVML: Insufficient Permissions"),
        "error driver.permissions",
        "NVIDIA/nvidia-docker#1523",
    ),
    Reported(
        "nvidia-smi shows the GPUs and ends with an unknown error",
        {"smi": (f"{HEADER}\nFailed to properly shut down NVML: Unknown Error", 255)},
        "warn driver.complains",
        "microsoft/WSL#9166",
    ),
    Reported(
        "WSL2 with NVML's N/A",
        failing(255, "Failed to initialize NVML: N/A", **WSL),
        "info machine.wsl2, error driver.failed",
        "microsoft/WSL#11755",
    ),
)

CARDS = (
    Reported(
        "an old display card beside an L40S",
        {"pci": cards("26b9", "128b")}
        | logged(
            "NVRM: The NVIDIA GeForce GT 710 GPU installed in this system is",
            "NVRM:  supported through the NVIDIA 470.xx Legacy drivers. Please",
        ),
        "info driver.branch-drops-card",
        "NVIDIA driver README, legacy GPUs",
        fix="nvidia-driver-470",
    ),
    Reported(
        "one of two GPUs fell off the bus",
        {"pci": cards("26b9", "26b9")}
        | logged("NVRM: Xid (PCI:0000:02:00): 79, pid=1, GPU has fallen off the bus."),
        "warn gpu.xid, error gpu.missing",
        "NVIDIA/open-gpu-kernel-modules#507",
    ),
    Reported(
        "an Xid of a program is no fault of the host",
        logged("NVRM: Xid (PCI:0000:01:00): 31, pid=4242, name=python, MMU Fault"),
        "",
        "docs.nvidia.com/deploy/xid-errors, Xid 31",
    ),
    Reported(
        "the GSP did not answer",
        logged("NVRM: Xid (PCI:0000:01:00): 119, pid=4242, Timeout after 6s of waiting for RPC"),
        "warn gpu.xid",
        "NVIDIA/open-gpu-kernel-modules#1045; Azure/azurehpc#714",
    ),
    Reported(
        "the driver asks for a recovery",
        details("        GPU Recovery Action               : Reset"),
        "error gpu.in-error",
        "NVIDIA/open-gpu-kernel-modules#1080",
    ),
    Reported(
        "a memory row that could not be replaced",
        details("        Remapping Failure Occurred        : Yes"),
        "warn gpu.row-remapping-failed",
        "awslabs/awsome-distributed-ai#1190",
    ),
    Reported(
        "a query cell with an unknown error",
        {"gpus": gpus("NVIDIA L40S", free="[Unknown Error]")},
        "error gpu.in-error",
        "NVIDIA/nvidia-container-toolkit#69",
    ),
    Reported(
        "cells that a card does not have are no error",
        {"gpus": gpus("NVIDIA L40S", free="[Not Supported]", persistence="[N/A]")},
        "",
        "nvidia-smi manual page: N/A",
    ),
    Reported(
        "an H100 board whose fabric is in progress",
        {
            "pci": cards(*["2330"] * 2),
            "gpus": gpus(H100, H100, capability="9.0"),
            "services": UNITS,
        }
        | details("    Fabric\n        State                             : In Progress"),
        "error gpu.fabric-manager",
        "wilicc/gpu-burn#92; NVIDIA/NVSentinel#883",
    ),
    Reported(
        "an H100 board whose fabric is complete",
        {
            "pci": cards("2330"),
            "gpus": gpus(H100, capability="9.0"),
            "services": FABRIC.format("inactive"),
        }
        | details("    Fabric\n        State                             : Completed"),
        "",
        "leptonai/gpud#1106",
    ),
    Reported(
        "GB200 runs no fabric manager of its own",
        {
            "system": system(machine="aarch64"),
            "pci": cards(*["2941"] * 4),
            "gpus": gpus(*["NVIDIA GB200"] * 4, capability="10.0"),
            "services": FABRIC.format("failed"),
        },
        "",
        "leptonai/gpud#1106",
    ),
    Reported(
        "a fabric manager on PCIe cards has nothing to do",
        {"services": FABRIC.format("failed")},
        "",
        "NVIDIA/gpu-operator#356",
    ),
    Reported(
        "a licensed virtual GPU",
        {"gpus": gpus("GRID T4-16Q", capability="7.5"), "pci": cards("1eb8")}
        | details("        License Status     : Licensed (Expiry: 2026-1-1 0:0:0 GMT)"),
        "",
        "NVIDIA/gpu-operator#220",
    ),
    Reported(
        "a MIG-backed virtual GPU without a licence",
        {"gpus": gpus("NVIDIA A100-1-5C", capability="8.0"), "pci": cards("20b2")}
        | details("        License Status     : Unlicensed"),
        "error gpu.vgpu-unlicensed",
        "NVIDIA/gpu-operator#628",
    ),
)

MACHINES = (
    Reported(
        "a systemd-nspawn jail without Docker is a whole system",
        NO_DOCKER | {"system": system("debian", "12", virtualization="systemd-nspawn")},
        "error docker.missing",
        "Jip-Hop/jailmaker#4",
        fix="apt-get install -y docker-ce",
    ),
    Reported(
        "a Kubernetes pod",
        NO_DOCKER
        | NO_TOOLKIT
        | {"kind": f"{KIND}\nenv=KUBERNETES_SERVICE_HOST 10.0.0.1\nfile=/.dockerenv"},
        "error docker.inside-container",
        "actions/actions-runner-controller#579",
        never="systemctl",
    ),
    Reported(
        "a container that was given the outer engine's socket",
        {
            "kind": f"{KIND}\nfile=/.dockerenv",
            "docker_info": engine(Name="bigbox"),
        },
        "info machine.container, warn docker.context-remote",
        "docs.docker.com, bind mounts of a remote engine",
    ),
    Reported(
        "a privileged LXC may set device rules",
        {
            "system": system("debian", "12", virtualization="lxc"),
            "docker_info": engine(
                "27.3.1", DiscoveredDevices=None, CDISpecDirs=None, CgroupDriver="cgroupfs"
            ),
            "cdi": "looked",
            "disk_module": "",
        },
        "info machine.lxc",
        "canonical/lxd#3642",
    ),
    Reported(
        "an LXC with no-cgroups",
        {
            "system": system("debian", "12", virtualization="lxc"),
            "kind": "looked\ninit=systemd\nuid_map=0 100000 65536\nglibc=glibc 2.36",
            "docker_info": engine("27.3.1", DiscoveredDevices=None, CDISpecDirs=None),
            "cdi": "looked",
            "toolkit": "ctk=version 1.20.0\ncli=1.20.0\nhook=/usr/bin/x\n"
            "config=/etc/nvidia-container-runtime/config.toml\n"
            "toml=[nvidia-container-cli]\ntoml=no-cgroups = true",
        },
        "info machine.lxc",
        "AbdBarho/stable-diffusion-webui-docker#48",
    ),
    Reported(
        "a PBS cluster's login node",
        NO_DOCKER
        | NO_TOOLKIT
        | not_installed(
            pci="", system=system("rocky", "8.10", "dnf", programs="systemctl qsub singularity")
        ),
        "error hardware.no-gpu, error docker.cluster",
        "cBio/cbio-cluster#144",
        fix="qsub -I",
        never="dnf",
    ),
    Reported(
        "a compute node without Docker",
        NO_DOCKER
        | NO_TOOLKIT
        | {"system": system("rocky", "9.6", "dnf", programs="systemctl srun apptainer")},
        "error docker.cluster",
        "jade-hpc-gpu/jade-hpc-gpu.github.io#73",
        fix="apptainer exec --nv",
        never="dnf",
    ),
    Reported(
        "NixOS gives GPUs by CDI alone",
        {
            "system": system("nixos", "25.05", "", programs="systemctl nix-env"),
            "docker_info": engine("28.5.1", Runtimes={"runc": {}}, CgroupDriver="cgroupfs"),
            "details": "login=/run/current-system/sw/bin/nvidia-smi\n"
            "program=/run/current-system/sw/bin/nvidia-smi",
            "cdi": "looked\nfile=/var/run/cdi/nvidia-container-toolkit.json\nkind=nvidia.com/gpu",
        },
        "warn toolkit.cdi-only",
        "NixOS/nixpkgs#340386",
        never="apt-get",
    ),
    Reported(
        "NixOS without the toolkit",
        NO_TOOLKIT
        | {"system": system("nixos", "25.05", ""), "docker_info": engine(**PLAIN_ENGINE)},
        "error toolkit.missing",
        "NixOS/nixpkgs#337873",
        fix="hardware.nvidia-container-toolkit.enable = true",
        never="apt-get",
    ),
    Reported(
        "Alpine has no toolkit",
        NO_TOOLKIT
        | {
            "system": system("alpine", "3.22", "apk", programs="rc-service"),
            "services": ("systemctl: not found", 127),
            "docker_info": engine(**PLAIN_ENGINE, CgroupDriver="cgroupfs"),
            "kind": "looked\ninit=init\nglibc=\nmusl=/lib/ld-musl-x86_64.so.1",
        },
        "error toolkit.missing",
        "NVIDIA Container Toolkit, supported platforms: glibc",
        never="apk add nvidia",
    ),
    Reported(
        "Silverblue adds packages by rpm-ostree",
        failing(
            9,
            NOT_LOADED,
            system=system("fedora", "42", "dnf", programs="systemctl rpm-ostree akmods"),
            module=NO_MODULE,
            pci=cards("2b85", driver=""),
            disk_module="kernel=6.7.0-1.fc42.x86_64 yes",
        ),
        "error driver.kernel-without-module",
        "coreos/rpm-ostree#1091; fedora-silverblue/issue-tracker#272",
        fix="rpm-ostree upgrade",
        never="dnf install",
    ),
)
KERNEL = (*DRIVERS, *CARDS, *MACHINES)
