"""Where a workspace is synced to: a path on a host, or a named volume of an engine."""

from scaffold.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncTarget:
    """Where the local workspace is synced to.

    `host` is an alias of the user's ssh config or `user@host[:port]`; empty means this computer,
    with the engine that the docker CLI would use. Either `path` (absolute, on the host) or
    `volume` (a named volume of the host's engine) is given. `uid` and `gid` own files written
    into a volume, and into a path if the login is root.
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
