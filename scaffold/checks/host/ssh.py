"""What remote development depends on: the login shell, forwarding, and VS Code's server."""

import posixpath
from collections.abc import Iterator

from scaffold.checks.host import ssh_rules as rules
from scaffold.checks.topics import Topic
from scaffold.facts import HostFacts
from scaffold.findings import Finding, Step, by_hand, root
from scaffold.parsing.untrusted.numbers import leading_version

USUAL_SESSIONS = 10
"""OpenSSH's default of MaxSessions."""
FOREIGN = {"fish", "csh", "tcsh", "nu", "xonsh", "elvish", "pwsh"}
"""Shells whose language is not that of POSIX sh."""
SLOW_S = 3.0
EDITOR_GLIBC, EDITOR_LIBSTDCXX = (2, 28), (6, 0, 25)
"""The lowest that VS Code's server accepts; libstdc++.so.6.0.25, of GCC 8, has GLIBCXX_3.4.25."""
OLD_GLIBC = {
    ("centos", "7"): "2.17",
    ("rhel", "7"): "2.17",
    ("ol", "7"): "2.17",
    ("amzn", "2"): "2.26",
    ("debian", "9"): "2.24",
    ("ubuntu", "16"): "2.23",
    ("ubuntu", "18"): "2.27",
    ("sles", "12"): "2.22",
    ("opensuse-leap", "42"): "2.22",
}
"""glibc by distribution, for recordings that lack it."""


def _login(facts: HostFacts) -> Iterator[Finding]:
    login, client = facts.login, facts.client
    if login.noise:
        first = login.noise.splitlines()[0]
        yield rules.NOISY.found(
            f"{len(login.noise)} characters of output, the first line: {first[:80]}"
        )
    shell = posixpath.basename(login.shell or "")
    if shell in FOREIGN:
        yield rules.SHELL.found(f"the login shell is {login.shell}", "getent passwd")
    if client.elsewhere and not client.path:
        yield _unfound(facts)
    if login.shell_s is not None and login.shell_s > SLOW_S:
        yield rules.SLOW.found(f"the login shell took {login.shell_s:.0f} s to start", "timed")
    disks = {disk.path for disk in facts.system.disks}
    if login.home and disks and login.home not in disks and "home_disk" not in facts.probe.hung:
        yield rules.NO_HOME.found(f"{login.home} does not exist", "df")
    elif login.home and login.home_writable is False:
        yield rules.READ_ONLY.found(f"{login.home} is not writable for this user", "test -w")
    else:
        yield from _home(facts)


FEW_WATCHES = 8192
"""Linux's default before 5.11, which sets the number by the size of the memory."""


def _home(facts: HostFacts) -> Iterator[Finding]:
    """What in the home folder keeps VS Code's server from its work."""
    login = facts.login
    disk = next((one for one in facts.system.disks if one.path == login.home), None)
    if disk and "noexec" in (disk.options or ()):
        yield rules.NO_EXEC.found(f"{login.home} is mounted noexec", "/proc/mounts")
    if login.locked:
        places = " ".join(f"{login.home}/{one}" for one in login.locked)
        own = ("chown", "-R", login.user or "USER", *places.split())
        step = root("Give it back to this user.", *own)
        yield rules.LOCKED.found(f"this user may not write to {places}", "test -w", (step,))
    watches = facts.system.watches
    if watches is not None and watches <= FEW_WATCHES:
        yield rules.WATCHES.found(f"VS Code can watch {watches} files", "inotify/max_user_watches")


def _unfound(facts: HostFacts) -> Finding:
    program = facts.client.elsewhere or ""
    place = "/usr/local/bin/docker"
    link = root("Add it to every PATH.", "ln", "-s", program, place, undo=("rm", place))
    hand = by_hand("Or set PATH in the file that the shell reads for commands (zsh: ~/.zshenv).")
    return rules.NOT_ON_PATH.found(
        f"docker is at {program}, and the PATH is {facts.login.path}",
        fix=(link, hand) if posixpath.dirname(program) != "/usr/local/bin" else (hand,),
    )


