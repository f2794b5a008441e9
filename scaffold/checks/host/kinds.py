"""What kind of machine a host is. The kind decides what is a fault and which fix is possible."""

import re

from scaffold.facts import HostFacts

CONTAINER_ENGINES = {
    *("docker", "podman", "container-other", "rkt", "kubernetes"),
}
"""What systemd-detect-virt prints inside a container that is not a whole system.

LXC and systemd-nspawn are left out: they run a whole system, and Docker runs in it.
"""
_CONTAINER_MARKS = {
    "/.dockerenv": "Docker",
    "/run/.containerenv": "Podman",
    "/.singularity.d": "Apptainer",
    "/var/run/secrets/kubernetes.io/serviceaccount": "Kubernetes",
    "KUBERNETES_SERVICE_HOST": "Kubernetes",
    "RUNPOD_POD_ID": "RunPod",
    "VAST_CONTAINERLABEL": "vast.ai",
}
_WHOLE_SYSTEM = {
    *("systemd", "init", "runit", "runit-init", "openrc-init", "dinit", "shepherd"),
    *("procd", "launchd", "machined", "finit", "upstart"),
}
"""First processes of a whole system; a container's is its own program (sshd, tini, s6-svscan)."""
_ENGINE_GROUPS = ("kubepods", "/docker/", "/docker-", "libpod", "cri-containerd")
"""Parts of a cgroup's path that a container engine makes."""
_SCHEDULERS = {
    "sbatch": "Slurm",
    "srun": "Slurm",
    "/etc/slurm": "Slurm",
    "SGE_ROOT": "Grid Engine",
    "qsub": "PBS",
    "bsub": "LSF",
    "condor_submit": "HTCondor",
}
"""Schedulers by a program, a folder or a variable. Grid Engine has a qsub too."""
_JOBS = {
    "SLURM_JOB_ID": "Slurm",
    "PBS_JOBID": "PBS",
    "LSB_JOBID": "LSF",
    "_CONDOR_SLOT": "HTCondor",
}
_KUBERNETES_UNITS = (
    *("kubelet.service", "k3s.service", "k3s-agent.service", "rke2-server.service"),
    *("rke2-agent.service", "snap.microk8s.daemon-kubelite.service"),
)
NETWORK_KINDS = ("nfs", "cifs", "smb", "fuse.sshfs", "lustre", "beegfs", "gpfs", "ceph", "afs")
"""File systems that are reached over a network."""
_OPERATOR = ("/run/nvidia/driver", "/run/nvidia/validations")


def _marks(facts: HostFacts) -> set[str]:
    """Marks by file or variable name, without a variable's value."""
    return {
        mark if mark.startswith("/") else mark.split(" ")[0] for mark in facts.system.marks or ()
    }


def container(facts: HostFacts) -> str:
    """Whose container the host is (`Docker`, `Kubernetes`), empty if it is none."""
    if is_lxc(facts):
        return ""
    marks = _marks(facts)
    # The provider's name first, since it says most to the reader.
    for mark in reversed(_CONTAINER_MARKS):
        if mark in marks:
            return _CONTAINER_MARKS[mark]
    virtual = facts.system.virtualization or ""
    if virtual in CONTAINER_ENGINES:
        return virtual.capitalize()
    return UNKNOWN_ENGINE if _looks_contained(facts) else ""


UNKNOWN_ENGINE = "unknown engine"


def _looks_contained(facts: HostFacts) -> bool:
    """Whether cgroups or the first process give a container away that has no mark of its own.

    The mark /.dockerenv is Docker's alone, and a login over SSH lacks the container's variables.
    """
    system = facts.system
    grouped = any(part in group for group in system.cgroups or () for part in _ENGINE_GROUPS)
    own_program = bool(system.init) and system.init not in _WHOLE_SYSTEM
    return grouped or (own_program and system.root_kind in {"overlay", "fuse-overlayfs", "zfs"})


def is_lxc(facts: HostFacts) -> bool:
    """Whether the host is an LXC container, as Proxmox and Incus make them."""
    return (facts.system.virtualization or "").startswith("lxc")


_MACHINES = {
    *("kvm", "qemu", "vmware", "microsoft", "xen", "amazon", "oracle", "google", "bhyve"),
    *("parallels", "acrn", "powervm", "zvm", "bochs", "uml", "qnx", "sre", "apple"),
}
"""What systemd-detect-virt prints in a virtual machine."""


