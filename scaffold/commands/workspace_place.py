"""Where a workspace lies on its host: from devcontainer.json and the answers."""

from pathlib import Path

from scaffold.sync.place import Place


def place_of(root: Path, host: str | None = None, ssh_config: Path | None = None) -> Place:
    """The place of the workspace `root`; `host` stands before the host of the answers.

    With the answer `files = "remote-ssh"` it is the answered path on the host. Otherwise
    devcontainer.json's `workspaceMount` says it: a named volume, or an absolute path there.
    Raises InputError where neither says so.
    """
    raise NotImplementedError
