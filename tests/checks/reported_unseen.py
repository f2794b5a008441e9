"""Situations from public reports that were written after the rules, to see what these miss."""

from tests.checks.reported import (
    DRIVER,
    NO_DOCKER,
    NO_TOOLKIT,
    PLAIN_ENGINE,
    Part,
    Reported,
    cards,
    daemon,
    engine,
    failing,
    gpus,
    system,
)
from tests.checks.reported_engines import CONFIG, STOPPED
from tests.checks.reported_kernel import H100, NONE_FOUND, details, logged, not_installed
from tests.checks.reported_places import NO_SYSTEMD
from tests.checks.reported_start import ends

OPENRC = "looked\ninit=init\nuid_map=0 0 4294967295\nglibc=glibc 2.41"
GENTOO: dict[str, Part] = {
    "system": system("gentoo", "2.17", "", "6.12.31-gentoo-dist", programs="rc-service"),
    "kind": OPENRC,
    "services": NO_SYSTEMD,
}

UNSEEN = (
    Reported(
        "confidential computing whose GPU is not set ready",
        {"gpus": gpus(H100), "pci": cards("2331")}
        | details("confidential=Confidential Compute GPUs Ready state: not-ready"),
        "error gpu.confidential-not-ready",
        "NVIDIA/nvtrust#37, #56",
        fix="conf-compute -srs 1",
    ),
    Reported(
        "confidential computing whose GPU is ready",
        {"gpus": gpus(H100), "pci": cards("2331")}
        | details("confidential=Confidential Compute GPUs Ready state: ready"),
        "",
        "NVIDIA/nvtrust#56",
    ),
    Reported(
        "two objects in one daemon.json, with typographic quotes",
        STOPPED
        | {
            "client": daemon(
                '{\n "runtimes": {"nvidia": {"path": "x"}}\n}\n{\n “dns”: [“1.1.1.1”]\n}'
            )
        },
        "error daemon.invalid",
        "NVIDIA/nvidia-docker#761",
    ),
    Reported(
        "a runtime as a flag of the service and in daemon.json",
        STOPPED
        | {
            "client": daemon(
                '{"runtimes": {"nvidia": {"path": "/usr/bin/nvidia-container-runtime"}}}'
            ),
            "docker_log": "unable to configure the Docker daemon with file "
            "/etc/docker/daemon.json: the following directives are specified both as a flag and "
            "in the configuration file: runtimes: (from flag: [nvidia], from file: map[nvidia:])",
        },
        "error docker.fails-to-start",
        "NVIDIA/nvidia-container-runtime#38; NVIDIA/nvidia-docker#749",
    ),
    Reported(
        "a host without the iptables program",
        ends(
            "failed to start daemon: Error initializing network controller: error "
            "obtaining controller instance: failed to create NAT chain DOCKER: Iptables "
            "not found"
        ),
        "error docker.fails-to-start",
        "NVIDIA/data-science-stack#100",
        fix="iptables",
    ),
    Reported(
        "iptables of nftables on a kernel of the older kind",
        ends(
            "failed to start daemon: Error initializing network controller: error "
            "obtaining controller instance: unable to add return rule in "
            "DOCKER-ISOLATION-STAGE-1 chain:  (iptables failed: iptables --wait -A "
            "DOCKER-ISOLATION-STAGE-1 -j RETURN: iptables v1.8.10 (nf_tables):  "
            "RULE_APPEND failed (No such file or directory))"
        ),
        "error docker.fails-to-start",
        "docker-library/docker#467",
        fix="iptables-legacy",
    ),
    Reported(
        "IPv6 is on and there are no addresses for it",
        ends(
            "failed to start daemon: Error initializing network controller: Error creating "
            'default \\"bridge\\" network: could not find an available, non-overlapping '
            "IPv6 address pool among the defaults to assign to the network"
        ),
        "error docker.fails-to-start",
        "docker/cli#2039; distribution/distribution#2571",
        fix="fixed-cidr-v6",
    ),
    Reported(
        "the record of networks says that docker0 has no free address",
        ends(
            "Error starting daemon: Error initializing network controller: Error creating "
            'default \\"bridge\\" network: failed to allocate gateway (172.17.0.1): No '
            "available addresses on this pool"
        ),
        "error docker.fails-to-start",
        "moby/moby#18113, #20312",
        fix="local-kv.db",
    ),
    Reported(
        "a containerd of Docker's own that hangs",
        ends(
            "Failed to connect to containerd: failed to dial "
            '\\"/var/run/docker/containerd/docker-containerd.sock\\": context deadline '
            "exceeded"
        ),
        "error docker.fails-to-start",
        "docker/for-linux#517, #274",
        fix="containerd",
    ),
    Reported(
        "containerd does not start in time",
        ends("failed to start containerd: timeout waiting for containerd to start"),
        "error docker.fails-to-start",
        "moby/moby#43281",
        fix="containerd",
    ),
    Reported(
        "no driver on Flatcar",
        not_installed(system=system("flatcar", "3975.2.0", "", os_ID_LIKE="coreos")),
        "error driver.missing",
        "flatcar/Flatcar#1524, #1283",
        fix="system extension",
        never="apt-get",
    ),
    Reported(
        "the toolkit of Flatcar is missing",
        NO_TOOLKIT
        | {"docker_info": engine(**PLAIN_ENGINE), "system": system("flatcar", "4152.2.3", "")},
        "error toolkit.missing",
        "flatcar/Flatcar#1859",
        fix="system extension",
    ),
    Reported(
        "a DGX Spark with the proprietary modules",
        failing(6, NONE_FOUND)
        | {
            "pci": cards("2e12", driver=""),
            "system": system("debian", "13", "apt-get", machine="aarch64"),
            "module": f"NVRM version: NVIDIA UNIX aarch64 Kernel Module  {DRIVER}\nloaded=nvidia",
            "disk_module": f"kernel=6.8.0-45-generic yes\nversion={DRIVER}\nlicense=NVIDIA",
        }
        | logged(
            "NVRM: The NVIDIA GPU 000f:01:00.0 (PCI ID: 10de:2e12) installed in this "
            "system requires use of the NVIDIA open kernel modules."
        ),
        "error driver.wrong-module",
        "Start9Labs/start-technologies#3465",
        fix="open",
    ),
    Reported(
        "device files that only root may use",
        failing(4, "Failed to initialize NVML: Insufficient Permissions")
        | {"nodes": "looked\nno /dev/nvidia0\nyes /dev/nvidia-uvm\nno /dev/nvidiactl"},
        "error driver.permissions",
        "vowstar/vowstar-overlay#6; NVIDIA/nvidia-docker#1547",
    ),
    Reported(
        "a card that a VMware guest cannot initialise",
        failing(6, NONE_FOUND)
        | {"system": system("debian", "11", virtualization="vmware")}
        | logged(
            "NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x26:0x56:1463)",
            "NVRM: GPU 0000:01:00.0: rm_init_adapter failed, device minor number 0",
        ),
        "error driver.no-devices",
        "NVIDIA/cuda-samples#104",
        fix="virtual machine",
    ),
    Reported(
        "a GPU whose GSP does not boot",
        failing(6, NONE_FOUND)
        | logged(
            "NVRM kgspInitRm_IMPL: cannot bootstrap riscv/gsp: 0xffff",
            "NVRM RmInitAdapter: Cannot initialize GSP firmware RM",
            "NVRM: GPU 0000:01:00.0: RmInitAdapter failed! (0x62:0xffff:1622)",
        ),
        "error driver.no-devices",
        "NVIDIA/open-gpu-kernel-modules#433",
    ),
    Reported(
        "a device handle whose address has no space before it",
        failing(255, "Unable to determine the device handle for GPU0000:01:00.0: Unknown Error"),
        "error driver.gpu-lost",
        "NVIDIA/nvtrust#30",
    ),
    Reported(
        "nvidia-smi takes longer than the check waits, without persistence",
        {"smi": ("", None), "gpus": ("", None), "slices": ("", None), "processes": ("", None)},
        "error driver.hangs",
        "NVIDIA/nvidia-container-toolkit#202; NVIDIA/nvidia-docker#723",
        fix="persistence",
    ),
    Reported(
        "the first NVIDIA Docker, which Docker 18.09 does not know",
        {
            "docker_info": engine("18.09.8", Runtimes={"runc": {}}, DiscoveredDevices=None),
            "toolkit": "ctk=\ncli=1.0.7\nhook=/usr/bin/nvidia-container-runtime-hook\n"
            "package=nvidia-docker 1.0.1-1 installed",
            "cdi": "looked",
        },
        "error docker.too-old",
        "NVIDIA/nvidia-docker#1252, #1191",
    ),
    Reported(
        "no driver on a Fedora newer than NVIDIA's repositories",
        not_installed(system=system("fedora", "45", "dnf", "7.1.3-200.fc45.x86_64")),
        "error driver.missing",
        "ollama/ollama#1993, #2020; gridhead/nvidia-auto-installer-for-fedora-linux#100",
        fix="RPM Fusion",
    ),
    Reported(
        "no driver on Azure Linux 3",
        not_installed(system=system("azurelinux", "3.0", "tdnf", "6.6.96.1-1.azl3")),
        "error driver.missing",
        "microsoft/azurelinux#6510; NVIDIA/DCGM#113",
        fix="azl3",
        never="fedora",
    ),
    Reported(
        "no driver on CBL-Mariner 2.0",
        not_installed(system=system("mariner", "2.0", "tdnf", "5.15.186.1-1.cm2")),
        "error driver.missing",
        "NVIDIA/DCGM#113; Azure/AgentBaker#2219",
        never="fedora",
    ),
    Reported(
        "no Docker on Amazon Linux 2",
        NO_DOCKER | {"system": system("amzn", "2", "yum", "5.10.242-239.961.amzn2.x86_64")},
        "error docker.missing",
        "docker/docker-install#115; moby/moby#30707",
        fix="docker",
        never="get.docker.com",
    ),
    Reported(
        "no Docker on Kali",
        NO_DOCKER
        | {
            "system": system("kali", "2025.3", "apt-get", "6.12.38+kali-amd64", os_ID_LIKE="debian")
        },
        "error docker.missing",
        "moby/moby#18097; dminca/dotfiles#10",
        fix="docker.io",
        never="get.docker.com",
    ),
    Reported(
        "no Docker on elementary OS",
        NO_DOCKER
        | {
            "system": system(
                "elementary",
                "8",
                "apt-get",
                os_ID_LIKE='"ubuntu debian"',
                os_UBUNTU_CODENAME="noble",
            )
        },
        "error docker.missing",
        "moby/moby#14999",
        never="get.docker.com",
    ),
    Reported(
        "no Docker on Oracle Linux",
        NO_DOCKER
        | {"system": system("ol", "9.6", "dnf", "5.15.0-310.el9uek.x86_64", os_ID_LIKE='"fedora"')},
        "error docker.missing",
        "docker/docker-install#179",
        never="get.docker.com",
    ),
    Reported(
        "a Gentoo without the toolkit",
        NO_TOOLKIT
        | {
            "docker_info": engine(**PLAIN_ENGINE),
            **GENTOO,
        },
        "error toolkit.missing",
        "NVIDIA/libnvidia-container#42",
        fix="Restart Docker; running containers stop: sudo rc-service docker restart",
        never="apt-get",
    ),
    Reported(
        "a Gentoo whose toolkit is as old as its overlay",
        {
            "toolkit": "ctk=version 1.16.1\ncli=1.16.1\n"
            "hook=/usr/bin/nvidia-container-runtime-hook",
            **GENTOO,
        },
        "warn toolkit.cve",
        "vowstar/vowstar-overlay#6; NVIDIA security bulletin, CVE-2025-23266",
        fix="sudo rc-service docker restart",
    ),
    Reported(
        "a Gentoo whose config.toml names Debian's ldconfig",
        {
            "docker_info": engine(DiscoveredDevices=None, CgroupDriver="cgroupfs"),
            "cdi": "looked",
            "toolkit": f"{CONFIG}toml=[nvidia-container-cli]\ntoml=ldconfig = "
            f'"@/sbin/ldconfig.real"\ngone=/sbin/ldconfig.real',
            **GENTOO,
        },
        "error toolkit.config-paths",
        "NVIDIA/libnvidia-container#42",
        never="apt-get",
    ),
    Reported(
        "Manjaro without nvidia-uvm after each boot",
        {
            "system": system("manjaro", "", "pacman", "6.12.48-1-MANJARO", os_ID_LIKE="arch"),
            "nodes": "looked\nyes /dev/nvidia0\nyes /dev/nvidiactl",
        },
        "warn driver.no-uvm-node",
        "NVIDIA/nvidia-docker#1447",
        fix="nvidia-modprobe",
    ),
    Reported(
        "Docker at cgroupfs does not lose its GPUs when systemd reloads",
        {"docker_info": engine(CgroupDriver="cgroupfs", DiscoveredDevices=None), "cdi": "looked"},
        "",
        "Eyevinn/strom#536; NVIDIA/nvidia-container-toolkit#48",
    ),
    Reported(
        "Dropbear as the server of SSH",
        {"sshd": ""},
        "",
        "microsoft/VSLinux#267",
    ),
    Reported(
        "Oracle VirtualBox without a card",
        {"pci": "", "system": system(virtualization="oracle")}
        | failing(
            9, "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
        ),
        "error hardware.no-gpu",
        "NVIDIA/nvidia-container-runtime#89",
        fix="in a VM, pass the GPU through",
    ),
)
