"""The NVIDIA Container Toolkit: whether Docker can give a GPU to a container, and keeps it."""

from collections.abc import Iterator

from scaffold.checks.host.docker.daemon import settings
from scaffold.checks.host.docker.gives import (
    gives_gpus_by_cdi,
    hides_cdi,
    is_desktop,
    names_nvidia,
    nvidia_devices,
    shows_gpus,
)
from scaffold.checks.host.kinds import is_unprivileged
from scaffold.checks.host.toolkit import cdi_rules, rules
from scaffold.checks.host.toolkit.age import AGE_RULES, age
from scaffold.checks.host.toolkit.config import config_findings
from scaffold.checks.host.toolkit.fixes import (
    configure,
    install_toolkit,
    one_of_cdi,
    renew_cdi,
    restart,
)
from scaffold.checks.topics import Topic
from scaffold.facts import HostFacts, Platform
from scaffold.findings import Finding, Rule, root
from scaffold.parsing.untrusted.numbers import leading_version
from scaffold.units import and_more


def _sources(facts: HostFacts) -> Iterator[Finding]:
    """First, since apt installs nothing while they conflict."""
    old = facts.toolkit.old_sources
    if old:
        steps = tuple(
            root(
                f"Move {file} aside; apt reads only names that end with .list.",
                *("mv", file, f"{file}.before-scaffold"),
                undo=("mv", f"{file}.before-scaffold", file),
            )
            for file in old
        )
        yield rules.OLD_SOURCES.found(", ".join(old), fix=steps)


def _ready(facts: HostFacts) -> Iterator[Finding]:
    """The one reason why Docker cannot give a GPU to a container."""
    toolkit = facts.toolkit
    if facts.docker is None or is_desktop(facts):
        return  # Docker Desktop brings its own; the distribution's would not be used.
    if not (toolkit.version or toolkit.hook or shows_gpus(facts)):
        missing = "neither nvidia-ctk nor its hook was found"
        yield rules.MISSING.found(missing, fix=install_toolkit(facts))
    elif not shows_gpus(facts):
        yield _not_told(facts)
    elif facts.platform is Platform.JETSON:
        if "nvidia" not in facts.docker.runtimes:
            yield rules.JETSON_RUNTIME.found(
                "docker info lists no nvidia runtime", fix=configure(facts)
            )
    elif toolkit.hook is None and not gives_gpus_by_cdi(facts):
        yield rules.NO_HOOK.found(
            "nvidia-container-runtime-hook was not found", fix=install_toolkit(facts)
        )
    elif "nvidia" not in facts.docker.runtimes:
        devices = " ".join(nvidia_devices(facts)[:4])
        yield cdi_rules.CDI_ONLY.found("no nvidia runtime is configured", devices, configure(facts))


def _not_told(facts: HostFacts) -> Finding:
    runtimes = settings(facts).get("runtimes")
    if isinstance(runtimes, dict) and "nvidia" in runtimes:
        return rules.RESTART_PENDING.found(
            "daemon.json has NVIDIA's runtime, docker info does not", fix=(restart(facts),)
        )
    if facts.docker and _has_cdi(facts) and hides_cdi(facts):
        engine, command = facts.docker.server_version, facts.client.version
        text = f"the docker command is {command}, and the engine {engine}"
        return cdi_rules.CDI_HIDDEN.found(text, "docker version")
    listed = " ".join(facts.docker.runtimes) if facts.docker else ""
    return rules.NOT_CONFIGURED.found(
        "docker info lists no nvidia runtime", f"runtimes: {listed}", configure(facts)
    )


def _device_rules(facts: HostFacts) -> Iterator[Finding]:
    """An engine without the right to write device rules, and a hook that writes them."""
    docker, toolkit = facts.docker, facts.toolkit
    weak = bool(docker and docker.rootless) or is_unprivileged(facts)
    if (
        docker
        and weak
        and not gives_gpus_by_cdi(facts)
        and toolkit.version
        and toolkit.no_cgroups is not True
    ):
        where = "the engine is rootless" if docker.rootless else "the host is an unprivileged LXC"
        text = f"no-cgroups is not set, and {where}"
        yield rules.CGROUPS.found(text, "nvidia-container-runtime/config.toml")


