"""Which container `scaffold up` reuses or replaces, so that it never meets another person's."""

import hashlib
import os
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from scaffold.adapters.devcontainer.config import compose_files, read_config
from scaffold.adapters.docker.engine import DockerEngine
from scaffold.commands.sync.requests import PushResult
from scaffold.commands.workspace.down import DownPlan, plan_for
from scaffold.commands.workspace.recipes import recipe_now, recipe_then
from scaffold.commands.workspace.standing import AgreeToOther, described, not_agreed, standing
from scaffold.commands.workspace.unfinished import begin, is_unfinished, run_commands_again
from scaffold.commands.workspace.up_target import UpTarget, with_container, with_labels
from scaffold.container.engine_json import Raw, is_running, name_of, rows
from scaffold.container.owner import OWNER, is_of
from scaffold.errors import TargetError
from scaffold.records import dataclass
from scaffold.workspace.compose_project import (
    PROJECT,
    Composed,
    claim_of,
    default_project,
    free_project,
)
from scaffold.workspace.devcontainer import label
from scaffold.workspace.identity import fits, is_workspace_mount, labels_of
from scaffold.workspace.laptop_paths import volume_names
from scaffold.workspace.recipe import changed

ASIDE = "-before-rebuild"
"""End of the name of a container while its successor starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reused:
    """The target for the container that exists, and what would be lost by replacing it.

    `changes` is how image and user differ from those that the container was created with.
    """

    target: UpTarget
    own: Raw | None = None
    replaced: DownPlan | None = None
    changes: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    """Names of stopped containers that an interrupted rebuild had set aside."""

    @property
    def loses(self) -> bool:
        """Whether replacing the container ends programs or deletes changed files."""
        going = self.replaced.containers if self.replaced else ()
        return any(one.changes_bytes or one.processes != () for one in going)

    def cut_off(self, sent: PushResult | None) -> str:
        """The name of a kept container that runs in the folder from before; empty if none does.

        A mount leads to the folder that was there at the start of the container, even if that
        was moved or deleted since.
        """
        kept = self.own is not None and self.replaced is None and is_running(self.own)
        return name_of(self.own or {}) if kept and sent and sent.created else ""


def settle(
    engine: DockerEngine, target: UpTarget, agree: AgreeToOther | None, *, rebuild: bool | None
) -> Reused:
    """Choose the user's own container, or labels for a new one.

    With `rebuild` None a container is replaced if its image or its user changed.
    Raises InputError if another person's container uses the same workspace and the user does not
    agree.
    """
    listed = engine.containers()
    found = standing(engine, target.identity).own
    own = _first(found)
    if own is None:
        _require_free(engine, listed, target, agree)
        _claim_volumes(engine, target)
        begin(target, ())
        project = _project(engine, target, listed)
        return Reused(target=with_labels(target, target.labels, project))
    own = _named_again(engine, own)
    left = [one for one in found if one["Id"] != own["Id"] and name_of(one).endswith(ASIDE)]
    project = label(own, PROJECT)
    changes = () if rebuild else changed(own, recipe_then(str(own["Id"])), recipe_now(target))
    if rebuild or (rebuild is None and changes):
        _claim_volumes(engine, target)
        begin(target, [str(own["Id"])])
        sized = [engine.inspect(str(one["Id"]), size=True) or one for one in (own, *left)]
        plan = plan_for(engine, listed, sized, remove=True)
        new = with_labels(target, target.labels, project)
        return Reused(target=new, own=own, replaced=plan, changes=changes)
    return replace(
        _kept(engine, listed, target, own, changes), left=tuple(name_of(one) for one in left)
    )


def _kept(
    engine: DockerEngine,
    listed: Sequence[Raw],
    target: UpTarget,
    own: Raw,
    changes: tuple[str, ...],
) -> Reused:
    """The target that goes on with a container, also where an interrupted `up` made it."""
    if is_unfinished(target, str(own["Id"])):
        run_commands_again(engine, own)
    else:
        begin(target, [str(own["Id"])])
    labels, project = labels_of(own), label(own, PROJECT)
    rivals = [row for row in listed if row["Id"] != own["Id"] and fits(row, labels)]
    if rivals and not project:
        # The CLI would take the first one that has the labels.
        if not is_running(own):
            engine.start(str(own["Id"]))
        new = with_container(target, str(own["Id"]))
        return Reused(target=new, own=own, changes=changes)
    return Reused(target=with_labels(target, labels, project), own=own, changes=changes)


def _first(own: Sequence[Raw]) -> Raw | None:
    """A running one before stopped ones, and one that a rebuild set aside last."""
    found = sorted(
        own,
        key=lambda one: (
            not (one.get("State") or {}).get("Running"),
            name_of(one).endswith(ASIDE),
        ),
    )
    return found[0] if found else None


def _named_again(engine: DockerEngine, own: Raw) -> Raw:
    """Give a container its name back that a killed rebuild had set aside."""
    name = name_of(own)
    if name.endswith(ASIDE):
        with suppress(TargetError):
            engine.rename(str(own["Id"]), name.removesuffix(ASIDE))
        return engine.inspect(str(own["Id"])) or own
    return own


def _require_free(
    engine: DockerEngine, listed: Iterable[Raw], target: UpTarget, agree: AgreeToOther | None
) -> None:
    """Ask before the workspace of another person's container gets a second container."""
    for row in listed:
        if is_of(row, target.identity.account) is False and _mounted(row, target):
            text = described(engine.inspect(str(row["Id"]), size=True) or row, "")
            used = f"{target.identity.workspace} is in use: {text}"
            if agree is None:
                raise not_agreed(used)
            agree(used)


