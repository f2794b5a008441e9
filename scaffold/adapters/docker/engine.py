"""The Docker engine, through the low-level client of the `docker` package (raw JSON)."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaffold.adapters.docker.address import api_client, engine_settings
from scaffold.adapters.docker.files import EngineFiles
from scaffold.adapters.docker.images import EngineImages
from scaffold.adapters.docker.local_socket import require_listener
from scaffold.adapters.docker.requests import described, explained, of_kind
from scaffold.adapters.ssh.command import ssh_argv
from scaffold.container.engine_json import Raw
from scaffold.parsing.untrusted.numbers import whole

if TYPE_CHECKING:
    from scaffold.adapters.docker.exec import ContainerProgram, ExecStream

OLDEST_API = "1.41"
"""Docker 20.10, the oldest tested engine; newer API versions are used if available."""

REQUEST_S = 60
"""Timeout of quick requests; slow ones, such as copying, have none."""

DIAL = ("docker", "system", "dial-stdio")
"""The command on the host that connects its input and output to the engine."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
"""Names and ids of containers (moby, daemon/names); other texts would change the URL."""


class DockerEngine(EngineImages, EngineFiles):
    """One engine. Methods raise TargetError with the engine's message."""

    def info(self) -> Raw:
        """The engine's information about itself and its machine."""
        with self._asking("asking the engine about itself"):
            return of_kind(self._client.info(), dict)

    @property
    def is_local(self) -> bool:
        """Whether the engine is reached through a local socket."""
        return str(self._client.base_url).startswith("http+docker://")

    @property
    def is_podman(self) -> bool:
        """Whether the engine is podman."""
        with self._asking("asking the engine what it is"):
            components = self._client.version().get("Components") or ()
            return any("Podman" in str(one.get("Name")) for one in components)

    def containers(self) -> list[Raw]:
        """A summary of all containers, including stopped ones."""
        with self._asking("listing containers"):
            found = of_kind(self._client.containers(all=True), list)
            return [described(one, "Id") for one in found]

    def inspect(self, name: str, *, size: bool = False) -> Raw | None:
        """The inspect of a container, None if there is none."""
        from docker.errors import NotFound

        if not _NAME.fullmatch(name):
            return None
        with self._asking(f"looking at {name}", slow=size):
            try:
                found = self._get(f"containers/{name}/json", params={"size": int(size)}).json()
            except NotFound:
                return None
            return described(found, "Id", "Name", "Image")

    def volume(self, name: str) -> Raw | None:
        """The inspect of a named volume, None if there is none."""
        from docker.errors import NotFound

        with self._asking(f"looking at the volume {name}"):
            try:
                return of_kind(self._client.inspect_volume(name), dict)
            except NotFound:
                return None

    def create_volume(self, name: str, labels: Mapping[str, str]) -> None:
        """Create a named volume."""
        with self._asking(f"creating the volume {name}"):
            self._client.create_volume(name, labels=dict(labels))

    def processes(self, name: str) -> tuple[str, ...]:
        """The commands running in a container, as in `docker top`."""
        return self._top(name, {"CMD", "COMMAND"})

    def process_ids(self, name: str) -> frozenset[int]:
        """The process ids of a container, on the Docker host."""
        found = map(whole, self._top(name, {"PID"}))
        return frozenset(one for one in found if one is not None)

    def _top(self, name: str, titles: set[str]) -> tuple[str, ...]:
        with self._asking(f"asking what runs in {name}"):
            found = self._client.top(name)
        column = next((n for n, title in enumerate(found["Titles"]) if title in titles), -1)
        return tuple(row[column] for row in found["Processes"] or ())

    def create(self, name: str, request: Mapping[str, Any]) -> str:
        """Create a container from a complete request; its id."""
        with self._asking(f"creating {name}"):
            return str(self._client.create_container_from_config(dict(request), name)["Id"])

    def connect(self, container: str, network: str, endpoint: Mapping[str, Any]) -> None:
        """Connect a container to a network, with endpoint settings."""
        url = self._url(f"networks/{network}/connect")
        body = {"Container": container, "EndpointConfig": dict(endpoint)}
        with self._asking(f"connecting {container} to the network {network}"):
            # The package's method drops settings that it does not know.
            answer = self._client.post(url, json=body, timeout=self._client.timeout)
            self._client._raise_for_status(answer)

    def disconnect(self, container: str, network: str) -> None:
        """Disconnect a container from a network."""
        with self._asking(f"disconnecting {container} from the network {network}"):
            self._client.disconnect_container_from_network(container, network)

    def start(self, name: str) -> None:
        """Start a container."""
        with self._asking(f"starting {name}", slow=True):
            self._client.start(name)

    def stop(self, name: str) -> None:
        """Stop a container, with its own stop timeout."""
        with self._asking(f"stopping {name}", slow=True):
            self._client.stop(name)

    def rename(self, name: str, new: str) -> None:
        """Rename a container."""
        with self._asking(f"renaming {name} to {new}"):
            self._client.rename(name, new)

    def remove(self, name: str, *, unnamed_volumes: bool = False) -> None:
        """Remove a container, and its unused unnamed volumes if requested."""
        with self._asking(f"removing {name}", slow=True):
            self._client.remove_container(name, v=unnamed_volumes, force=True)

    def remove_volume(self, name: str) -> None:
        """Remove an unused volume."""
        with self._asking(f"removing the volume {name}"):
            self._client.remove_volume(name)

    def networks(self, label: str) -> tuple[str, ...]:
        """The names of networks with a label (`name=value`)."""
        with self._asking("listing networks"):
            found = self._client.networks(filters={"label": label})
        return tuple(str(network["Name"]) for network in found)

    def remove_network(self, name: str) -> None:
        """Remove an unused network."""
        with self._asking(f"removing the network {name}"):
            self._client.remove_network(name)

    def set_restart_policy(self, name: str, policy: Mapping[str, Any]) -> None:
        """Set the restart policy of a container."""
        with self._asking(f"setting the restart policy of {name}"):
            self._client.update_container(name, restart_policy=dict(policy))

    def wait(self, name: str) -> int:
        """Wait until a container exits; its exit code."""
        with self._asking(f"waiting for {name}", slow=True):
            return int(self._client.wait(name)["StatusCode"])

    def last_words(self, name: str, lines: int = 10) -> str:
        """The last lines of a container's output, empty if its log driver cannot be read."""
        from docker.errors import APIError

        try:
            return bytes(self._client.logs(name, tail=lines)).decode("utf-8", "replace")
        except APIError:
            return ""

    def run(
        self,
        name: str,
        program: "ContainerProgram",
        feed: Callable[[bytes, bytes], bool],
        seconds: float,
    ) -> None:
        """Run a program in a container and `feed` its output, as `run_in_container` says."""
        from scaffold.adapters.docker.exec import run_in_container

        with self._asking(f"running a program in {name}"):
            run_in_container(self._client, name, program, feed, seconds)

    def open(self, name: str, program: "ContainerProgram") -> "ExecStream":
        """Start a program in a container and keep its input and output open."""
        from scaffold.adapters.docker.exec import open_in_container

        with self._asking(f"starting a program in {name}"):
            return open_in_container(self._client, name, program)


