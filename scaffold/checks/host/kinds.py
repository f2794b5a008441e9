"""What kind of machine a host is. The kind decides what is a fault and which fix is possible."""

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
    "/var/run/secrets/kubernetes.io/serviceaccount": "Kubernetes",
    "KUBERNETES_SERVICE_HOST": "Kubernetes",
    "RUNPOD_POD_ID": "RunPod",
    "VAST_CONTAINERLABEL": "vast.ai",
}
_SCHEDULERS = {"sbatch": "Slurm", "srun": "Slurm", "qsub": "PBS", "bsub": "LSF"}
_JOBS = {"SLURM_JOB_ID": "Slurm", "PBS_JOBID": "PBS", "LSB_JOBID": "LSF"}
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
    return virtual.capitalize() if virtual in CONTAINER_ENGINES else ""


def is_lxc(facts: HostFacts) -> bool:
    """Whether the host is an LXC container, as Proxmox and Incus make them."""
    return (facts.system.virtualization or "").startswith("lxc")


def is_unprivileged(facts: HostFacts) -> bool:
    """Whether the host is an LXC whose root is another user outside; True if that is unknown."""
    return is_lxc(facts) and facts.system.user_namespace is not False


def scheduler(facts: HostFacts) -> str:
    """The scheduler of the cluster that the host belongs to, empty if there is none."""
    programs = facts.system.programs or ()
    found = next((name for program, name in _SCHEDULERS.items() if program in programs), "")
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


def has_apptainer(facts: HostFacts) -> str:
    """Apptainer or Singularity, as the program is called on the host; empty without it."""
    programs = facts.system.programs or ()
    return next((name for name in ("apptainer", "singularity") if name in programs), "")


def is_operator_node(facts: HostFacts) -> bool:
    """Whether a Kubernetes GPU operator brings the driver of this host."""
    return any(mark in _marks(facts) for mark in _OPERATOR)


def part_of_gpus(facts: HostFacts) -> str:
    """Why only some of the machine's GPUs belong to this login; empty if nothing says so."""
    if name := job(facts):
        return f"a {name} job"
    if any(node.refused for node in facts.driver.nodes or ()):
        return "a device cgroup"
    if name := container(facts):
        return f"{name}'s container"
    return "the LXC" if is_lxc(facts) else ""
