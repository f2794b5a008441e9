"""A topic: checks that belong together, what they can say, and what is said when all is well."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from scaffold.facts import HostFacts, ProbeFacts
from scaffold.findings import Finding, Level, Rule, Step, by_hand, root


class Probed(Protocol):
    """Facts of one probe, of a host or of the inside of a container."""

    @property
    def probe(self) -> ProbeFacts:
        """How the probe itself went."""


F = TypeVar("F", bound=Probed)
P = TypeVar("P", bound=Probed)

SERIOUS = (Level.ERROR, Level.UNKNOWN)
"""What keeps a host from counting as ready; unknown is no pass."""

NO_ANSWER = Rule(
    "probe.no-answer",
    Level.UNKNOWN,
    "A command on the host gave no answer, or too much of one",
    "What it would have told is unknown, and unknown is no pass.",
    "the probe's own record: each command has 8 seconds and 128 KiB",
    (by_hand("Run the same command on the host, and see what it waits for."),),
)


@dataclass(frozen=True, slots=True)
class Topic(Generic[F]):
    """One line of the report.

    A topic whose `needs` has an error is not looked at: its findings would only be echoes of
    that root cause. Where one of the probe's `parts` that it reads did not end, it is unknown.
    """

    name: str
    title: str
    rules: tuple[Rule, ...]
    checks: tuple[Callable[[F], Iterable[Finding]], ...]
    summary: Callable[[F], str]
    needs: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one topic found; `echo_of` names the topic whose error made looking useless."""

    topic: Topic[Any]
    findings: tuple[Finding, ...]
    summary: str
    echo_of: str = ""

    @property
    def level(self) -> Level:
        """The worst of its findings."""
        return worst(self.findings)


def worst(findings: Iterable[Finding]) -> Level:
    """The level that counts most, `ok` where nothing was found."""
    order = (Level.ERROR, Level.UNKNOWN, Level.WARN, Level.INFO)
    found = {finding.level for finding in findings}
    return next((level for level in order if level in found), Level.OK)


def run_topics(topics: Iterable[Topic[P]], facts: P) -> Iterator[Outcome]:
    """Every topic in its order, the echoes of an error left out."""
    titles: dict[str, str] = {}
    for topic in topics:
        cause = next((titles[name] for name in topic.needs if name in titles), "")
        if cause:
            titles[topic.name] = cause
            yield Outcome(topic, (), f"not looked at: {cause} comes first", cause)
            continue
        unseen = [*facts.probe.hung, *facts.probe.cut]
        silent = [part for part in topic.parts if part in unseen]
        if silent:
            yield Outcome(topic, (_no_answer(silent),), "could not be looked at")
            continue
        findings = tuple(found for check in topic.checks for found in check(facts))
        if any(finding.level is Level.ERROR for finding in findings):
            titles[topic.name] = topic.title
        yield Outcome(topic, findings, topic.summary(facts))


def _no_answer(parts: list[str]) -> Finding:
    return NO_ANSWER.found(f"no full answer of: {', '.join(parts)}")


INSTALL = {
    "apt-get": ("apt-get", "install", "-y"),
    "dnf": ("dnf", "install", "-y"),
    "yum": ("yum", "install", "-y"),
    "zypper": ("zypper", "--non-interactive", "install"),
    "pacman": ("pacman", "-S", "--noconfirm"),
    "apk": ("apk", "add"),
}


UPGRADE = {
    "apt-get": ("apt-get", "install", "-y", "--only-upgrade"),
    "dnf": ("dnf", "upgrade", "-y"),
    "yum": ("yum", "update", "-y"),
    "zypper": ("zypper", "--non-interactive", "update"),
}


def upgrade(facts: HostFacts, why: str, *packages: str) -> Step:
    """A step that upgrades packages; it installs them where the manager has no such command."""
    manager = facts.system.package_manager or "apt-get"
    return root(why, *UPGRADE.get(manager, INSTALL.get(manager, ())), *packages)


def install(facts: HostFacts, why: str, *packages: str) -> Step:
    """A step that installs packages with the host's own package manager."""
    manager = facts.system.package_manager or "apt-get"
    return root(why, *INSTALL.get(manager, INSTALL["apt-get"]), *packages)