def _forwarding(facts: HostFacts) -> Iterator[Finding]:
    """What a channel on this connection proved; sshd's settings only if none was opened."""
    sshd = facts.sshd
    if sshd.forwards is False:
        yield rules.NO_TCP.found(*_refused(sshd.refusal))
    elif sshd.forwards is None and sshd.tcp_forwarding in {"no", "remote"}:
        yield rules.NO_TCP.found(*_setting("AllowTcpForwarding", sshd.tcp_forwarding))
    if sshd.stream_forwarding in {"no", "remote"}:
        yield rules.NO_STREAM.found(*_setting("AllowStreamLocalForwarding", sshd.stream_forwarding))
    if sshd.max_sessions is not None and sshd.max_sessions < USUAL_SESSIONS:
        sessions = str(sshd.max_sessions)
        yield rules.SESSIONS.found(*_setting("MaxSessions", sessions, str(USUAL_SESSIONS)))


def _refused(reason: str) -> tuple[str, str, tuple[Step, ...]]:
    """sshd refused the channel: its settings for this user, in any block."""
    wanted = "`AllowTcpForwarding yes` and `PermitOpen any`"
    steps = (
        by_hand(f"Ask the host's admins for {wanted} for this user in /etc/ssh/sshd_config."),
        by_hand("Look for Match blocks, and for restrict or permitopen= in authorized_keys."),
        _reload(),
    )
    return f"sshd refused a forwarded channel: {reason or 'no reason given'}", "tried", steps


def _reload() -> Step:
    return root("Let sshd read it; sessions stay.", "systemctl", "reload", "ssh")


def _editor(facts: HostFacts) -> Iterator[Finding]:
    """Why VS Code's server does not run on the host; Alpine has a server of its own."""
    system = facts.system
    if system.musl or system.kernel_name != "Linux":
        return
    if _lacks_loader(facts):
        text = "NixOS starts no programs that were built for other distributions"
        yield rules.EDITOR.found(text, system.loader or "no ld-linux", (rules.NIX_LOADER,))
        return
    release = (system.distribution_version or "").partition(".")[0]
    glibc = system.glibc or OLD_GLIBC.get((system.distribution or "", release))
    rows = (
        ("glibc", glibc, EDITOR_GLIBC, "2.28"),
        ("libstdc++", system.libstdcxx, EDITOR_LIBSTDCXX, "6.0.25"),
    )
    old = [
        f"{name} is {seen}, and {needed} is needed"
        for name, seen, lowest, needed in rows
        if seen and (leading_version(seen) or lowest) < lowest
    ]
    if old:
        yield rules.EDITOR.found("; ".join(old), "getconf GNU_LIBC_VERSION")


def _lacks_loader(facts: HostFacts) -> bool:
    """Whether NixOS lacks nix-ld; its stub only prints an explanation."""
    system = facts.system
    seen = system.root_kind is not None or system.loader is not None
    absent = system.loader is None or "stub-ld" in system.loader
    return system.distribution == "nixos" and seen and absent


def _setting(name: str, value: str, wanted: str = "yes") -> tuple[str, str, tuple[Step, ...]]:
    steps = (
        by_hand(f"Ask the host's admins for `{name} {wanted}` in /etc/ssh/sshd_config."),
        _reload(),
    )
    return f"{name} is {value}", "sshd_config", steps


def _summary(facts: HostFacts) -> str:
    shell = posixpath.basename(facts.login.shell or "") or "shell unknown"
    tried = {True: ", forwarding works", False: ", forwarding refused", None: ""}
    return f"{facts.login.user or 'user unknown'}, {shell}{tried[facts.sshd.forwards]}"


RULES = (
    *(rules.NOISY, rules.NOT_ON_PATH, rules.SHELL, rules.SLOW, rules.NO_HOME, rules.READ_ONLY),
    *(rules.NO_EXEC, rules.LOCKED, rules.WATCHES),
    *(rules.NO_TCP, rules.NO_STREAM, rules.SESSIONS, rules.EDITOR),
)

TOPIC = Topic(
    name="ssh",
    title="Login over SSH",
    rules=RULES,
    checks=(_login, _forwarding, _editor),
    summary=_summary,
    needs=("probe", "machine"),
    parts=("account", "client", "sshd"),
)
