"""`scaffold host check`: probe hosts, or read recordings of them, and run the checks.

The checks are imported while the hosts are being probed, and not before.
"""

import importlib
import re
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from scaffold.adapters.probe.local import ProbeOptions, load, probe_here
from scaffold.commands.side_by_side import AskInMainThread, side_by_side
from scaffold.errors import InputError, ScaffoldError
from scaffold.parsing.recording import Recording
from scaffold.records import dataclass
from scaffold.workspace.sides import LOCAL

if TYPE_CHECKING:
    from scaffold.adapters.ssh.asking import Asking
    from scaffold.checks.topics import TopicOutcome
    from scaffold.checks.verdict import Verdict
    from scaffold.facts import HostFacts
    from scaffold.findings import Finding
    from scaffold.resolver.resolution import Wishes

A = TypeVar("A")
R = TypeVar("R")

REGISTRIES = ("https://registry-1.docker.io/v2/", "https://nvcr.io/v2/")
"""Docker Hub and NVIDIA's registry, where the catalogue's images are."""

PLAIN_URL = re.compile(r"https?://[A-Za-z0-9./:_-]+")
"""Addresses without characters that are special in a login shell."""

UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class HostCheckRequest:
    """Options of one run."""

    look: ProbeOptions
    wishes: "Wishes | None" = None
    ssh_config: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedHost:
    """The result for one host: facts and findings, or why it could not be reached."""

    host: str
    recording: Recording | None = None
    facts: "HostFacts | None" = None
    outcomes: "tuple[TopicOutcome, ...]" = ()
    error: ScaffoldError | None = None

    @property
    def findings(self) -> "tuple[Finding, ...]":
        """All findings, in the order of cause before effect."""
        return tuple(finding for outcome in self.outcomes for finding in outcome.findings)

    @property
    def status(self) -> str:
        """The worst level, `unreachable` if the host could not be probed."""
        if self.error:
            return UNREACHABLE
        from scaffold.checks.topics import worst

        return worst(self.findings).value

    @property
    def verdict(self) -> "Verdict":
        """Whether GPU containers run on the host; unknown if it could not be probed."""
        from scaffold.checks.verdict import Verdict, verdict

        return Verdict.UNKNOWN if self.error else verdict(self.findings)

    @property
    def exit_code(self) -> int:
        """0 for a host that is ready, also with warnings; unknown is not ready."""
        return self.error.exit_code if self.error else int(not self.verdict.is_ready)


def probe_host(
    name: str, asking: "Asking", look: ProbeOptions, ssh_config: Path | None = None
) -> Recording:
    """One probe of one host, or of this machine for `local`. Raises TargetError or InputError."""
    if name == LOCAL:
        return probe_here(look)
    from scaffold.adapters.probe.over_shared import probe_shared, shares_any

    # A shared connection was trusted when it was made; a fingerprint is for a new one.
    if not asking.host_key and shares_any() and (found := probe_shared(name, look, ssh_config)):
        return found
    from scaffold.adapters.probe.over_ssh import probe_remote

    return probe_remote(name, asking, look, ssh_config)


def check_hosts(
    names: Sequence[str], asking: "Asking", request: HostCheckRequest
) -> list[CheckedHost]:
    """Probe all hosts at once; one that cannot be reached delays no other."""

    def work(name: str, here: AskInMainThread) -> CheckedHost:
        try:
            found = probe_host(name, _from_thread(asking, here), request.look, request.ssh_config)
        except ScaffoldError as error:
            return CheckedHost(host=name, error=error)
        _keep(name, found)
        return judge(found, request.wishes)

    if any(name != LOCAL for name in names):
        # Before the threads, which would share the time of this import with that of _prepare.
        shared = importlib.import_module("scaffold.adapters.probe.over_shared")
        if not shared.shares_any():
            importlib.import_module("scaffold.adapters.probe.over_ssh")
    return side_by_side(work, names, meanwhile=_prepare)


def _keep(name: str, found: Recording) -> None:
    """Renew the last probe of a host that was set up, which `host list` shows."""
    from scaffold.adapters.probe import facts_cache

    facts_cache.refresh(name, found)


def _prepare() -> None:
    """Import what checks need, while the hosts are being probed."""
    importlib.import_module("scaffold.adapters.probe.facts_cache")
    importlib.import_module("scaffold.parsing.host")
    importlib.import_module("scaffold.checks.host")


def _from_thread(asking: "Asking", here: AskInMainThread) -> "Asking":
    def moved(ask: Callable[[A], R]) -> Callable[[A], R]:
        return lambda question: here(lambda: ask(question))

    return replace(asking, confirm=moved(asking.confirm), secret=moved(asking.secret))


def check_recordings(paths: Sequence[Path], wishes: "Wishes | None") -> list[CheckedHost]:
    """Check saved recordings. Raises InputError for a file that is none."""
    return [judge(load(path), wishes) for path in paths]


def judge(recording: Recording, wishes: "Wishes | None") -> CheckedHost:
    """The facts of a recording, and the findings."""
    from scaffold.checks.host import check_host
    from scaffold.parsing.host import read_host

    facts = read_host(recording)
    return CheckedHost(
        host=recording.host, recording=recording, facts=facts, outcomes=check_host(facts, wishes)
    )


def save(checked: CheckedHost, path: Path) -> None:
    """Save the recording, readable for this user only: it names accounts and paths."""
    from scaffold.adapters.local.files import NewFile, write_files

    if checked.recording is not None:
        write_files([NewFile(path=path, content=checked.recording.to_bytes(), mode=0o600)])


def addresses(project: Path | None) -> tuple[str, ...]:
    """Registries, and the mirrors in the project's recorded answers."""
    from scaffold.adapters.local.answers_file import read_record
    from scaffold.answers.mirrors import parse_mirrors
    from scaffold.answers.model import Mirrors

    recorded = read_record(project).answers.get("mirror", ()) if project else ()
    mirrors = parse_mirrors(recorded if isinstance(recorded, tuple) else ())
    urls = [getattr(mirrors, field.name) for field in fields(Mirrors) if field.name != "registry"]
    if mirrors.registry:
        urls.append(f"https://{mirrors.registry.partition('/')[0]}/v2/")
    return (*REGISTRIES, *(url for url in urls if PLAIN_URL.fullmatch(url)))


def require_hosts(names: Sequence[str], recordings: Sequence[Path]) -> None:
    """Raise InputError unless either hosts or recordings are given."""
    if names and recordings:
        raise InputError("give hosts, or --facts with recordings of them, not both")
    if not (names or recordings):
        raise InputError(
            "no host given",
            hint="name one: an alias of your ssh config, user@host, or local for this machine",
        )
