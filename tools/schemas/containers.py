"""Documents of `scaffold container`."""

from typing import Annotated, Any, NotRequired, TypedDict, get_type_hints

from scaffold.adopt.accounts import AccountChange
from scaffold.adopt.base_image import BaseImage
from scaffold.adopt.comparing import RebuildDifference
from scaffold.adopt.dpkg import AptChanges
from scaffold.adopt.file_tree import FileEntry
from scaffold.container.facts import ContainerFacts

_facts = get_type_hints(ContainerFacts)

ContainerDocument = TypedDict(
    "ContainerDocument",
    {
        **_facts,
        "since": Annotated[str | None, "ISO 8601, in UTC"],
        "role": Annotated[str | None, "part of a `recreate`: `before`, `trial` or `taken`"],
        "way_in": Annotated[str, "the command that reconnects"],
        "vscode": Annotated[str | None, "address for VS Code, for a container of this computer"],
    },
)
ContainerDocument.__doc__ = "One container; secrets in `command` are hidden."


class ContainerListDocument(TypedDict):
    """Every container of one engine; `host` is null for this computer."""

    host: str | None
    containers: list[ContainerDocument]


class UnlikeSetting(TypedDict):
    """A setting that differs without having been asked for; any JSON value, null if absent."""

    path: str
    before: Any
    after: Any


class RecreatedContainer(TypedDict):
    """A container that was replaced; the old one is kept under the name `kept`."""

    container: str
    changes: list[str]
    kept: str | None
    image: NotRequired[str]
    started: NotRequired[bool]
    health: NotRequired[str | None]
    unlike: NotRequired[list[UnlikeSetting]]


class RecreateDocument(RecreatedContainer):
    """The result. If nothing had to change, only `container`, `changes` and `kept`, null."""

    dependents: NotRequired[list[RecreatedContainer]]


class RecreateDryRunDocument(TypedDict):
    """What `recreate --dry-run` would do; secrets are hidden."""

    container: str
    changes: list[str]
    advice: list[str]
    dependents: list[str]
    docker_run: str
    compose: str


class SaveDocument(TypedDict):
    """The saved image, and what it does not have."""

    container: str
    image: str
    id: str
    left_out: list[str]
    suspected_variables: list[str]
    suspected_settings: list[str]
    suspected_files: list[str]
    suspected_layers: list[str]
    not_searched: Annotated[str | None, "why not all files were searched for secrets"]


class PruneDocument(TypedDict):
    """Old containers and images that were removed, or would be."""

    containers: list[str]
    images: list[str]
    removed: bool
    needed: Annotated[list[str], "old containers that others still use, in words"]
    refused: Annotated[list[str], "the engine's error messages"]


class PipFolder(TypedDict):
    """A folder of Python packages, and what changed in it."""

    folder: str
    python: str
    owner: str
    packages: list[str]
    removed: list[str]


class CondaPackages(TypedDict):
    """A conda environment."""

    prefix: str
    packages: list[str]


class CopiedFiles(TypedDict):
    """Files that go into the image as they are."""

    bytes: int
    entries: list[FileEntry]
    deleted: list[str]
    secret: Annotated[list[str], "suspected secrets, not copied"]
    odd: list[str]


class WrittenFile(TypedDict):
    """A file of the dev container and what happens to it."""

    path: str
    status: str
    bytes: int


class RebuildDocument(TypedDict):
    """The rebuilt image compared with the original."""

    equal: dict[str, int]
    explained: list[RebuildDifference]
    different: list[RebuildDifference]


AdoptDocument = TypedDict(
    "AdoptDocument",
    {
        "from": str,
        "base": BaseImage,
        "apt": AptChanges,
        "pip": list[PipFolder],
        "conda": list[CondaPackages],
        "npm": list[str],
        "logins": list[AccountChange],
        "overlay": CopiedFiles,
        "explained": Annotated[dict[str, int], "files that are not copied, counted by reason"],
        "offered": Annotated[list[str], "paths that `--include` copies"],
        "secrets": list[str],
        "notes": list[str],
        "files": list[WrittenFile],
        "written": bool,
        "comparison": RebuildDocument | None,
    },
)
AdoptDocument.__doc__ = "What was found in a container, and the files that make it again."
