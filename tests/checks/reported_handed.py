"""Situations from public reports: kinds of machines, engines, holders of the card, daemon.json."""

from tests.checks.reported import (
    CLIENT,
    DRIVER,
    HEADER,
    MISSING,
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
    refused,
    system,
)

NOT_LOADED = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
NO_MODULE: Part = "cat: /proc/driver/nvidia/version: No such file or directory"
BLOCKED = "Failed to initialize NVML: GPU access blocked by the operating system"
WSL: dict[str, Part] = {
    "system": system(wsl="yes", virtualization="wsl", kernel="5.15.167.4-microsoft-standard-WSL2"),
    "pci": "",
    "module": NO_MODULE,
    "disk_module": "",
    "nodes": "looked\nyes /dev/dxg",
}
FEDORA = system("fedora", "42", "dnf", "6.17.10-300.fc43.x86_64", programs="systemctl akmods")
ROCKY = system("rocky", "9.6", "dnf", "5.14.0-570.52.1.el9_6.x86_64", programs="systemctl dkms")
FAILED_ENGINE: Part = "Id=docker.service\nLoadState=loaded\nActiveState=failed"
DEAD = "Cannot connect to the Docker daemon at {}. Is the docker daemon running?"
OPEN_REFUSES = """[ 12.1] NVRM: The NVIDIA GPU 0000:02:00.0 (PCI ID: 10de:1b82)
[ 12.1] NVRM: installed in this system is not supported by open
[ 12.1] NVRM: nvidia.ko because it does not include the required GPU
[ 12.1] NVRM: System Processor (GSP)."""
LXC_KIND = "looked\ninit=systemd\nuid_map=0 {} 65536\nglibc=glibc 2.36"
OLD_HOOK = engine("27.3.1", DiscoveredDevices=None, CDISpecDirs=None)
QUIET_HOOK = engine("28.1.1", DiscoveredDevices=None, CDISpecDirs=None, CgroupDriver="cgroupfs")

