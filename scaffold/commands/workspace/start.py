"""`scaffold start`: the folder that it works on, and what remains to be done there."""

from pathlib import Path

from scaffold.adapters.computer.git import origin
from scaffold.adapters.devcontainer.config import find_config
from scaffold.errors import InputError
from scaffold.parsing.untrusted.secret_forms import redacted
from scaffold.workspace.repository_url import folder_name, repository_url, same_repository


def find_project(where: str, *, new: bool = False) -> tuple[Path, str]:
    """The folder of a path or an address, and the address if it still has to be cloned.

    A `new` project is made in the folder, which need not exist.

    Raises InputError if the path is no folder, or if something else has the clone's name.
    """
    path = Path(where)
    if path.is_dir():
        return path, ""
    url = repository_url(where)
    if new:
        if url:
            raise InputError(
                "--preset begins a new project, and does not go with an address",
                hint="name a new folder: scaffold start --preset NAME my-project",
            )
        return path, ""
    if not url:
        if path.exists():
            raise InputError(f"{where} is not a folder", hint="give the project's folder")
        raise InputError(
            f"{where} does not exist, and is no address of a git repository",
            hint="such as: scaffold start my-project, or: "
            "scaffold start https://github.com/OWNER/NAME",
        )
    name = folder_name(url)
    if not name:
        raise InputError(f"{redacted(url)} names no repository", hint="give its whole address")
    folder = Path(name)
    if not folder.exists():
        return folder, url
    if same_repository(origin(folder), url):
        return folder, ""
    raise InputError(
        f"the folder {name} exists, and is no clone of {redacted(url)}",
        hint=f"use it as it is: scaffold start ./{name}; or go to another folder first",
    )


def is_configured(folder: Path, config: str | None = None) -> bool:
    """Whether the project has a dev container configuration."""
    return find_config(folder, config) is not None