def is_virtual_machine(facts: HostFacts) -> bool:
    """Whether the host is a virtual machine, whose hypervisor shares out the GPUs."""
    return facts.system.virtualization in _MACHINES


_SYSTEMS_OF_OTHERS = {"systemd-nspawn", "openvz", "proot"}
"""What systemd-detect-virt prints in other systems that share an outer machine's kernel."""


def is_whole_system(facts: HostFacts) -> bool:
    """Whether the host is a whole system on an outer machine's kernel: LXC, nspawn, OpenVZ."""
    return is_lxc(facts) or facts.system.virtualization in _SYSTEMS_OF_OTHERS


def borrows_kernel(facts: HostFacts) -> bool:
    """Whether kernel and driver module belong to an outer machine."""
    return is_whole_system(facts) or bool(container(facts))


def is_unprivileged(facts: HostFacts) -> bool:
    """Whether the host is an LXC whose root is another user outside; True if that is unknown."""
    return is_lxc(facts) and facts.system.user_namespace is not False


def scheduler(facts: HostFacts) -> str:
    """The scheduler of the cluster that the host belongs to, empty if there is none."""
    seen = {*(facts.system.programs or ()), *_marks(facts)}
    found = next((name for mark, name in _SCHEDULERS.items() if mark in seen), "")
    return found or job(facts)


def job(facts: HostFacts) -> str:
    """The scheduler whose job this login runs in, empty outside a job."""
    marks = _marks(facts)
    named = next((name for mark, name in _JOBS.items() if mark in marks), "")
    in_slurm = any("slurm" in group for group in facts.system.cgroups or ())
    return named or ("Slurm" if in_slurm else "")


def has_gpu(facts: HostFacts) -> bool:
    """Whether a GPU is on the bus or shown by the driver."""
    return bool(facts.gpus) or any(device.is_gpu for device in facts.pci or ())


def is_login_node(facts: HostFacts) -> bool:
    """Whether the host is a cluster's login node: a scheduler, no GPU, no job."""
    return bool(scheduler(facts)) and not has_gpu(facts) and not job(facts)


def may_be_login_node(facts: HostFacts) -> bool:
    """Whether a recording from before schedulers were looked for looks like a login node.

    It has no GPU and no Docker, and its users' homes are on a network.
    """
    if facts.system.programs is not None or has_gpu(facts) or facts.pci is None:
        return False
    home = next((one for one in facts.system.disks if one.path == facts.login.home), None)
    shared = home is not None and (home.kind or "").startswith(NETWORK_KINDS)
    return shared and facts.docker is None and not facts.client.target


def has_apptainer(facts: HostFacts) -> str:
    """Apptainer or Singularity, as the program is called on the host; empty without it."""
    programs = facts.system.programs or ()
    return next((name for name in ("apptainer", "singularity") if name in programs), "")


def kubernetes(facts: HostFacts) -> str:
    """The running unit that makes the host a node of a Kubernetes cluster, empty without one."""
    units = dict(facts.system.services or ())
    return next((unit for unit in _KUBERNETES_UNITS if units.get(unit) == "active"), "")


def is_operator_node(facts: HostFacts) -> bool:
    """Whether a Kubernetes GPU operator brings the driver of this host."""
    return any(mark in _marks(facts) for mark in _OPERATOR)


def is_dgx(facts: HostFacts) -> bool:
    """Whether the host runs DGX OS, whose driver and toolkit come from its own repositories."""
    return "/etc/dgx-release" in _marks(facts)


def is_kernel_removed(facts: HostFacts) -> bool:
    """Whether an upgrade removed the modules of the kernel that still runs.

    The installed kernel has to be of the same kind: `6.18.1-arch1-1` follows `6.17.8-arch1-1`.
    """
    running, installed = facts.system.kernel, facts.driver.kernels or ()
    if running is None or running in installed:
        return False
    return any(_letters(kernel) == _letters(running) for kernel in installed)


def _letters(kernel: str) -> list[str]:
    return re.findall(r"[a-z]+", kernel.lower())


def part_of_gpus(facts: HostFacts) -> str:
    """Why only some of the machine's GPUs belong to this login; empty if nothing says so."""
    if name := job(facts):
        return f"a {name} job"
    if any(node.refused for node in facts.driver.nodes or ()):
        return "a device cgroup"
    if name := container(facts):
        return f"{name}'s container" if name != UNKNOWN_ENGINE else "a container"
    return "the LXC" if is_lxc(facts) else ""