def _claim_volumes(engine: DockerEngine, target: UpTarget) -> None:
    """Create the volumes that a new container needs with the owner's name; others stay as they are.

    The name keeps another person's `down --volumes` from deleting a volume of the same name.
    """
    for name in volume_names(read_config(target.root / target.config)):
        if engine.volume(name) is None:
            engine.create_volume(name, {OWNER: target.identity.account})


def _mounted(row: Mapping[str, Any], target: UpTarget) -> bool:
    workspace = target.identity.workspace
    found = [one for one in rows(row, "Mounts") if is_workspace_mount(one, workspace)]
    return any(workspace in {one.get("Name"), one.get("Source")} for one in found)


def _project(engine: DockerEngine, target: UpTarget, listed: Sequence[Raw]) -> str:
    """A Compose project that nobody else uses; empty for the default one or without Compose."""
    composed = _composed(target)
    if composed is None:
        return ""
    about = f"{target.identity.account}\0{target.identity.workspace}"
    digest = hashlib.sha256(about.encode()).hexdigest()[:8]
    account, claimed = target.identity.account, set[str]()
    while True:
        name = free_project(listed, composed, account, digest, claimed)
        # The last name tried holds account and folder, so that nobody else claims it.
        if target.identity.is_local or _claim(engine, name or composed.name, account):
            return name
        claimed.add(name or composed.name)


def _claim(engine: DockerEngine, project: str, account: str) -> bool:
    """Take a project's name, unless another person has it already."""
    volume = claim_of(project)
    if engine.volume(volume) is None:
        engine.create_volume(volume, {OWNER: account})
    return is_of(engine.volume(volume) or {}, account) is not False


def _composed(target: UpTarget) -> Composed | None:
    path = target.root / target.config
    files = compose_files(path, read_config(path))
    if not files:
        return None
    own = posixpath.dirname(posixpath.join(target.folder, target.config))
    first = os.path.relpath(next(iter(files)), path.parent)
    folder = posixpath.dirname(posixpath.normpath(posixpath.join(own, first)))
    stated = "" if target.remote_folder else target.environment.get("COMPOSE_PROJECT_NAME", "")
    names = [_stated_name(one) for one in reversed(files.values())]
    return Composed(
        name=default_project(target.folder, folder, stated or next(filter(None, names), "")),
        folder=folder,
        by_path=target.remote_folder is not None,
    )


def _stated_name(compose: Mapping[str, Any]) -> str:
    """The `name` of a Compose file, empty if there is none or it holds variables."""
    name = compose.get("name")
    return name if isinstance(name, str) and "$" not in name else ""
