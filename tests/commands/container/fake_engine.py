"""An engine in memory that can be killed before any of its changes."""

import copy
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scaffold.container.recreate.trial import PROGRAM
from scaffold.errors import TargetError


class Killed(BaseException):
    """The process was killed: nothing more is done, not even tidying up."""


class FakeEngine:
    """Containers with names, states, policies and references, as far as recreate needs them."""

    is_podman = False
    is_local = False
    remote_shell: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.found: dict[str, dict[str, Any]] = {}
        self.clock = itertools.count()
        self.changes = 0
        self.kill_before: int | None = None

    @contextmanager
    def killed_before(self, number: int) -> Iterator[None]:
        """Kill before the change of this number, counted from now."""
        self.changes, self.kill_before = 0, number
        try:
            yield
        finally:
            self.kill_before = None

    def _change(self) -> None:
        self.changes += 1
        if self.kill_before is not None and self.changes >= self.kill_before:
            raise Killed

    def _now(self) -> str:
        seconds = next(self.clock)
        return f"2026-01-01T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}Z"

    def _get(self, name: str) -> dict[str, Any]:
        found = self.inspect(name)
        if found is None:
            raise TargetError(f"no such container: {name}")
        return self.found[found["Id"]]

    def info(self) -> dict[str, Any]:
        return {}

    def containers(self) -> list[dict[str, Any]]:
        return [{"Id": one["Id"], "Names": [one["Name"]]} for one in self.found.values()]

    def inspect(self, name: str, *, size: bool = False) -> dict[str, Any] | None:
        for one in self.found.values():
            if name in {one["Name"][1:], one["Id"]}:
                return copy.deepcopy(one)
        return None

    def image(self, name: str) -> dict[str, Any]:
        return {"Id": "sha256:1", "Config": {}}

    def changed_files(self, name: str) -> tuple[str, ...]:
        return ("/root/file",)

    def processes(self, name: str) -> tuple[str, ...]:
        return ()

    def last_words(self, name: str) -> str:
        return ""

    def create(self, name: str, body: dict[str, Any]) -> str:
        self._change()
        if self.inspect(name):
            raise TargetError(f"the name {name} is in use")
        host = copy.deepcopy(body["HostConfig"])
        mode = host["NetworkMode"]
        if mode.startswith("container:"):
            host["NetworkMode"] = f"container:{self._get(mode.partition(':')[2])['Id']}"
        identity = f"{len(self.found) + next(self.clock):064d}"
        self.found[identity] = {
            "Id": identity,
            "Name": f"/{name}",
            "Created": self._now(),
            "Image": "sha256:1",
            "Config": copy.deepcopy({k: v for k, v in body.items() if k != "HostConfig"}),
            "HostConfig": host,
            "State": {"Running": False, "Status": "created"},
            "Mounts": [],
            "NetworkSettings": {"Networks": {"bridge": {}} if mode == "default" else {}},
        }
        return identity

    def start(self, name: str) -> None:
        self._change()
        one = self._get(name)
        if one["Config"].get("Entrypoint") == [PROGRAM]:
            raise TargetError(f"starting {name}: exec: {PROGRAM}: no such file")
        mode = one["HostConfig"]["NetworkMode"]
        if mode.startswith("container:") and not self._get(mode[10:])["State"]["Running"]:
            raise TargetError("cannot join network of a non running container")
        running = "FAIL=1" not in one["Config"].get("Env", [])
        one["State"] = {"Running": running, "Status": "running", "StartedAt": self._now()}

    def stop(self, name: str) -> None:
        self._change()
        state = self._get(name)["State"]
        state.update(Running=False, Status="exited", FinishedAt=self._now())

    def rename(self, name: str, new: str) -> None:
        self._change()
        if self.inspect(new):
            raise TargetError(f"the name {new} is in use")
        self._get(name)["Name"] = f"/{new}"

    def remove(self, name: str, *, unnamed_volumes: bool = False) -> None:
        self._change()
        del self.found[self._get(name)["Id"]]

    def set_restart_policy(self, name: str, policy: dict[str, Any]) -> None:
        self._change()
        self._get(name)["HostConfig"]["RestartPolicy"] = dict(policy)

    def commit(self, *words: str) -> str:
        self._change()
        return "sha256:2"

    def remove_image(self, name: str) -> None:
        raise TargetError("no such image")
