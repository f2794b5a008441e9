"""Probes a container for a tunnel: which ports are open, and which Jupyter servers run."""

import secrets
from collections.abc import Iterator
from dataclasses import field

from scaffold.facts.inside import Listening
from scaffold.parsing.inside import read_listening
from scaffold.parsing.untrusted.documents import read_json
from scaffold.records import dataclass

# Jupyter writes a file for each server with its token, readable by its user: docs.jupyter.org,
# "Common Directories and File Locations", and jupyter_server/serverapp.py (info_file). The
# number in its name is the process. State 0A is LISTEN: proc_net_tcp.rst of the kernel.
_SCRIPT = """\
nonce=@NONCE@
listening='s/^ *[0-9]*: \\([0-9A-F]*:[0-9A-F]*\\) [0-9A-F:]* 0A .*/'$nonce' port \\1/p'
printf '%s begin\\n' "$nonce"
sed -n "$listening" /proc/net/tcp
sed -n "$listening" /proc/net/tcp6 2>/dev/null
data=${JUPYTER_DATA_DIR:-${XDG_DATA_HOME:-${HOME-}/.local/share}/jupyter}
runtime=${JUPYTER_RUNTIME_DIR:-$data/runtime}
for file in "$runtime"/jpserver-*.json "$runtime"/nbserver-*.json; do
  [ -r "$file" ] || continue
  pid=${file##*-}
  [ -d "/proc/${pid%.json}" ] || continue
  printf '%s server %s\\n' "$nonce" "$(tr -d '\\n' <"$file")"
done
printf '%s done\\n' "$nonce"
exit
"""


@dataclass(frozen=True, slots=True)
class JupyterServer:
    """A running Jupyter server, as it describes itself. The token is a secret."""

    port: int
    base: str = "/"
    token: str = field(default="", repr=False)
    secure: bool = False

    def url(self, local: int, *, token: bool) -> str:
        """Its address through a tunnel; with the token it opens without a login."""
        scheme = "https" if self.secure else "http"
        query = f"?token={self.token}" if token and self.token else ""
        return f"{scheme}://127.0.0.1:{local}{self.base}{query}"


@dataclass(slots=True)
class ListeningProbe:
    """The script of one probe, and its output."""

    nonce: str = field(default_factory=lambda: secrets.token_hex(8))
    output: bytearray = field(default_factory=bytearray)

    def script(self) -> bytes:
        """POSIX sh for the standard input of `sh -s`."""
        return _SCRIPT.replace("@NONCE@", self.nonce).encode()

    def feed(self, data: bytes, _errors: bytes) -> bool:
        """Add output; returns whether it is complete."""
        self.output += data
        return f"\n{self.nonce} done\n".encode() in self.output

    @property
    def listening(self) -> tuple[Listening, ...] | None:
        """Open ports; None if the probe did not run."""
        lines = list(self._lines("port"))
        return read_listening(lines) if f"{self.nonce} begin".encode() in self.output else None

    @property
    def servers(self) -> tuple[JupyterServer, ...]:
        """Running Jupyter servers."""
        found = (_server(line) for line in self._lines("server"))
        return tuple(server for server in found if server)

    def _lines(self, kind: str) -> Iterator[str]:
        head = f"{self.nonce} {kind} "
        for line in self.output.decode("utf-8", "replace").splitlines():
            if line.startswith(head):
                yield line.removeprefix(head)


def _server(text: str) -> JupyterServer | None:
    """Read one file; None if it holds characters that would change the meaning of a URL."""
    try:
        found = read_json(text)
        base, token = str(found.get("base_url") or "/"), str(found.get("token") or "")
        server = JupyterServer(int(found["port"]), base, token, bool(found.get("secure")))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    plain = base.startswith("/") and f"{base}{token}".isprintable()
    return server if plain and " " not in f"{base}{token}" else None
