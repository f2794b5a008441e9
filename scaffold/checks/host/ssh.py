"""What containers over SSH depend on: the login shell, its PATH, and what sshd forwards."""

import posixpath
from collections.abc import Iterator

from scaffold.checks.topics import Topic
from scaffold.facts import HostFacts
from scaffold.findings import Finding, Level, Rule, Step, by_hand, root

USUAL_SESSIONS = 10
"""OpenSSH's default of MaxSessions."""
FOREIGN = {"fish", "csh", "tcsh", "nu", "xonsh", "elvish", "pwsh"}
"""Shells whose language is not that of POSIX sh."""

NOISY = Rule(
    "ssh.noisy-login",
    Level.ERROR,
    "The login shell prints something before a command's own output",
    "Docker over SSH reads it as the engine's answer: malformed HTTP response. scp breaks too.",
    "tried with Docker 28.2; OpenSSH FAQ 2.9",
    (
        by_hand(
            "Find what prints in ~/.bashrc, ~/.zshenv, ~/.config/fish/config.fish or ~/.ssh/rc."
        ),
        by_hand("Let it print only for people: put `case $- in *i*) ;; *) return;; esac` first."),
    ),
)
NOT_ON_PATH = Rule(
    "ssh.docker-not-on-path",
    Level.ERROR,
    "docker is not on the PATH of a command over SSH",
    "A command over SSH gets a shorter PATH than a terminal; Docker contexts then find no docker.",
    "docker/cli#2115, #3045",
)
SHELL = Rule(
    "ssh.foreign-shell",
    Level.INFO,
    "The login shell does not speak POSIX sh",
    "Tools that send sh commands over SSH may fail; VS Code and Docker manage.",
    "VS Code documentation, Remote Development using SSH",
)
NO_HOME = Rule(
    "ssh.no-home",
    Level.WARN,
    "The home folder does not exist",
    "VS Code's server and Docker's settings are kept there.",
    "VS Code documentation, Remote Development using SSH",
    (by_hand("Ask whoever runs the host to make it, or see whether its mount is there."),),
)
NO_TCP = Rule(
    "ssh.no-tcp-forwarding",
    Level.ERROR,
    "sshd forbids forwarding ports",
    "VS Code's Remote-SSH and every forwarded notebook go through it.",
    "sshd_config(5), AllowTcpForwarding; VS Code documentation, SSH server settings",
)
NO_STREAM = Rule(
    "ssh.no-stream-forwarding",
    Level.WARN,
    "sshd forbids forwarding sockets",
    "Docker's socket cannot be forwarded, which is the fastest way to a remote engine.",
    "sshd_config(5), AllowStreamLocalForwarding",
)
SESSIONS = Rule(
    "ssh.max-sessions",
    Level.WARN,
    "sshd allows few sessions on one connection",
    "A shared connection (ControlMaster) then refuses Docker's parallel requests.",
    "sshd_config(5), MaxSessions: 10 by default",
)


def _login(facts: HostFacts) -> Iterator[Finding]:
    login, client = facts.login, facts.client
    if login.noise:
        first = login.noise.splitlines()[0]
        yield NOISY.found(f"{len(login.noise)} characters of output, the first line: {first[:80]}")
    shell = posixpath.basename(login.shell or "")
    if shell in FOREIGN:
        yield SHELL.found(f"the login shell is {login.shell}", "getent passwd")
    if client.elsewhere and not client.path:
        yield _unfound(facts)
    disks = {disk.path for disk in facts.system.disks}
    if login.home and disks and login.home not in disks and "home_disk" not in facts.probe.hung:
        yield NO_HOME.found(f"{login.home} does not exist", "df")


def _unfound(facts: HostFacts) -> Finding:
    program = facts.client.elsewhere or ""
    link = root("Make it known to every PATH.", "ln", "-s", program, "/usr/local/bin/docker")
    hand = by_hand("Or set PATH in the file that the shell reads for commands (zsh: ~/.zshenv).")
    return NOT_ON_PATH.found(
        f"docker is at {program}, and the PATH is {facts.login.path}",
        fix=(link, hand) if posixpath.dirname(program) != "/usr/local/bin" else (hand,),
    )


def _forwarding(facts: HostFacts) -> Iterator[Finding]:
    sshd = facts.sshd
    if sshd.tcp_forwarding in {"no", "remote"}:
        yield NO_TCP.found(*_setting("AllowTcpForwarding", sshd.tcp_forwarding))
    if sshd.stream_forwarding in {"no", "remote"}:
        yield NO_STREAM.found(*_setting("AllowStreamLocalForwarding", sshd.stream_forwarding))
    if sshd.max_sessions is not None and sshd.max_sessions < USUAL_SESSIONS:
        sessions = str(sshd.max_sessions)
        yield SESSIONS.found(*_setting("MaxSessions", sessions, str(USUAL_SESSIONS)))


def _setting(name: str, value: str, wanted: str = "yes") -> tuple[str, str, tuple[Step, ...]]:
    steps = (
        by_hand(f"Ask whoever runs the host for `{name} {wanted}` in /etc/ssh/sshd_config."),
        root("Let sshd read it; sessions stay.", "systemctl", "reload", "ssh"),
    )
    return f"{name} is {value}", "sshd_config", steps


def _summary(facts: HostFacts) -> str:
    shell = posixpath.basename(facts.login.shell or "") or "shell unknown"
    return f"{facts.login.user or 'user unknown'}, {shell}"


TOPIC = Topic(
    "ssh",
    "Login over SSH",
    (NOISY, NOT_ON_PATH, SHELL, NO_HOME, NO_TCP, NO_STREAM, SESSIONS),
    (_login, _forwarding),
    _summary,
    ("probe", "machine"),
    ("account", "client", "sshd"),
)
