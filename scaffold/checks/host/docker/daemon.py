"""daemon.json, read as dockerd reads it: one fault in it stops the whole engine."""

from collections.abc import Iterator
from typing import Any

from scaffold.checks.host.docker import daemon_rules as rules
from scaffold.checks.host.packages import restart_docker
from scaffold.checks.topics import Topic
from scaffold.facts import DaemonFile, HostFacts
from scaffold.findings import Finding, Level, Step, by_hand, root, see
from scaffold.parsing.docker import read_daemon_json
from scaffold.parsing.untrusted.numbers import leading_version

READS_MARK = (23,)
"""Docker from which a byte order mark at the start of the file is skipped."""


def active_file(facts: HostFacts) -> DaemonFile | None:
    """The daemon.json that this host's engine reads: system-wide, rootless or the snap's."""
    client = facts.client
    rootless = facts.docker.rootless if facts.docker else "/run/user/" in (client.socket or "")
    mark = "/.config/" if rootless else "/etc/docker/"
    if "/snap/" in (client.target or ""):
        mark = "/var/snap/"
    return next((file for file in client.daemon_files if mark in file.path), None)


def settings(facts: HostFacts) -> dict[str, Any]:
    """The settings of the engine's daemon.json, empty if it is absent, hidden or broken."""
    file = active_file(facts)
    if file is None or not (file.text or "").strip() or file.error:
        return {}
    document: dict[str, Any] = read_daemon_json(file.text or "")
    return document


def _valid(facts: HostFacts) -> Iterator[Finding]:
    file = active_file(facts)
    if file is None:
        return
    error = file.error or next(_faults(facts, file), "")
    if error:
        rule = rules.INVALID_LATER if facts.docker else rules.INVALID
        yield rule.found(f"Docker cannot read {file.path}: {error}", fix=_fix(facts, file.path))


def _faults(facts: HostFacts, file: DaemonFile) -> Iterator[str]:
    """What dockerd refuses in a file that is sound JSON."""
    version = _version(facts)
    if (file.text or "").startswith("\ufeff") and version and version < READS_MARK:
        yield "it starts with a byte order mark, which Docker reads from 23.0 on"
    for key, value in settings(facts).items():
        kind = rules.KEYS.get(key)
        if kind is None or not _has(version, key):
            yield f"the key {key!r} is unknown to this dockerd"
        elif value is not None and not _fits(value, kind):
            yield f"the value of {key!r} must be a {kind}"
        elif key == "storage-driver" and (gone := rules.NO_LONGER.get(value)):
            if version and version >= gone:
                yield f"the storage driver {value} was removed from Docker {gone[0]}"
        elif key == "log-opts" and (name := _no_text(value)):
            yield f"the value of {key!r}, {name!r}, must be a text in quotes"


def _version(facts: HostFacts) -> tuple[int, ...] | None:
    """The engine's version; of an engine that does not run, the client's is the best guess."""
    server = facts.docker.server_version if facts.docker else facts.client.version
    return leading_version(server)


def _has(version: tuple[int, ...] | None, key: str) -> bool:
    """Whether dockerd of this version knows a key; True if the version is unknown."""
    if version is None:
        return True
    return rules.SINCE.get(key, ()) <= version < rules.UNTIL.get(key, (999,))


def _fits(value: object, kind: str) -> bool:
    match kind:
        case rules.TEXT:
            return isinstance(value, str)
        case rules.LIST:
            return isinstance(value, list)
        case rules.SWITCH:
            return isinstance(value, bool)
        case rules.TABLE:
            return isinstance(value, dict)
        case rules.NUMBER:
            return isinstance(value, int) and not isinstance(value, bool)
        case _:
            return isinstance(value, str | int)


def _no_text(table: dict[str, object]) -> str:
    return next((name for name, value in table.items() if not isinstance(value, str)), "")


def _fix(facts: HostFacts, path: str) -> tuple[Step, ...]:
    return (
        see("Find the fault.", "dockerd", "--validate", f"--config-file={path}"),
        by_hand(f"Correct {path}."),
        restart_docker(facts),
    )


