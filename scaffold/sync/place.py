"""Where a workspace lies: a path on a host, or a named volume of an engine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a workspace lies, beside the folder here.

    `host` is an alias of the user's ssh config or `user@host[:port]`; empty means this machine,
    whose engine is the one that the docker CLI would use. Of `path` (absolute, on the host) and
    `volume` (a named volume of the host's engine) one is given. `uid` and `gid` own what is
    written into a volume, and onto a path where the login is root.
    """

    host: str
    path: str = ""
    volume: str = ""
    uid: int | None = None
    gid: int | None = None

    def __str__(self) -> str:
        where = f"the volume {self.volume}" if self.volume else self.path
        if not self.host:
            return where
        return f"{where} on {self.host}" if self.volume else f"{self.host}:{where}"
