"""A topic: checks that belong together, what they can say, and what is said when all is well."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from scaffold.facts import HostFacts
from scaffold.findings import Finding, Level, Rule, Step, root

Check = Callable[[HostFacts], Iterable[Finding]]

SERIOUS = (Level.ERROR, Level.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Topic:
    """One line of the report.

    A topic whose `needs` has an error is not looked at: its findings would only be echoes of
    that root cause.
    """

    name: str
    title: str
    rules: tuple[Rule, ...]
    checks: tuple[Check, ...]
    summary: Callable[[HostFacts], str]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one topic found; `echo_of` names the topic whose error made looking useless."""

    topic: Topic
    findings: tuple[Finding, ...]
    summary: str
    echo_of: str = ""

    @property
    def level(self) -> Level:
        """The worst of its findings."""
        order = (Level.ERROR, Level.UNKNOWN, Level.WARN, Level.INFO)
        found = {finding.level for finding in self.findings}
        return next((level for level in order if level in found), Level.OK)


def run_topics(topics: Iterable[Topic], facts: HostFacts) -> Iterator[Outcome]:
    """Every topic in its order, the echoes of an error left out."""
    titles: dict[str, str] = {}
    for topic in topics:
        cause = next((titles[name] for name in topic.needs if name in titles), "")
        if cause:
            yield Outcome(topic, (), f"not looked at: {cause} comes first", cause)
            continue
        findings = tuple(found for check in topic.checks for found in check(facts))
        if any(finding.level is Level.ERROR for finding in findings):
            titles[topic.name] = topic.title
        yield Outcome(topic, findings, topic.summary(facts))


INSTALL = {
    "apt-get": ("apt-get", "install", "-y"),
    "dnf": ("dnf", "install", "-y"),
    "yum": ("yum", "install", "-y"),
    "zypper": ("zypper", "--non-interactive", "install"),
    "pacman": ("pacman", "-S", "--noconfirm"),
    "apk": ("apk", "add"),
}


def install(facts: HostFacts, why: str, *packages: str) -> Step:
    """A step that installs packages with the host's own package manager."""
    manager = facts.system.package_manager or "apt-get"
    return root(why, *INSTALL.get(manager, INSTALL["apt-get"]), *packages)
