"""The images of a Docker engine."""

from collections.abc import Callable

from scaffold.adapters.docker.requests import Requests
from scaffold.container.raw import Raw
from scaffold.errors import TargetError


class Images(Requests):
    """Methods raise TargetError with what the engine said."""

    def image(self, name: str) -> Raw | None:
        """All that the engine knows of an image, or None where it is gone."""
        from docker.errors import NotFound

        with self._asking(f"looking at the image {name}"):
            try:
                found: Raw = self._client.inspect_image(name)
            except NotFound:
                return None
        return found

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
        """The steps by which an image was made; none where it is gone."""
        from docker.errors import NotFound

        with self._asking(f"asking how {image} was made"):
            try:
                found: list[Raw] = self._client.history(image)
            except NotFound:
                return []
        return found

    def commit(self, name: str, repository: str, tag: str, message: str, author: str = "") -> str:
        """Keep a container's file system as an image, without its volumes; the image's id."""
        with self._asking(f"saving the file system of {name}", slow=True):
            return str(self._client.commit(name, repository, tag, message, author)["Id"])

    def pull(self, image: str, progress: Callable[[float], None]) -> None:
        """Fetch an image; `progress` is told the share of bytes that came, 0 to 1."""
        from docker.utils import parse_repository_tag

        layers: dict[str, tuple[int, int]] = {}
        # A registry's port has a colon too.
        name, tag = parse_repository_tag(image)
        with self._asking(f"fetching {image}", slow=True):
            for line in self._client.pull(name, tag=tag or "latest", stream=True, decode=True):
                if "error" in line:
                    raise TargetError(f"fetching {image}: {line['error']}")
                detail = line.get("progressDetail") or {}
                if detail.get("total"):
                    layers[line["id"]] = (detail["current"], detail["total"])
                    here, there = (sum(part) for part in zip(*layers.values(), strict=True))
                    progress(here / there)

    def remove_image(self, name: str) -> None:
        """Take a tag away, and with the last one the image."""
        with self._asking(f"removing the image {name}"):
            self._client.remove_image(name)
