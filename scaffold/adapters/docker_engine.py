"""The Docker engine: the `docker` package's low-level client, whose JSON stays whole."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scaffold.adapters.docker_address import engine_settings, ssh_command
from scaffold.errors import TargetError

if TYPE_CHECKING:
    from docker import APIClient

    from scaffold.adapters.docker_exec import Program

Raw = dict[str, Any]

OLDEST_API = "1.41"
"""Docker 20.10, the oldest engine that this is tested on; asked for the newest it knows."""

REQUEST_S = 60
"""For requests that the engine answers at once; copying and stopping wait as long as it takes."""

DIFF_BYTES = 65536
"""As much of the list of changed files is read as decides whether there are any."""


class DockerEngine:
    """One engine. Methods raise TargetError with what the engine said."""

    def __init__(
        self, client: "APIClient", complaint: Callable[[], str], close: Callable[[], None]
    ):
        self._client, self._complaint, self.close = client, complaint, close

    def info(self) -> Raw:
        """What the engine says of itself and its machine."""
        with self._asking("asking the engine about itself"):
            found: Raw = self._client.info()
        return found

    def containers(self) -> list[Raw]:
        """All containers in short, stopped ones too."""
        with self._asking("listing containers"):
            found: list[Raw] = self._client.containers(all=True)
        return found

    def inspect(self, name: str, *, size: bool = False) -> Raw | None:
        """All that the engine knows of a container, or None where there is none."""
        from docker.errors import NotFound

        with self._asking(f"looking at {name}", slow=size):
            try:
                found: Raw = self._get(f"containers/{name}/json", params={"size": int(size)}).json()
            except NotFound:
                return None
        return found

    def image(self, name: str) -> Raw | None:
        """All that the engine knows of an image, or None where it is gone."""
        from docker.errors import NotFound

        with self._asking(f"looking at the image {name}"):
            try:
                found: Raw = self._client.inspect_image(name)
            except NotFound:
                return None
        return found

    def has_volume(self, name: str) -> bool:
        """Whether there is a named volume."""
        from docker.errors import NotFound

        with self._asking(f"looking at the volume {name}"):
            try:
                self._client.inspect_volume(name)
            except NotFound:
                return False
        return True

    def changed_files(self, name: str) -> tuple[str, ...] | None:
        """Paths that differ from the image; None where there are more than a few hundred."""
        read = b""
        with (
            self._asking(f"comparing {name} with its image", slow=True),
            self._get(f"containers/{name}/changes", stream=True) as answer,
        ):
            for piece in answer.iter_content(DIFF_BYTES):
                read += piece
                if len(read) > DIFF_BYTES:
                    return None
        return tuple(change["Path"] for change in json.loads(read or b"null") or ())

    def processes(self, name: str) -> tuple[str, ...]:
        """The commands that run in a container, as `docker top` shows them."""
        with self._asking(f"asking what runs in {name}"):
            found = self._client.top(name)
        column = next(
            (n for n, title in enumerate(found["Titles"]) if title in {"CMD", "COMMAND"}), -1
        )
        return tuple(row[column] for row in found["Processes"] or ())

    def create(self, name: str, request: Mapping[str, Any]) -> str:
        """Create a container from a whole request; its id."""
        with self._asking(f"creating {name}"):
            return str(self._client.create_container_from_config(dict(request), name)["Id"])

    def connect(self, container: str, network: str, endpoint: Mapping[str, Any]) -> None:
        """Connect a container to one more network, with the settings of its endpoint."""
        url = self._url(f"networks/{network}/connect")
        body = {"Container": container, "EndpointConfig": dict(endpoint)}
        with self._asking(f"connecting {container} to the network {network}"):
            # The package's own method takes single settings, and loses those it does not know.
            answer = self._client.post(url, json=body, timeout=self._client.timeout)
            self._client._raise_for_status(answer)

    def disconnect(self, container: str, network: str) -> None:
        """Take a container off a network."""
        with self._asking(f"disconnecting {container} from the network {network}"):
            self._client.disconnect_container_from_network(container, network)

    def start(self, name: str) -> None:
        """Start a container."""
        with self._asking(f"starting {name}", slow=True):
            self._client.start(name)

    def stop(self, name: str) -> None:
        """Stop a container, with the patience that it was made with."""
        with self._asking(f"stopping {name}", slow=True):
            self._client.stop(name)

    def rename(self, name: str, new: str) -> None:
        """Give a container another name."""
        with self._asking(f"renaming {name} to {new}"):
            self._client.rename(name, new)

    def remove(self, name: str, *, unnamed_volumes: bool = False) -> None:
        """Remove a container; of its volumes only the unnamed ones that nothing else uses."""
        with self._asking(f"removing {name}", slow=True):
            self._client.remove_container(name, v=unnamed_volumes, force=True)

    def set_restart_policy(self, name: str, policy: Mapping[str, Any]) -> None:
        """Say when the engine starts a container by itself."""
        with self._asking(f"setting the restart policy of {name}"):
            self._client.update_container(name, restart_policy=dict(policy))

    def commit(self, name: str, repository: str, tag: str, message: str, author: str = "") -> str:
        """Keep a container's file system as an image, without its volumes; the image's id."""
        with self._asking(f"saving the file system of {name}", slow=True):
            return str(self._client.commit(name, repository, tag, message, author)["Id"])

    def images(self, reference: str) -> tuple[str, ...]:
        """The tags of images whose name matches a pattern."""
        with self._asking("listing images"):
            found = self._client.images(filters={"reference": reference})
        return tuple(tag for image in found for tag in image["RepoTags"] or ())

    def history(self, image: str) -> list[Raw]:
        """The steps by which an image was made; none where it is gone."""
        from docker.errors import NotFound

        with self._asking(f"asking how {image} was made"):
            try:
                found: list[Raw] = self._client.history(image)
            except NotFound:
                return []
        return found

    def remove_image(self, name: str) -> None:
        """Take a tag away, and with the last one the image."""
        with self._asking(f"removing the image {name}"):
            self._client.remove_image(name)

    def pull(self, image: str, progress: Callable[[float], None]) -> None:
        """Fetch an image; `progress` is told the share of bytes that came, 0 to 1."""
        layers: dict[str, tuple[int, int]] = {}
        name, _, tag = image.partition(":")
        with self._asking(f"fetching {image}", slow=True):
            for line in self._client.pull(name, tag=tag, stream=True, decode=True):
                if "error" in line:
                    raise TargetError(f"fetching {image}: {line['error']}")
                detail = line.get("progressDetail") or {}
                if detail.get("total"):
                    layers[line["id"]] = (detail["current"], detail["total"])
                    here, there = (sum(part) for part in zip(*layers.values(), strict=True))
                    progress(here / there)

    def wait(self, name: str) -> int:
        """Wait for a container's end; its exit status."""
        with self._asking(f"waiting for {name}", slow=True):
            return int(self._client.wait(name)["StatusCode"])

    def last_words(self, name: str, lines: int = 10) -> str:
        """The end of what a container printed, as far as its log driver lets it be read."""
        from docker.errors import APIError

        try:
            return bytes(self._client.logs(name, tail=lines)).decode("utf-8", "replace")
        except APIError:
            return ""

    def run(
        self, name: str, program: "Program", feed: Callable[[bytes, bytes], bool], seconds: float
    ) -> None:
        """Run a program in a container and `feed` its output, as `run_in_container` says."""
        from scaffold.adapters.docker_exec import run_in_container

        with self._asking(f"running a program in {name}"):
            run_in_container(self._client, name, program, feed, seconds)

    def unpack(self, name: str, folder: str, stream: Iterable[bytes]) -> None:
        """Unpack a tar stream into a folder of a container, running or not, as the engine does."""
        with self._asking(f"copying into {name}", slow=True):
            self._client.put_archive(name, folder, stream)

    def _url(self, path: str) -> str:
        return f"{self._client.base_url}/v{self._client.api_version}/{path}"

    def _get(self, path: str, **options: Any) -> Any:
        answer = self._client.get(self._url(path), timeout=self._client.timeout, **options)
        self._client._raise_for_status(answer)
        return answer

    @contextmanager
    def _asking(self, doing: str, *, slow: bool = False) -> Iterator[None]:
        patience = self._client.timeout
        self._client.timeout = None if slow else patience
        try:
            with _explained(doing, self._complaint):
                yield
        finally:
            self._client.timeout = patience


