"""The NVIDIA Container Toolkit: whether Docker can give a GPU to a container, and keeps it."""

from collections.abc import Iterator

from scaffold.catalogue import load_catalogue
from scaffold.checks.host import toolkit_rules as rules
from scaffold.checks.host.daemon import settings
from scaffold.checks.host.docker import is_desktop, shows_gpus
from scaffold.checks.host.toolkit_fixes import configure, install_toolkit, upgrade_toolkit
from scaffold.checks.topics import Topic, install
from scaffold.facts import HostFacts, Platform
from scaffold.findings import Finding, Rule, root
from scaffold.parsing.numbers import leading_version

GPUS_BY_CDI = (29, 2)
"""Docker from which --gpus goes through CDI where it can (moby#50228)."""
REFRESHES = (1, 18)
"""Toolkit whose systemd units write CDI specifications anew."""


def _engine_version(facts: HostFacts) -> tuple[int, ...]:
    return leading_version(facts.docker.server_version if facts.docker else None) or ()


def _version(facts: HostFacts) -> tuple[int, ...]:
    return leading_version(facts.toolkit.version) or ()


def _by_cdi(facts: HostFacts) -> bool:
    """Whether --gpus is served through CDI, without the hook."""
    docker = facts.docker
    return bool(docker and docker.cdi_devices and _engine_version(facts) >= GPUS_BY_CDI)


def _sources(facts: HostFacts) -> Iterator[Finding]:
    """First, since nothing can be installed beside them."""
    old = facts.toolkit.old_sources
    if old:
        remove = root("Remove them.", "rm", *old)
        yield rules.OLD_SOURCES.found(", ".join(old), fix=(remove,))


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
    elif toolkit.hook is None and not _by_cdi(facts):
        yield rules.NO_HOOK.found(
            "nvidia-container-runtime-hook is on nobody's PATH", fix=install_toolkit(facts)
        )
    elif "nvidia" not in facts.docker.runtimes:
        devices = " ".join(facts.docker.cdi_devices[:4])
        yield rules.CDI_ONLY.found("no nvidia runtime is configured", devices, configure(facts))


def _not_told(facts: HostFacts) -> Finding:
    runtimes = settings(facts).get("runtimes")
    if isinstance(runtimes, dict) and "nvidia" in runtimes:
        return rules.RESTART_PENDING.found("daemon.json has it, docker info does not")
    listed = " ".join(facts.docker.runtimes) if facts.docker else ""
    return rules.NOT_CONFIGURED.found(
        "docker info lists no nvidia runtime", f"runtimes: {listed}", configure(facts)
    )


def _rootless(facts: HostFacts) -> Iterator[Finding]:
    rootless = bool(facts.docker and facts.docker.rootless) and not _by_cdi(facts)
    if rootless and facts.toolkit.version and facts.toolkit.no_cgroups is not True:
        yield rules.CGROUPS.found("no-cgroups is not set", "nvidia-container-runtime/config.toml")


def _age(facts: HostFacts) -> Iterator[Finding]:
    version = _version(facts)
    if not version:
        return
    flaws = [
        row
        for row in load_catalogue().toolkit_flaws
        if version < (leading_version(row.fixed) or ())
    ]
    if flaws:
        names = ", ".join(row.cve for row in flaws)
        said = f"toolkit {facts.toolkit.version} has {len(flaws)} known flaws"
        yield rules.CVE.found(said, names, upgrade_toolkit(facts))
    elif version < REFRESHES:
        yield rules.OLD.found(f"the toolkit is {facts.toolkit.version}", fix=upgrade_toolkit(facts))


def _packages(facts: HostFacts) -> Iterator[Finding]:
    toolkit, version = facts.toolkit, _version(facts)
    library = leading_version(toolkit.library_version)
    if library and version >= REFRESHES and library != version:
        both = f"toolkit {toolkit.version}, libnvidia-container {toolkit.library_version}"
        yield rules.MIXED.found(both, fix=upgrade_toolkit(facts))
    if toolkit.obsolete_packages and version:
        names = ", ".join(toolkit.obsolete_packages)
        current = install(facts, "Have the package that replaces them.", "nvidia-container-toolkit")
        yield rules.OBSOLETE.found(f"installed: {names}", fix=(current,))


def _cdi(facts: HostFacts) -> Iterator[Finding]:
    docker, toolkit = facts.docker, facts.toolkit
    # A driver that shows no GPU has to be mended first, perhaps by another version.
    named, driver = toolkit.cdi_driver_versions, facts.driver_version if facts.gpus else None
    if docker is None:
        return
    if docker.cdi_devices and named and driver and driver not in named:
        yield rules.CDI_STALE.found(
            f"it names driver {', '.join(named)}, and {driver} runs",
            " ".join(toolkit.cdi_files or ()),
        )
    elif toolkit.cdi_files and not docker.cdi_devices:
        yield rules.CDI_UNREAD.found("docker info lists no CDI device", " ".join(toolkit.cdi_files))


def _reload(facts: HostFacts) -> Iterator[Finding]:
    docker = facts.docker
    if docker and docker.cgroup_driver == "systemd" and shows_gpus(facts) and not _by_cdi(facts):
        yield rules.DAEMON_RELOAD.found("--gpus goes through the hook, under systemd's cgroups")


def _summary(facts: HostFacts) -> str:
    ways = ["CDI"] if facts.docker and facts.docker.cdi_devices else []
    ways += ["nvidia runtime"] if facts.docker and "nvidia" in facts.docker.runtimes else []
    version = "Docker Desktop's own" if is_desktop(facts) else facts.toolkit.version
    return ", ".join([version or "version unknown", *ways])


RULES: tuple[Rule, ...] = (
    *(rules.MISSING, rules.RESTART_PENDING, rules.NOT_CONFIGURED, rules.NO_HOOK, rules.CDI_ONLY),
    *(rules.JETSON_RUNTIME, rules.CGROUPS, rules.CVE, rules.OLD, rules.MIXED, rules.OBSOLETE),
    *(rules.OLD_SOURCES, rules.CDI_STALE, rules.CDI_UNREAD, rules.DAEMON_RELOAD),
)

TOPIC = Topic(
    "toolkit",
    "NVIDIA Container Toolkit",
    RULES,
    (_sources, _ready, _rootless, _age, _packages, _cdi, _reload),
    _summary,
    ("probe", "machine", "hardware", "docker"),
    ("toolkit", "cdi"),
)