@contextmanager
def docker_engine(
    host: str | None = None, ssh_config: Path | None = None
) -> Iterator[DockerEngine]:
    """Open the engine of a host, or the one that the docker CLI would use.

    Raises TargetError if it does not answer, InputError for an unknown context.
    """
    engine = _open(host, ssh_config)
    try:
        yield engine
    finally:
        engine.close()


def _open(host: str | None, ssh_config: Path | None) -> DockerEngine:
    settings = {"base_url": f"ssh://{host}"} if host else engine_settings()
    address = str(settings.get("base_url") or "")
    if address.startswith("ssh://"):
        argv = tuple(ssh_argv(address, *DIAL, config=ssh_config, ask=True))
        return engine_through(argv, address)
    return engine_at(**settings)


def engine_at(**settings: Any) -> DockerEngine:
    """Open the engine at a `base_url`."""

    with explained("connecting", lambda: ""):
        require_listener(settings.get("base_url"))
        client = api_client(version=None, timeout=REQUEST_S, **settings)
    return DockerEngine(client, lambda: "", client.close)


def engine_through(argv: tuple[str, ...], address: str) -> DockerEngine:
    """Open an engine through a program, started once per connection."""
    from scaffold.adapters.docker.over_ssh import SshAdapter, connect

    adapter = SshAdapter(argv)
    try:
        with explained(f"connecting to {address}", adapter.complaint):
            client = connect(adapter, OLDEST_API, REQUEST_S)
    except BaseException:
        adapter.close()
        raise
    engine = DockerEngine(client, adapter.complaint, adapter.close)
    engine.remote_shell = argv[: -len(DIAL)] if argv[-len(DIAL) :] == DIAL else ()
    return engine
