"""The user's side: an ssh configuration of its own, known_hosts, and answers to questions."""

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from scaffold.adapters.probe.local import ProbeOptions
from scaffold.adapters.probe.over_ssh import probe_remote
from scaffold.adapters.ssh.asking import Answer, Asking, UnknownKey
from scaffold.parsing.recording import Recording
from tests.lab.hosts.pieces_system import USER
from tests.lab.support.sshd import Keys

NAME = "gpu01"


@dataclass
class Person:
    """Who answers questions, and what they were asked; the usual one answers nothing."""

    trust: Answer = "no"
    secrets: tuple[str, ...] = ()
    host_key: str | None = None
    asked: list[str] = field(default_factory=list)
    shown: list[UnknownKey] = field(default_factory=list)

    def asking(self) -> Asking:
        """The person as the adapter sees them; without answers there is no terminal."""
        terminal = self.trust != "no" or bool(self.secrets)
        return Asking(
            confirm=self._confirm,
            secret=self._secret,
            at_terminal=terminal,
            host_key=self.host_key,
        )

    def _confirm(self, key: UnknownKey) -> Answer:
        self.shown.append(key)
        return self.trust

    def _secret(self, prompt: str) -> str | None:
        self.asked.append(prompt)
        answers = self.secrets[len(self.asked) - 1 : len(self.asked)]
        return answers[0] if answers else None


class Client:
    """A folder with config and known_hosts, which the ssh program and scaffold both read."""

    def __init__(self, folder: Path, keys: Keys) -> None:
        self.folder, self.keys = folder, keys
        self.config, self.known_hosts = folder / "config", folder / "known_hosts"
        self.known_hosts.touch()
        self.config.touch()

    def knows(self, *lines: str) -> None:
        """Write known_hosts."""
        self.known_hosts.write_text("".join(f"{line}\n" for line in lines))

    def reaches(self, port: int, *lines: str, name: str = NAME, key: bool = True) -> None:
        """Add a host to the configuration; of two values of one setting the first counts."""
        own = [
            *("HostName 127.0.0.1", f"Port {port}", f"User {USER}"),
            *("GlobalKnownHostsFile none", f"UserKnownHostsFile {self.known_hosts}"),
            *((f"IdentityFile {self.keys.path('user')}",) if key else ("IdentityFile none",)),
        ]
        block = "\n".join([f"Host {name}", *(f"  {line}" for line in (*lines, *own))])
        self.config.write_text(f"{self.config.read_text()}{block}\n")

    def trusts(self, port: int, kind: str = "ed25519") -> None:
        """Put the lab's host key for this port into known_hosts."""
        line = f"[127.0.0.1]:{port} {self.keys.public('host', kind)}"
        self.knows(*self.known_hosts.read_text().splitlines(), line)

    def probe(self, person: Person | None = None, look: ProbeOptions | None = None) -> Recording:
        """One probe of gpu01."""
        return probe_remote(
            NAME, (person or Person()).asking(), look or ProbeOptions(), self.config
        )

    def command(self, *arguments: str) -> list[str]:
        """The command line of `scaffold host check` with this configuration."""
        check = ["-m", "scaffold", "host", "check", "--ssh-config", str(self.config)]
        return [sys.executable, *check, *arguments]

    def check(self, *arguments: str, limit_s: float = 600) -> "subprocess.CompletedProcess[str]":
        """The command run without a terminal. Raises TimeoutExpired at the limit."""
        return subprocess.run(
            self.command(*arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=limit_s,
        )

    def ssh(self, *options: str) -> "subprocess.CompletedProcess[str]":
        """`ssh gpu01 true`, by the ssh program, without asking anything."""
        batch = ["-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes"]
        return subprocess.run(
            ["ssh", "-F", str(self.config), *batch, *options, NAME, "true"],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