HANDED = (
    Reported(
        "a damaged infoROM: nvidia-smi works and ends with 14",
        {"smi": (f"{HEADER}\nWARNING: infoROM is corrupted at gpu 0000:01:00.0", 14)},
        "warn driver.inforom",
        "nvidia-smi manual page, return value 14",
        never="dmesg",
    ),
    Reported(
        "Docker in an unprivileged LXC, GPUs by the hook",
        {
            "system": system("debian", "12", virtualization="lxc", kernel="6.8.12-2-pve"),
            "disk_module": "",
            "docker_info": OLD_HOOK,
            "cdi": "looked",
            "kind": LXC_KIND.format(100000),
        },
        "info machine.lxc, error toolkit.rootless-cgroups",
        "AbdBarho/stable-diffusion-webui-docker#48; NVIDIA/libnvidia-container#154",
        fix="no-cgroups",
    ),
    Reported(
        "a rented GPU machine is somebody else's container",
        {
            **NO_DOCKER,
            **NO_TOOLKIT,
            "system": system(release="22.04", virtualization="docker"),
            "services": ("System has not been booted with systemd as init system", 1),
            "kind": "looked\ninit=sshd\nfile=/.dockerenv\nenv=RUNPOD_POD_ID x\nglibc=glibc 2.35",
        },
        "error docker.inside-container",
        "moby/moby#35317; ysdragon/Pterodactyl-VPS-Egg#60",
        fix="Remote-SSH",
        never="apt-get",
    ),
    Reported(
        "a Slurm job with 2 of 8 GPUs",
        {
            "system": system("rocky", "9.6", "dnf", programs="systemctl srun sbatch"),
            "pci": cards(*["20b2"] * 8),
            "gpus": gpus(*["NVIDIA A100-PCIE-40GB"] * 2, capability="8.0"),
            "kind": "looked\ninit=systemd\nuid_map=0 0 4294967295\nenv=SLURM_JOB_ID 17\n"
            "cgroup=0::/system.slice/slurmstepd.scope/job_17/step_0\nglibc=glibc 2.34",
        },
        "info gpu.part-yours",
        "slurm.schedmd.com/gres.html",
        never="dmesg",
    ),
    Reported(
        "a device cgroup refuses six of eight GPUs",
        {
            "pci": cards(*["20b2"] * 8),
            "gpus": gpus(*["NVIDIA A100-PCIE-40GB"] * 2, capability="8.0"),
            "nodes": "looked\nyes /dev/nvidia-uvm\n"
            + "\n".join(f"yes /dev/nvidia{n}" for n in range(8)),
            "opened": "opened=/dev/nvidia0\nrefused=/dev/nvidia5",
        },
        "info gpu.part-yours",
        "slurm.schedmd.com/cgroup.conf.html, ConstrainDevices",
    ),
    Reported(
        "Docker Desktop was removed, its context stayed",
        {**refused(DEAD.format("unix:///home/ada/.docker/desktop/docker.sock"), "desktop-linux")}
        | {"context": "desktop-linux unix:///home/ada/.docker/desktop/docker.sock"},
        "error docker.context-dead",
        "docker/desktop-linux#7",
        fix="docker context use default",
        never="systemctl enable",
    ),
    Reported(
        "WSL2 to which Windows refuses the GPU",
        failing(17, BLOCKED, **WSL),
        "info machine.wsl2, error driver.wsl-blocked",
        "microsoft/WSL#11865",
        fix="wsl --update",
        never="dmesg",
    ),
    Reported(
        "WSL2 whose CDI file names libcuda.so.1.1",
        WSL | {"cdi": "looked\nfile=/etc/cdi/nvidia.yaml\nlibcuda.so.1.1\nkind=nvidia.com/gpu"},
        "info machine.wsl2",
        "NVIDIA, CUDA on WSL user guide: libcuda.so of the driver store",
    ),
    Reported(
        "a default runtime that nothing defines",
        {
            **refused(DEAD.format("unix:///var/run/docker.sock")),
            "system": system("amzn", "2023", "dnf"),
            "services": FAILED_ENGINE,
            "client": daemon('{"default-runtime": "nvidia"}'),
        },
        "error daemon.default-runtime",
        "NVIDIA/nvidia-docker#1002",
        fix="nvidia-ctk runtime configure",
        never="enable --now docker",
    ),
    Reported(
        "the only card is bound to vfio-pci",
        failing(9, NOT_LOADED, pci=cards("2684:vfio-pci"), module=NO_MODULE),
        "error driver.set-aside",
        "cloud-hypervisor/cloud-hypervisor#4353",
        fix="update-initramfs -u",
        never="modprobe nvidia",
    ),
    Reported(
        "the second card is given to a virtual machine",
        {"pci": cards("26b9", "2684:vfio-pci")},
        "info gpu.set-aside",
        "bryansteiner/gpu-passthrough-tutorial#3",
    ),
    Reported(
        "the open module leaves out a Pascal card beside a Turing one",
        {
            "pci": cards("1f08", "1b82"),
            "gpus": gpus("NVIDIA GeForce RTX 2060", capability="7.5"),
            "kernel_log": OPEN_REFUSES,
        },
        "warn driver.wrong-module",
        "negativo17/nvidia-driver#158",
        fix="proprietary",
    ),
    Reported(
        "DOCKER_HOST leads to Podman's socket",
        {
            "account": "user=ada\nuid=1000\nhome=/home/ada\ngroups=ada docker\n"
            "docker_host=unix:///run/user/1000/podman/podman.sock",
            "docker_info": engine("5.4.2", **PLAIN_ENGINE),
            "docker_version": '{"Server": {"Components": [{"Name": "Podman Engine"}]}}',
        },
        "error docker.podman",
        "podman-system-service(1); podman-container-tools/podman#4507",
        never="19.03",
    ),
    Reported(
        "libnvidia-ml.so is missing",
        failing(12, "NVIDIA-SMI couldn't find libnvidia-ml.so library in your system."),
        "error driver.library-missing",
        "NVIDIA/nvidia-docker#155",
        fix="libnvidia-compute-580",
    ),
    Reported(
        "a B200 board whose fabric manager failed",
        {
            "pci": cards(*["2901"] * 8),
            "gpus": gpus(*["NVIDIA B200"] * 8, capability="10.0"),
            "services": "Id=docker.service\nLoadState=loaded\nActiveState=active\n\n"
            "Id=nvidia-fabricmanager.service\nLoadState=loaded\nActiveState=failed",
        },
        "error gpu.fabric-manager",
        "siderolabs/extensions#893; pytorch/pytorch#35710",
        fix="nvidia-fabricmanager",
    ),
    Reported(
        "a rootless engine that ended with the last login",
        {
            **refused(DEAD.format("unix:///run/user/1000/docker.sock"), "rootless"),
            "account": "user=ada\nuid=1000\nhome=/home/ada\n"
            "docker_host=unix:///run/user/1000/docker.sock",
        },
        "error docker.rootless-stopped",
        "docker/for-linux#1089",
        fix="loginctl enable-linger ada",
        never="DOCKER_HOST",
    ),
    Reported(
        "SELinux enforcing and an engine that labels containers",
        {
            "system": system("fedora", "42", "dnf", enforce="1"),
            "docker_info": engine(SecurityOptions=["name=seccomp", "name=selinux"]),
        },
        "warn toolkit.selinux",
        "NVIDIA/nvidia-container-toolkit#33; NVIDIA/nvidia-docker#676",
        fix="container_use_devices",
    ),
    Reported(
        "Fedora, akmods built nothing for the running kernel",
        failing(
            9,
            NOT_LOADED,
            system=FEDORA,
            module=NO_MODULE,
            pci=cards("2b85", driver=""),
            disk_module="kernel=6.14.9-300.fc42.x86_64 yes\nkernel=6.17.10-300.fc43.x86_64 no",
        ),
        "error driver.kernel-without-module",
        "rpmfusion.org/Howto/NVIDIA; gridhead/nvidia-auto-installer-for-fedora-linux#166",
        fix="akmods --force",
        never="apt-get",
    ),
    Reported(
        "Rocky after a kernel update, with dkms",
        failing(
            9,
            NOT_LOADED,
            system=ROCKY,
            module=NO_MODULE,
            pci=cards("2b85", driver=""),
            disk_module="kernel=5.14.0-570.12.1.el9_6.x86_64 yes\n"
            "kernel=5.14.0-570.52.1.el9_6.x86_64 no",
        ),
        "error driver.kernel-without-module",
        "GoogleCloudPlatform/compute-gpu-installation#18",
        fix="dnf install -y dkms kernel-devel-$(uname -r)",
        never="apt-get",
    ),
    Reported(
        "Arch came to R590 with a GTX 1080 Ti",
        failing(
            9,
            NOT_LOADED,
            system=system("arch", "", "pacman", "6.18.2-arch1-1"),
            module=NO_MODULE,
            pci=cards("1b06", driver=""),
            disk_module="kernel=6.18.2-arch1-1 yes\nversion=590.48.01",
        ),
        "error driver.branch-drops-card",
        "NixOS/nixos-hardware#1828; wiki.archlinux.org/title/NVIDIA",
        fix="nvidia-580xx-dkms",
        never="apt-get",
    ),
    Reported(
        "config.toml of a GPU operator that is no longer used",
        {
            "docker_info": QUIET_HOOK,
            "cdi": "looked",
            "toolkit": "ctk=version 1.20.0\ncli=1.20.0\nhook=/usr/bin/x\n"
            "config=/etc/nvidia-container-runtime/config.toml\ntoml=[nvidia-container-cli]\n"
            'toml=root = "/run/nvidia/driver"\ntoml=ldconfig = "@/run/nvidia/driver/ldconfig"\n'
            "gone=/run/nvidia/driver\ngone=/run/nvidia/driver/ldconfig",
        },
        "error toolkit.config-paths",
        "NVIDIA/gpu-operator#375; NVIDIA/nvidia-container-toolkit#483",
        fix="nvidia-container-cli.root=/",
    ),
    Reported(
        "a cluster's login node",
        {
            **NO_DOCKER,
            **NO_TOOLKIT,
            "system": system("rocky", "8.10", "dnf", programs="systemctl srun apptainer"),
            "pci": "",
            **dict.fromkeys(("smi", "gpus", "slices", "processes"), MISSING),
            "module": NO_MODULE,
            "disk_module": "",
        },
        "error hardware.no-gpu, error docker.cluster",
        "slurm.schedmd.com/containers.html; apptainer.org/docs, GPU support",
        fix="srun --gpus=1",
        never="dnf",
    ),
    Reported(
        "Container-Optimized OS keeps the driver off the PATH",
        {
            "system": system("cos", "117", "", "6.6.44+"),
            "docker_info": engine("24.0.9", **PLAIN_ENGINE, CDISpecDirs=None),
            **NO_TOOLKIT,
            "details": "login=\nprogram=/var/lib/nvidia/bin/nvidia-smi",
        },
        "warn driver.smi-off-path, error toolkit.missing",
        "cloud.google.com/container-optimized-os/docs/how-to/run-gpus",
        fix="/var/lib/nvidia/lib64",
        never="apt-get",
    ),
    Reported(
        "a CDI file that names a device that is gone",
        {
            "cdi": f"looked\nfile=/etc/cdi/nvidia.yaml\nlibcuda.so.{DRIVER}\n"
            "kind=nvidia.com/gpu\ngone=/dev/dri/renderD129"
        },
        "error toolkit.cdi-stale",
        "HaveAGitGat/Tdarr#1423; Igalia/webkit-container-sdk#23",
        fix="nvidia-ctk cdi generate",
        never="rm -f /etc",
    ),
    Reported(
        "a virtual GPU whose licence cannot be read",
        {"gpus": gpus("NVIDIA A10-24Q", capability="8.6"), "pci": cards("2236")},
        "unknown gpu.vgpu-licence-unknown",
        "Azure/AKS#4870",
    ),
    Reported(
        "a virtual GPU without a licence",
        {
            "gpus": gpus("NVIDIA A10-24Q", capability="8.6"),
            "pci": cards("2236"),
            "details": "login=/usr/bin/nvidia-smi\nGPU 00000000:01:00.0\n"
            "        License Status                    : Unlicensed (Restricted)",
        },
        "error gpu.vgpu-unlicensed",
        "NVIDIA/gpu-operator#628; DDMAL/Rodan#1332",
        fix="nvidia-gridd",
    ),
    Reported(
        "CentOS 7 is too old for VS Code's server",
        {
            "system": system("centos", "7", "yum", "3.10.0-1160.el7.x86_64"),
            "kind": "looked\ninit=systemd\nuid_map=0 0 4294967295\nglibc=glibc 2.17",
        },
        "warn machine.kernel-edge, warn ssh.editor-server",
        "microsoft/vscode-remote-release#9471",
        fix="Docker context",
    ),
    Reported(
        "Docker 27 with CDI switched on, which lists no devices yet",
        {
            "docker_info": engine("27.3.1", **PLAIN_ENGINE, CgroupDriver="cgroupfs"),
            "client": daemon('{"features": {"cdi": true}}'),
        },
        "warn toolkit.cdi-only",
        "Docker Engine 25.0 and 28.2 release notes; NixOS/nixpkgs#305312",
        never="--cdi.enabled",
    ),
    Reported(
        "CDI devices of other vendors are no NVIDIA GPU",
        {
            **NO_TOOLKIT,
            "docker_info": engine(
                Runtimes={"runc": {}},
                DiscoveredDevices=[{"ID": "docker.com/gpu=webgpu"}, {"ID": "intel.com/gpu=card0"}],
            ),
        },
        "error toolkit.missing",
        "docker info of Docker Desktop 4.40: docker.com/gpu=webgpu",
    ),
    Reported(
        "nvidia-smi ends well and lists no GPU",
        {"smi": "No running processes found", "gpus": ('Field "index" is not a valid field', 2)},
        "unknown gpu.unknown",
        "nvidia-smi manual page: output is not guaranteed between releases",
    ),
    Reported(
        "a GPU that requires a reset",
        {"gpus": gpus("NVIDIA L40S", free="[GPU requires reset]")},
        "error gpu.in-error",
        "NVIDIA/open-gpu-kernel-modules#446",
        fix="--gpu-reset",
    ),
    Reported(
        "sshd refuses every forwarded port",
        {},
        "error ssh.no-tcp-forwarding",
        "microsoft/vscode-remote-release#4605; sshd_config(5), PermitOpen",
        fix="PermitOpen any",
        forwarding="refused: Administratively prohibited",
    ),
    Reported(
        "a byte order mark in daemon.json",
        {"client": daemon('\ufeff{"log-driver": "local"}')},
        "",
        "moby/moby, daemon/config/config.go: BOMOverride",
    ),
    Reported(
        "Arch without Docker",
        NO_DOCKER | {"system": system("arch", "", "pacman", "6.8.0-45-generic")},
        "error docker.missing",
        "docs.docker.com/engine/install: no packages for Arch",
        fix="pacman -S --noconfirm docker docker-buildx",
        never="get.docker.com",
    ),
    Reported(
        "Arch without the toolkit",
        NO_TOOLKIT
        | {
            "system": system("arch", "", "pacman", "6.8.0-45-generic"),
            "docker_info": engine(**PLAIN_ENGINE),
        },
        "error toolkit.missing",
        "wiki.archlinux.org/title/Docker, NVIDIA GPUs",
        fix="pacman -S --noconfirm nvidia-container-toolkit",
    ),
    Reported(
        "Pop!_OS, whose archive outranks NVIDIA's",
        NO_TOOLKIT
        | {
            "system": system("pop", "22.04", os_ID_LIKE='"ubuntu debian"'),
            "docker_info": engine(**PLAIN_ENGINE),
        },
        "error toolkit.missing",
        "pop-os/pop#1708",
        fix="Pin-Priority: 1002",
    ),
    Reported(
        "an archive that outranks NVIDIA's by its pin",
        NO_TOOLKIT
        | {
            "docker_info": engine(**PLAIN_ENGINE),
            "toolkit": "ctk=\ncli=\nhook=\napt=Package *\napt=Pin release o=lab\n"
            "apt=Pin-Priority 1001",
        },
        "error toolkit.missing",
        "NVIDIA/nvidia-docker#1388",
        fix="Pin-Priority: 1002",
    ),
    Reported(
        "NVIDIA's archive is pinned already",
        NO_TOOLKIT
        | {
            "system": system("pop", "22.04", os_ID_LIKE='"ubuntu debian"'),
            "docker_info": engine(**PLAIN_ENGINE),
            "toolkit": "ctk=\ncli=\nhook=\napt=Package nvidia-container-toolkit\n"
            "apt=Pin origin nvidia.github.io\napt=Pin-Priority 1002",
        },
        "error toolkit.missing",
        "NVIDIA/nvidia-docker#1447",
        never="Pin-Priority",
    ),
    Reported(
        "a data-root that this user may not enter",
        {
            "docker_info": engine(DockerRootDir="/srv/fast/docker"),
            "docker_disk": ("", 1),
            "disk": "disk=/var/lib/docker\n/dev/x 100 1 3000000 1% /var/lib/docker",
        },
        "unknown disk.unknown",
        "docs.docker.com/engine/daemon, data-root; chmod 0700 of a parent folder",
        never="prune",
    ),
    Reported(
        "a version mismatch where no module can be seen",
        failing(
            18,
            "Failed to initialize NVML: Driver/library version mismatch\n"
            "NVML library version: 580.126",
            module=NO_MODULE,
            disk_module="",
        ),
        "error driver.mismatch",
        "badbread/crumbvms#395; nvidia-smi's exit code 18",
        fix="reboot",
        never="apt-get",
    ),
    Reported(
        "a docker command that is too old for its engine",
        refused(
            "Error response from daemon: client version 1.41 is too old. Minimum supported API "
            "version is 1.44, please upgrade your client to a newer version"
        ),
        "error docker.client-version",
        "bitwarden/server#6732; kasmtech/workspaces-issues#817",
        fix="docker-ce-cli",
    ),
)
__all__ = ["CLIENT", "HANDED"]