@contextmanager
def _explained(doing: str, complaint: Callable[[], str]) -> Iterator[None]:
    from docker.errors import APIError, DockerException
    from requests.exceptions import RequestException

    try:
        yield
    except APIError as error:
        said = error.explanation or str(error)
        raise TargetError(f"{doing}: {said.strip()}") from error
    except (DockerException, RequestException, OSError) as error:
        said = complaint() or _innermost(error)
        raise TargetError(
            f"{doing}: the engine does not answer: {said}",
            hint="scaffold host check NAME says why; for this machine NAME is local",
        ) from error


def _innermost(error: BaseException) -> str:
    """What the system said: the packages between wrap it several times."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    return str(error) or type(error).__name__


@contextmanager
def docker_engine(
    host: str | None = None, ssh_config: Path | None = None
) -> Iterator[DockerEngine]:
    """The engine of a host, or the one that the docker CLI would use here.

    Raises TargetError where it does not answer, InputError for a context that is not there.
    """
    engine = _open(host, ssh_config)
    try:
        yield engine
    finally:
        engine.close()


def _open(host: str | None, ssh_config: Path | None) -> DockerEngine:
    from docker import APIClient

    settings = {"base_url": f"ssh://{host}"} if host else engine_settings()
    address = str(settings.get("base_url") or "")
    if address.startswith("ssh://"):
        return _over_ssh(address, ssh_config)
    with _explained("connecting", lambda: ""):
        client = APIClient(version=None, timeout=REQUEST_S, **settings)
    return DockerEngine(client, lambda: "", client.close)


def _over_ssh(address: str, ssh_config: Path | None) -> DockerEngine:
    from scaffold.adapters.docker_over_ssh import SshAdapter, connect

    adapter = SshAdapter(ssh_command(address, ssh_config))
    try:
        with _explained(f"connecting to {address}", adapter.complaint):
            client = connect(adapter, OLDEST_API, REQUEST_S)
    except BaseException:
        adapter.close()
        raise
    return DockerEngine(client, adapter.complaint, adapter.close)
