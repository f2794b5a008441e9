"""The images of a Docker engine."""

from collections.abc import Callable, Iterable

from scaffold.adapters.docker.requests import EngineRequests, described, of_kind
from scaffold.container.engine_json import Raw
from scaffold.errors import TargetError
from scaffold.parsing.untrusted.documents import read_json


class EngineImages(EngineRequests):
    """Methods raise TargetError with the engine's message."""

    def image(self, name: str) -> Raw | None:
        """The inspect of an image, None if it does not exist."""
        from docker.errors import NotFound

        with self._asking(f"looking at the image {name}"):
            try:
                found: Raw = self._client.inspect_image(name)
            except NotFound:
                return None
        return described(found, "Id")

    def image_ids(self) -> tuple[str, ...]:
        """The ids of all images that have a name."""
        with self._asking("listing images"):
            return tuple(str(image["Id"]) for image in self._client.images())

    def images(self, reference: str) -> tuple[str, ...]:
        """The tags of images whose name matches a pattern."""
        with self._asking("listing images"):
            found = self._client.images(filters={"reference": reference})
        return tuple(tag for image in found for tag in image["RepoTags"] or ())

    def history(self, image: str) -> list[Raw]:
        """The build steps of an image, newest first; empty if it does not exist."""
        from docker.errors import NotFound

        with self._asking(f"asking how {image} was made"):
            try:
                found = of_kind(self._client.history(image), list)
            except NotFound:
                return []
            return [described(one) for one in found]

    def commit(self, name: str, repository: str, tag: str, message: str, author: str = "") -> str:
        """Save a container's file system as an image, without volumes; the image's id."""
        with self._asking(f"saving the file system of {name}", slow=True):
            return str(self._client.commit(name, repository, tag, message, author)["Id"])

    def import_files(self, stream: Iterable[bytes]) -> str:
        """Make an image without a name and settings of a tar stream; its id."""
        with self._asking("making an image", slow=True):
            answer = self._client.post(
                self._url("images/create"), params={"fromSrc": "-"}, data=stream, timeout=None
            )
            self._client._raise_for_status(answer)
            lines = [read_json(line) for line in answer.content.splitlines() if line.strip()]
            said = of_kind(lines[-1], dict)
        if "error" in said:
            raise TargetError(f"making an image: {said['error']}")
        return str(said["status"])

    def pull(self, image: str, progress: Callable[[float], None]) -> None:
        """Pull an image; `progress` gets the downloaded share, 0 to 1."""
        from docker.utils import parse_repository_tag

        layers: dict[str, tuple[int, int]] = {}
        # A registry's port has a colon too.
        name, tag = parse_repository_tag(image)
        with self._asking(f"pulling {image}", slow=True):
            for line in self._client.pull(name, tag=tag or "latest", stream=True, decode=True):
                if "error" in line:
                    raise TargetError(f"pulling {image}: {line['error']}")
                detail = line.get("progressDetail") or {}
                if detail.get("total"):
                    layers[line["id"]] = (detail["current"], detail["total"])
                    here, there = (sum(part) for part in zip(*layers.values(), strict=True))
                    progress(here / there)

    def remove_image(self, name: str) -> None:
        """Remove a tag, and with the last tag the image."""
        with self._asking(f"removing the image {name}"):
            self._client.remove_image(name)
