"""The toolkit's versions: too old for the driver or the kernel, with known flaws, or mixed."""

from collections.abc import Iterator

from scaffold.catalogue import load_catalogue
from scaffold.checks.host.docker.gives import gives_gpus_by_cdi, is_desktop
from scaffold.checks.host.packages import install
from scaffold.checks.host.toolkit import rules
from scaffold.checks.host.toolkit.fixes import upgrade_toolkit
from scaffold.facts import HostFacts, Platform
from scaffold.findings import Finding
from scaffold.parsing.untrusted.numbers import leading_version

REFRESHES = (1, 18)
"""Toolkit whose systemd units rewrite CDI specifications."""


AGE_RULES = (rules.TOO_OLD, rules.CVE, rules.OLD, rules.MIXED, rules.OBSOLETE)


def age(facts: HostFacts) -> Iterator[Finding]:
    """What the versions of the toolkit's packages mean."""
    yield from _unfit(facts)
    yield from _age(facts)
    yield from _packages(facts)


def _version(facts: HostFacts) -> tuple[int, ...]:
    return leading_version(facts.toolkit.version) or ()


NEW_DRIVER, KNOWS_DRIVER = (550,), (1, 14, 6)
KNOWS_CGROUPS = (1, 8)
"""Releases of libnvidia-container that find driver 550's devices, and cgroups of version 2."""


def _unfit(facts: HostFacts) -> Iterator[Finding]:
    """A hook that finds no device of this driver, or no cgroups; CDI needs neither."""
    docker = facts.docker
    library = leading_version(facts.toolkit.library_version or facts.toolkit.version)
    driver = leading_version(facts.driver_version) or ()
    by_hook = docker and not docker.rootless and not gives_gpus_by_cdi(facts)
    if not library or not by_hook or facts.platform is not Platform.LINUX or is_desktop(facts):
        return
    if docker and docker.cgroup_version == "2" and library < KNOWS_CGROUPS:
        text = f"libnvidia-container {facts.toolkit.library_version} knows no cgroups of version 2"
    elif driver >= NEW_DRIVER and library < KNOWS_DRIVER:
        text = (
            f"toolkit {facts.toolkit.version} does not find the devices of {facts.driver_version}"
        )
    else:
        return
    yield rules.TOO_OLD.found(text, "nvidia-container-cli --version", upgrade_toolkit(facts))


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
        text = f"toolkit {facts.toolkit.version} has {len(flaws)} known flaws"
        yield rules.CVE.found(text, names, upgrade_toolkit(facts))
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
        current = install(facts, "Install what replaces them.", "nvidia-container-toolkit")
        yield rules.OBSOLETE.found(f"installed: {names}", fix=(current,))
