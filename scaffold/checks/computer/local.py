"""ssh with its agent, the programs that move files, and free space."""

from collections.abc import Iterator

from scaffold.checks.computer.programs import dotted, install, is_older, told
from scaffold.checks.topics import Topic
from scaffold.facts.computer import AgentState, ComputerFacts
from scaffold.findings import Finding, Level, Rule, by_hand, run
from scaffold.units import size_text

OLDEST_SSH = (7, 3)
OLDEST_RSYNC = (3, 1)
LITTLE, NEARLY_NONE = 10 << 30, 1 << 30

NO_SSH = Rule(
    id="ssh.missing",
    level=Level.ERROR,
    title="The ssh command is not installed",
    why="Servers are reached through it, by Docker and VS Code too.",
    source="https://code.visualstudio.com/docs/remote/troubleshooting",
)
OLD_SSH = Rule(
    id="ssh.old",
    level=Level.WARN,
    title="The ssh command is too old",
    why="Jump hosts need ProxyJump, which OpenSSH 7.3 added.",
    source="https://www.openssh.com/txt/release-7.3",
)
DEAD_AGENT = Rule(
    id="ssh.agent-dead",
    level=Level.WARN,
    title="The ssh-agent does not answer",
    why="SSH_AUTH_SOCK names a socket that no agent listens at, so each login asks again.",
    source="ssh-add(1)",
    fix=(by_hand('Start one in this shell: eval "$(ssh-agent)"'), run("Add your key.", "ssh-add")),
)
EMPTY_AGENT = Rule(
    id="ssh.agent-empty",
    level=Level.INFO,
    title="The ssh-agent has no key",
    why="Only keys with a passphrase need it.",
    source="ssh-add(1)",
    fix=(run("Add your key.", "ssh-add"),),
)
NO_AGENT = Rule(
    id="ssh.agent-missing",
    level=Level.INFO,
    title="No ssh-agent is running",
    why="Only keys with a passphrase need it; Docker over ssh cannot ask for a passphrase.",
    source="https://docs.docker.com/engine/security/protect-access/",
    fix=(by_hand('Start one in this shell: eval "$(ssh-agent)"'), run("Add your key.", "ssh-add")),
)
AGENTS = {
    AgentState.DEAD: DEAD_AGENT,
    AgentState.EMPTY: EMPTY_AGENT,
    AgentState.MISSING: NO_AGENT,
}
NO_RSYNC = Rule(
    id="files.no-rsync",
    level=Level.INFO,
    title="rsync is not installed, or too old",
    why="Without rsync 3.1 a large file that changed is uploaded as a whole.",
    source="https://download.samba.org/pub/rsync/NEWS",
)
NO_GIT = Rule(
    id="files.no-git",
    level=Level.WARN,
    title="git is not installed",
    why="scaffold start clones repositories with it.",
    source="https://git-scm.com/downloads",
)
FULL = Rule(
    id="disk.full",
    level=Level.ERROR,
    title="The disk of your home folder is almost full",
    why="Logs, caches and downloads cannot be written.",
    source="statvfs(3)",
    fix=(by_hand("Delete files that you no longer need, then run scaffold doctor again."),),
)
LOW = Rule(
    id="disk.low",
    level=Level.WARN,
    title="Little free space on the disk of your home folder",
    why="A GPU image built on this computer takes 5 to 15 GB.",
    source="docs/init.md",
    fix=(by_hand("Free some space, or build on a server: scaffold init --host NAME"),),
)


def _ssh(facts: ComputerFacts) -> Iterator[Finding]:
    if "ssh" not in facts.programs:
        yield NO_SSH.found("the ssh command is not on PATH", fix=install(facts, "ssh"))
        return
    if is_older(facts, "ssh", OLDEST_SSH):
        text = f"ssh {dotted(facts.programs['ssh'].version)} is older than {dotted(OLDEST_SSH)}"
        yield OLD_SSH.found(text, fix=install(facts, "ssh"))
    if rule := AGENTS.get(facts.agent):
        yield rule.found(rule.title[0].lower() + rule.title[1:])


def _files(facts: ComputerFacts) -> Iterator[Finding]:
    if "git" not in facts.programs:
        yield NO_GIT.found("git is not on PATH", fix=install(facts, "git"))
    if "rsync" not in facts.programs or is_older(facts, "rsync", OLDEST_RSYNC):
        yield NO_RSYNC.found(f"rsync: {told(facts, 'rsync')}", fix=install(facts, "rsync"))


def _disk(facts: ComputerFacts) -> Iterator[Finding]:
    if facts.free is None or facts.free >= LITTLE:
        return
    rule = FULL if facts.free < NEARLY_NONE else LOW
    yield rule.found(f"{size_text(facts.free)} free in your home folder")


SSH: Topic[ComputerFacts] = Topic(
    name="ssh",
    title="ssh",
    rules=(NO_SSH, OLD_SSH, DEAD_AGENT, EMPTY_AGENT, NO_AGENT),
    checks=(_ssh,),
    summary=lambda facts: told(facts, "ssh"),
)
FILES: Topic[ComputerFacts] = Topic(
    name="files",
    title="Files",
    rules=(NO_GIT, NO_RSYNC),
    checks=(_files,),
    summary=lambda facts: told(facts, "git", "rsync"),
)
DISK: Topic[ComputerFacts] = Topic(
    name="disk",
    title="Disk",
    rules=(FULL, LOW),
    checks=(_disk,),
    summary=lambda facts: "unknown" if facts.free is None else f"{size_text(facts.free)} free",
    proved=lambda facts: facts.free is not None,
)
