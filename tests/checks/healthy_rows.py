"""Healthy hosts of many kinds: none of them may be called broken or unknown."""

from tests.checks.reported import DRIVER, Reported, cards, engine, gpus, system
from tests.checks.reported_handed import NO_MODULE

KIND = "looked\ninit=systemd\nuid_map=0 0 4294967295\nglibc=glibc {}"
DOCS = "docs of the distribution"
QUIET = {"CgroupDriver": "cgroupfs"}
BY_HOOK = {**QUIET, "DiscoveredDevices": None, "CDISpecDirs": None}
SPARK = f"""NVIDIA-SMI {DRIVER}   Driver Version: {DRIVER}    CUDA Version: 13.0
|   0  NVIDIA GB10             On  |   0000000F:01:00.0 Off |                  N/A |
| N/A   38C    P8    4W /  N/A | Not Supported          |      0%      Default |"""
ORIN = """NVIDIA-SMI 540.4.0   Driver Version: 540.4.0   CUDA Version: 12.6
|   0  Orin (nvgpu)            N/A  | N/A              N/A |                  N/A |
| N/A   N/A  N/A    N/A /  N/A | Not Supported        |     N/A          N/A |"""

HEALTHY_ROWS = (
    Reported("Ubuntu 24.04", {}, "", DOCS),
    Reported(
        "Ubuntu 26.04", {"system": system(release="26.04"), "kind": KIND.format("2.42")}, "", DOCS
    ),
    Reported(
        "Amazon Linux 2023",
        {
            "system": system("amzn", "2023", "dnf", "6.1.119-129.201.amzn2023.x86_64", enforce="0"),
            "disk_module": f"kernel=6.1.119-129.201.amzn2023.x86_64 yes\nversion={DRIVER}",
            "docker_info": engine(
                "25.0.8", DiscoveredDevices=None, CDISpecDirs=[], CgroupDriver="cgroupfs"
            ),
            "cdi": "looked",
            "kind": KIND.format("2.34"),
        },
        "",
        "docs.aws.amazon.com/dlami, AL2023",
    ),
    Reported(
        "DGX Spark",
        {
            "system": system(machine="aarch64", kernel="6.11.0-1016-nvidia"),
            "pci": "device 000f:01:00.0 0x030000 0x2e12 nvidia",
            "disk_module": f"kernel=6.11.0-1016-nvidia yes\nversion={DRIVER}\nlicense=Dual MIT/GPL",
            "smi": SPARK,
            "gpus": gpus("NVIDIA GB10", total="[N/A]", free="[N/A]", capability="12.1").replace(
                "00000000:01", "0000000F:01"
            ),
            "kind": f"{KIND.format('2.39')}\nfile=/etc/dgx-release",
        },
        "",
        "docs.nvidia.com/dgx/dgx-spark",
    ),
    Reported(
        "Jetson Orin with JetPack 6",
        {
            "system": system(
                release="22.04", machine="aarch64", kernel="5.15.148-tegra", jetson="yes"
            ),
            "pci": "",
            "module": NO_MODULE,
            "disk_module": "",
            "smi": ORIN,
            "gpus": ('Field "compute_cap" is not a valid field to query.', 2),
            "nodes": "looked\nyes /dev/nvhost-gpu",
            "docker_info": engine("28.2.2", DiscoveredDevices=None, **QUIET),
            "cdi": "looked",
            "kind": KIND.format("2.35"),
        },
        "info machine.jetson",
        "docs.nvidia.com/jetson",
    ),
    Reported(
        "Unraid with its NVIDIA plugin",
        {
            "system": system("slackware", "15.0", "", "6.12.24-Unraid", programs=""),
            "services": ("systemctl: not found", 127),
            "disk_module": f"kernel=6.12.24-Unraid yes\nversion={DRIVER}",
            "docker_info": engine(
                "27.5.1", DiscoveredDevices=None, CDISpecDirs=None, CgroupDriver="cgroupfs"
            ),
            "cdi": "looked",
            "kind": "looked\ninit=init\nglibc=glibc 2.40\nfile=/etc/unraid-version",
        },
        "",
        "docs.unraid.net",
    ),
    Reported(
        "Fedora with Docker's own packages and permissive SELinux labels",
        {
            "system": system("fedora", "43", "dnf", "6.17.10-300.fc43.x86_64", enforce="1"),
            "disk_module": f"kernel=6.17.10-300.fc43.x86_64 yes\nversion={DRIVER}",
            "kind": KIND.format("2.42"),
        },
        "",
        "docs.docker.com/engine/install/fedora",
    ),
    Reported(
        "Arch",
        {
            "system": system("arch", "", "pacman", "6.17.8-arch1-1"),
            "disk_module": f"kernel=6.17.8-arch1-1 yes\nversion={DRIVER}",
            "kind": KIND.format("2.42"),
        },
        "",
        "wiki.archlinux.org/title/Docker",
    ),
    Reported(
        "SLES 15",
        {
            "system": system("sles", "15.7", "zypper", "6.4.0-150700.53-default"),
            "disk_module": f"kernel=6.4.0-150700.53-default yes\nversion={DRIVER}",
            "kind": KIND.format("2.38"),
        },
        "",
        "documentation.suse.com, containers",
    ),
    Reported(
        "Debian 13 with an AMD display card that is not counted",
        {"system": system("debian", "13"), "pci": cards("26b9"), "kind": KIND.format("2.41")},
        "",
        "debian.org",
    ),
    Reported(
        "WSL2 with Docker Desktop",
        {
            "system": system(
                wsl="yes", virtualization="wsl", kernel="6.6.87.2-microsoft-standard-WSL2"
            ),
            "pci": "",
            "module": NO_MODULE,
            "disk_module": "",
            "nodes": "looked\nyes /dev/dxg",
            "docker_info": engine(
                "28.5.1", OperatingSystem="Docker Desktop", Name="docker-desktop"
            ),
            "toolkit": "ctk=\ncli=\nhook=",
            "cdi": "looked",
            "docker_disk": ("", 1),
        },
        "info machine.wsl2",
        "docs.docker.com/desktop/features/gpu",
    ),
)