def _selinux(facts: HostFacts) -> Iterator[Finding]:
    system, docker = facts.system, facts.docker
    labels = docker is not None and any("selinux" in option for option in docker.security)
    if labels and system.selinux_enforcing is not False and not system.containers_use_devices:
        state = "enforcing" if system.selinux_enforcing else "not known to be permissive"
        text = f"Docker labels its containers, and SELinux is {state}"
        yield rules.SELINUX.found(text, "docker info: name=selinux; /sys/fs/selinux/enforce")


def _cdi(facts: HostFacts) -> Iterator[Finding]:
    docker, toolkit = facts.docker, facts.toolkit
    if docker is None:
        return
    if nvidia_devices(facts):
        if reason := _why_stale(facts):
            files = " ".join(toolkit.cdi_files or ())
            yield cdi_rules.CDI_STALE.found(reason, files, renew_cdi(facts))
    elif toolkit.cdi_doubles and not nvidia_devices(facts):
        files = " and ".join(toolkit.cdi_doubles)
        yield cdi_rules.CDI_CONFLICT.found(f"{files} name the same GPUs", files, one_of_cdi(facts))
    elif _has_cdi(facts) and not docker.cdi_devices and not hides_cdi(facts):
        switch = ("nvidia-ctk", "runtime", "configure", "--runtime=docker", "--cdi.enabled")
        steps = (root("Switch it on.", *switch), restart(facts))
        files = " ".join(toolkit.cdi_files or ())
        yield cdi_rules.CDI_UNREAD.found("docker info lists no CDI device", files, steps)


def _has_cdi(facts: HostFacts) -> bool:
    """Whether the host has a CDI specification, of NVIDIA's devices as far as it was read."""
    return bool(facts.toolkit.cdi_files) and names_nvidia(facts)


SERIES = 100
"""Driver versions are 3-digit branches; libcuda.so.1.1 of WSL2 and Jetson is no version."""


def _why_stale(facts: HostFacts) -> str:
    """What a CDI specification names that does not exist; empty for one that fits.

    A driver that shows no GPU has to be fixed first: its device files come with it.
    """
    if not facts.gpus:
        return ""
    missing = facts.toolkit.cdi_missing or ()
    if missing:
        verb = "does" if len(missing) == 1 else "do"
        return f"it names {missing[0]}{and_more(len(missing) - 1)}, which {verb} not exist"
    named = [
        version
        for version in facts.toolkit.cdi_driver_versions
        if (leading_version(version) or (0,))[0] >= SERIES
    ]
    driver = facts.driver_version
    if named and driver and driver not in named and facts.platform is Platform.LINUX:
        return f"it names driver {', '.join(named)}, and {driver} runs"
    return ""


def _reload(facts: HostFacts) -> Iterator[Finding]:
    docker = facts.docker
    safe = gives_gpus_by_cdi(facts) or is_unprivileged(facts) or is_desktop(facts)
    if docker and docker.cgroup_driver == "systemd" and shows_gpus(facts) and not safe:
        yield rules.DAEMON_RELOAD.found("--gpus goes through the hook, under systemd's cgroups")


def _summary(facts: HostFacts) -> str:
    ways = ["CDI"] if nvidia_devices(facts) else []
    ways += ["nvidia runtime"] if facts.docker and "nvidia" in facts.docker.runtimes else []
    version = "Docker Desktop's own" if is_desktop(facts) else facts.toolkit.version
    return ", ".join([version or "version unknown", *ways])


RULES: tuple[Rule, ...] = (
    *(rules.MISSING, rules.RESTART_PENDING, rules.NOT_CONFIGURED, rules.NO_HOOK),
    *(rules.JETSON_RUNTIME, rules.CGROUPS, *AGE_RULES, rules.OLD_SOURCES),
    *(*cdi_rules.CDI_RULES, rules.DAEMON_RELOAD, rules.CONFIG_INVALID, rules.CONFIG_PATHS),
    *(rules.CONFIG_MODE, rules.SELINUX, rules.NO_CGROUPS, rules.NO_VARIABLE),
)

TOPIC = Topic(
    name="toolkit",
    title="NVIDIA Container Toolkit",
    rules=RULES,
    checks=(_sources, _ready, config_findings, _device_rules, _selinux, age, _cdi, _reload),
    summary=_summary,
    needs=("probe", "machine", "hardware", "docker"),
    parts=("toolkit", "cdi"),
    proved=lambda facts: shows_gpus(facts) or is_desktop(facts),
)
