"""Where `scaffold up` starts a container, and the command that starts it."""

import os
import posixpath
import shlex
from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path

from scaffold.adapters.devcontainer.cli import local_up, remote_up
from scaffold.adapters.devcontainer.config import LOCATIONS, compose_files, find_config, read_config
from scaffold.adapters.docker import contexts
from scaffold.adapters.local.answers_file import record_path
from scaffold.commands.sync.requests import PushRequest
from scaffold.commands.workspace.location import (
    RecordedHost,
    WorkspaceLocation,
    recorded_host,
    sync_target_of,
)
from scaffold.commands.workspace.standing import identity_of
from scaffold.errors import InputError
from scaffold.records import dataclass
from scaffold.sync.target import SyncTarget
from scaffold.workspace.identity import Identity, new_labels
from scaffold.workspace.laptop_paths import laptop_paths
from scaffold.workspace.repository_url import folder_hint
from scaffold.workspace.sides import HostPath


@dataclass(frozen=True, slots=True, kw_only=True)
class UpRequest:
    """What to start. `host` overrides the recorded one; `local` is this computer. `config` names
    a second configuration.
    """

    root: Path
    host: str | None = None
    sync: bool = True
    push: PushRequest = field(default_factory=PushRequest)
    ssh_config: Path | None = None
    config: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpTarget:
    """Where the container runs, and the command that starts it.

    `labels` are what the command finds or creates it by; `config` is the path of the
    configuration in the project; `project` names the Compose project, empty for the default one.
    `container` is the id of a container that no label tells apart from another person's.
    """

    root: Path
    identity: Identity
    config: str
    argv: list[str] = field(default_factory=list)
    environment: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    project: str = ""
    container: str = ""
    recorded: RecordedHost | None = None
    sync_target: SyncTarget | None = None
    notes: tuple[str, ...] = ()
    ssh_config: Path | None = None

    @property
    def host(self) -> str:
        """The host's alias, empty for this computer."""
        return self.recorded.host if self.recorded else ""

    @property
    def remote_folder(self) -> HostPath | None:
        """The folder that the Dev Containers CLI opens on the host; None for the local one."""
        if self.sync_target and self.recorded and not self.recorded.by_context:
            return HostPath(self.sync_target.path)
        return None

    @property
    def folder(self) -> str:
        """The folder that the Dev Containers CLI opens, local or remote."""
        return str(self.remote_folder or self.root)

    @property
    def label_values(self) -> dict[str, str]:
        """The labels of a new container."""
        return new_labels(self.identity, self.folder, posixpath.join(self.folder, self.config))


def _init_hint(root: Path, config: str | None) -> str:
    """How to get a configuration, also in the clone of a team that leaves it to each person."""
    path = record_path(root, config)
    if path is None or not path.is_file():
        return "scaffold init writes one"
    return "git holds the shared answers; write your own file with: scaffold init --host NAME"


def plan_up(request: UpRequest) -> UpTarget:
    """Where and how to start. Raises InputError if a prerequisite is missing."""
    root = request.root.resolve()
    if not root.is_dir():
        raise InputError(f"{root} is not a folder", hint=folder_hint(str(request.root)))
    config = find_config(root, request.config)
    if config is None:
        raise InputError(f"{root} has no devcontainer.json", hint=_init_hint(root, request.config))
    recorded = recorded_host(root, request.host, request.config)
    ssh_config = request.ssh_config
    to = sync_target_of(root, recorded.host, request.config) if recorded else None
    by_context = recorded is not None and recorded.by_context
    environment, notes = _through_context(recorded.host) if recorded and by_context else ({}, ())
    remote = HostPath(to.path) if to and not by_context else None
    if by_context:
        _require_remote_paths(config, str(recorded and recorded.host))
    path = config.relative_to(root).as_posix()
    location = WorkspaceLocation(remote or root, recorded.host if recorded else None)
    target = UpTarget(
        root=root,
        identity=identity_of(root, location, ssh_config, config=path),
        config=path,
        environment=environment or os.environ,
        recorded=recorded,
        sync_target=to,
        notes=notes,
        ssh_config=ssh_config,
    )
    return with_command(replace(target, labels=target.label_values))


def _require_remote_paths(config: Path, host: str) -> None:
    """Raise InputError if the configuration would bind this computer's paths on the host."""
    settings = read_config(config)
    found = laptop_paths(settings, compose_files(config, settings).values())
    if found:
        raise InputError(
            f"{config.parent.name}/{config.name} would mount paths of this computer on {host}: "
            f"{', '.join(found)}",
            hint=f"write a second configuration: scaffold init --host {host} --config gpu",
        )


def with_labels(target: UpTarget, labels: Mapping[str, str], project: str = "") -> UpTarget:
    """The target whose command finds or creates the container by these labels."""
    if (labels, project) == (target.labels, target.project):
        # The command stands, and making it asks the docker program for its plugins.
        return target
    return with_command(replace(target, labels=labels, project=project))


def with_container(target: UpTarget, container: str) -> UpTarget:
    """The target whose command goes on with one container, which runs already."""
    return with_command(replace(target, container=container), "run-user-commands")


def with_command(target: UpTarget, verb: str = "up") -> UpTarget:
    """The target with the command line of a verb of the Dev Containers CLI."""
    argv, environment = command_of(target, verb)
    return replace(target, argv=argv, environment=environment)


def command_of(target: UpTarget, verb: str = "up") -> tuple[list[str], Mapping[str, str]]:
    """The command line of the Dev Containers CLI for one of its verbs, and its environment."""
    options = _config_option(target)
    if verb == "run-user-commands":
        options += ("--container-id", target.container)
    if verb == "up":
        pairs = (f"{name}={text}" for name, text in target.labels.items())
        options += tuple(word for pair in pairs for word in ("--id-label", pair))
    if folder := target.remote_folder:
        argv = remote_up(
            target.host,
            folder,
            *options,
            config=target.ssh_config,
            verb=verb,
            project=target.project,
        )
        return argv, target.environment
    own = {"COMPOSE_PROJECT_NAME": target.project} if target.project else {}
    return local_up(target.root, {**target.environment, **own}, *options, verb=verb)


def _config_option(target: UpTarget) -> tuple[str, ...]:
    """The CLI's option for a configuration other than the one that it takes unasked."""
    path = target.config
    return () if path in LOCATIONS else ("--config", posixpath.join(target.folder, path))


def _through_context(name: str) -> tuple[dict[str, str], tuple[str, ...]]:
    if contexts.context(name) is None:
        raise InputError(
            f"the Docker context {name} does not exist",
            hint=f"scaffold host setup {shlex.quote(name)}",
        )
    environment = {key: text for key, text in os.environ.items() if key != "DOCKER_HOST"}
    environment["DOCKER_CONTEXT"] = name
    dropped = "DOCKER_HOST is set; it is ignored in favour of the project's Docker context"
    return environment, (dropped,) if "DOCKER_HOST" in os.environ else ()