def _contents(facts: HostFacts) -> Iterator[Finding]:
    found = settings(facts)
    yield from _twice(facts, found)
    yield from _runtimes(facts, found)
    features = found.get("features")
    if isinstance(features, dict) and features.get("cdi") is False:
        yield rules.CDI_OFF.found("features.cdi is false")
    if found.get("iptables") is False:
        yield rules.NO_NETWORK.found("iptables is false in daemon.json")
    elif found.get("bridge") == "none":
        yield rules.NO_NETWORK.found("bridge is none in daemon.json")


def _twice(facts: HostFacts, found: dict[str, Any]) -> Iterator[Finding]:
    """A key that is a flag of the service as well. Without the flags, `hosts` is the usual one."""
    if facts.docker is not None or _state(facts) != "failed":
        return
    flags = facts.client.daemon_flags
    given = {"hosts"} if flags is None else {_key(flag) for flag in flags}
    for key in sorted(given & found.keys() - rules.MAY_REPEAT):
        steps = (
            by_hand(
                f"Remove {key} from daemon.json, or its flag from the service: systemctl edit."
            ),
            restart_docker(facts),
        )
        text = f"the service failed; daemon.json has {key}, and a flag of dockerd too"
        yield rules.HOSTS.found(text, str(found[key])[:200], steps)


def _key(flag: str) -> str:
    name = rules.FLAGS.get(flag, flag.lstrip("-"))
    return f"{name}s" if name in rules.LISTS and name != "dns" else name


def _state(facts: HostFacts) -> str:
    return dict(facts.system.services or ()).get("docker.service", "")


def _runtimes(facts: HostFacts, found: dict[str, Any]) -> Iterator[Finding]:
    name, table = found.get("default-runtime"), found.get("runtimes")
    defined = set(table) if isinstance(table, dict) else set()
    by_flag = any(flag.startswith("--add-runtime") for flag in facts.client.daemon_flags or ())
    running = set(facts.docker.runtimes) if facts.docker else set()
    known = defined | running | rules.BUILT_IN_RUNTIMES
    if isinstance(name, str) and name not in known and not by_flag:
        text = f"the default runtime {name} is defined nowhere"
        yield rules.DEFAULT_RUNTIME.found(text, "daemon.json", _define(facts, name))
    file = active_file(facts)
    for program in file.missing if file else ():
        text = f"{program}, a runtime's program, does not exist"
        # Without the default runtime's program no container starts at all.
        level = Level.ERROR if _program(table, name) == program else None
        yield rules.RUNTIME_MISSING.found(text, program, level=level)


def _program(table: object, name: object) -> str | None:
    """The program of a runtime, None if it names none."""
    entry = table.get(name) if isinstance(table, dict) and isinstance(name, str) else None
    path = entry.get("path") if isinstance(entry, dict) else None
    return path if isinstance(path, str) else None


def _define(facts: HostFacts, name: str) -> tuple[Step, ...]:
    remove = by_hand("Or remove default-runtime from daemon.json, and restart Docker.")
    if name != "nvidia":
        return (by_hand(f"Define {name} under runtimes in daemon.json."), remove)
    argv = ("nvidia-ctk", "runtime", "configure", "--runtime=docker")
    return (root("Define NVIDIA's runtime.", *argv), restart_docker(facts), remove)


def _summary(facts: HostFacts) -> str:
    file = active_file(facts)
    if file is None:
        return "none, Docker runs on its defaults"
    return f"{file.path} " + ("may not be read by this user" if file.text is None else "is valid")


TOPIC = Topic(
    name="daemon",
    title="daemon.json",
    rules=(
        *(rules.INVALID, rules.INVALID_LATER, rules.HOSTS, rules.DEFAULT_RUNTIME),
        *(rules.RUNTIME_MISSING, rules.CDI_OFF, rules.NO_NETWORK),
    ),
    checks=(_valid, _contents),
    summary=_summary,
    needs=("probe", "machine"),
    parts=("client",),
)
