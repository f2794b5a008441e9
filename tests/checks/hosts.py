"""A healthy host, and others that differ from it in what a test says."""

from dataclasses import replace
from typing import Any

from scaffold.checks.host import check_host
from scaffold.facts import (
    ClientFacts,
    DeviceNode,
    Disk,
    DockerFacts,
    DriverFacts,
    Gpu,
    HostFacts,
    LoginFacts,
    PciDevice,
    Smi,
    SshdFacts,
    SystemFacts,
    ToolkitFacts,
)
from scaffold.findings import Finding

Situation = tuple[str, dict[str, object], str]
"""A sentence, the changes to the healthy host, and the ids of its findings."""

KERNEL = "6.8.0-45-generic"
DRIVER = "580.95.05"
L40S = Gpu(
    name="NVIDIA L40S",
    index=0,
    uuid="GPU-1",
    compute_capability="8.9",
    memory_mib=46068,
    memory_free_mib=45000,
    persistence=True,
    compute_mode="Default",
)
CARD = PciDevice(
    address="0000:01:00.0", device="26b9", device_class="030200", driver="nvidia", chip="AD102"
)
HEALTHY = HostFacts(
    name="gpu01",
    architecture="x86_64",
    driver_version=DRIVER,
    cuda_reported="13.0",
    gpus=(L40S,),
    docker=DockerFacts(
        server_version="29.2.1",
        rootless=False,
        runtimes=("nvidia", "runc"),
        cdi_devices=("nvidia.com/gpu=all",),
        buildkit_default=True,
        storage_driver="overlay2",
        root="/var/lib/docker",
        cgroup_version="2",
        cgroup_driver="systemd",
        operating_system="Ubuntu 24.04.1 LTS",
    ),
    memory_mib=131072,
    uid=1000,
    gid=1000,
    pci=(CARD,),
    driver=DriverFacts(
        smi=Smi(code=0, version=DRIVER),
        module_version=DRIVER,
        open_module=True,
        loaded=("nvidia_uvm", "nvidia"),
        installed_version=DRIVER,
        kernels=(KERNEL,),
        kernels_with_module=(KERNEL,),
        secure_boot=False,
        nodes=(DeviceNode("/dev/nvidia0", True), DeviceNode("/dev/nvidia-uvm", True)),
    ),
    client=ClientFacts(
        path="/usr/bin/docker",
        target="/usr/bin/docker",
        version="29.2.1",
        podman=False,
        socket="/var/run/docker.sock",
        socket_usable=True,
    ),
    toolkit=ToolkitFacts(
        version="1.20.0",
        library_version="1.20.0",
        hook="/usr/bin/nvidia-container-runtime-hook",
        cdi_files=("/var/run/cdi/nvidia.yaml",),
        cdi_driver_versions=(DRIVER,),
    ),
    system=SystemFacts(
        kernel_name="Linux",
        kernel=KERNEL,
        distribution="ubuntu",
        pretty_name="Ubuntu 24.04.1 LTS",
        package_manager="apt-get",
        cpus=64,
        shm_mib=65536,
        clock_skew_s=0,
        probed_on="2026-11-24",
        disks=(
            Disk(path="/", free_mib=100_000, inodes_free_percent=90, kind="ext4", mounted="/"),
            Disk(path="/tmp", free_mib=100_000, inodes_free_percent=90, kind="ext4", mounted="/"),
            Disk(
                path="/dev/shm",
                free_mib=65536,
                inodes_free_percent=99,
                kind="tmpfs",
                mounted="/dev/shm",
            ),
            Disk(
                path="/var/lib/docker",
                free_mib=500_000,
                inodes_free_percent=90,
                kind="xfs",
                mounted="/var/lib/docker",
            ),
            Disk(
                path="/home/ada",
                free_mib=100_000,
                inodes_free_percent=90,
                kind="ext4",
                mounted="/home",
            ),
        ),
        services=(("docker.service", "active"),),
    ),
    login=LoginFacts(  # noqa: S604 (a fact, not a call of a shell)
        user="ada",
        home="/home/ada",
        shell="/bin/bash",
        path="/usr/bin:/bin",
        groups=("ada", "docker"),
        configured_groups=("ada", "docker"),
    ),
    sshd=SshdFacts(software="SSH-2.0-OpenSSH_9.6"),
)


def changed(facts: Any, **changes: Any) -> Any:
    """Facts with other values; `docker__root` reaches into `docker`."""
    direct: dict[str, Any] = {}
    inner: dict[str, dict[str, Any]] = {}
    for name, value in changes.items():
        outer, separator, rest = name.partition("__")
        if separator:
            inner.setdefault(outer, {})[rest] = value
        else:
            direct[name] = value
    facts = replace(facts, **direct)
    return replace(
        facts, **{outer: changed(getattr(facts, outer), **rest) for outer, rest in inner.items()}
    )


def host(**changes: Any) -> HostFacts:
    """The healthy host with other values."""
    return changed(HEALTHY, **changes)


def disks(**changes: Any) -> dict[str, Any]:
    """Changes that give one disk other values: `disks(path="/tmp", free_mib=1)`."""
    path = changes.pop("path")
    found = tuple(
        replace(disk, **changes) if disk.path == path else disk for disk in HEALTHY.system.disks
    )
    return {"system__disks": found}


def findings(facts: HostFacts) -> list[Finding]:
    """Everything that a check says of a host."""
    return [finding for outcome in check_host(facts) for finding in outcome.findings]


def ids(facts: HostFacts) -> list[str]:
    """The ids of all findings."""
    return [finding.id for finding in findings(facts)]
