"""The user that programs run as, against whose the project is and what may be written."""

from collections.abc import Iterator

from scaffold.answers.places import SHARED_CACHE
from scaffold.checks.container.seen import CheckedContainer
from scaffold.checks.topics import Topic
from scaffold.container.facts import ContainerMount
from scaffold.facts.inside import Folder
from scaffold.findings import Finding, Level, Rule, Step, by_hand, root

MISSING = Rule(
    id="user.project-missing",
    level=Level.ERROR,
    title="The project's folder is not in the container",
    why="Its mount no longer exists, or the path was one of another machine: with a remote "
    "engine, bind "
    "mounts are paths of the remote host.",
    source="microsoft/vscode-remote-release#3330",
    fix=(
        by_hand("Set workspaceMount and workspaceFolder: scaffold init --target remote asks how."),
    ),
)
NOT_WRITABLE = Rule(
    id="user.project-not-writable",
    level=Level.ERROR,
    title="The user may not write in the project's folder",
    why="Nothing can be saved, and installing the project in place fails.",
    source="microsoft/vscode-remote-release#8425",
)
ROOT = Rule(
    id="user.root",
    level=Level.WARN,
    title="Programs run as root in a project that is not root's",
    why="Files that they create belong to root on the host, and you cannot change or delete them.",
    source="code.visualstudio.com, Add a non-root user to a container",
    fix=(by_hand("Set remoteUser to a user with your ids; scaffold init writes one."),),
)
OTHER_OWNER = Rule(
    id="user.other-owner",
    level=Level.WARN,
    title="Programs run under another id than the project's owner",
    why="Files that they create belong to another user on the host.",
    source="containers.dev, devcontainer.json reference, updateRemoteUserUID",
    fix=(
        by_hand("Set updateRemoteUserUID to true, or give the Dockerfile's user the host's ids."),
    ),
)
UNKNOWN = Rule(
    id="user.unknown",
    level=Level.UNKNOWN,
    title="The project's folder gave no answer",
    why="A dead network file system never answers; unknown is no pass.",
    source="the check's own record",
    fix=(by_hand("Check the mount on the host: df PATH"),),
)
MOUNT_NOT_WRITABLE = Rule(
    id="user.mount-not-writable",
    level=Level.ERROR,
    title="The user may not write to a mount",
    why="It was mounted to be written to; checkpoints and caches fail when they are saved.",
    source="microsoft/vscode-remote-release#9931",
)
MOUNT_UNKNOWN = Rule(
    id="user.mount-unknown",
    level=Level.UNKNOWN,
    title="A mount gave no answer",
    why="A dead network file system never answers, and whatever reads it hangs.",
    source="the check's own record",
    fix=(by_hand("Check the mount on the host: df PATH"),),
)


def _project(seen: CheckedContainer) -> Iterator[Finding]:
    folder, uid = seen.inside.project, seen.inside.uid
    if folder is None or folder.present is None or uid is None:
        yield UNKNOWN.found(f"nothing is known of {seen.asked.folder}")
    elif not folder.present:
        yield MISSING.found(f"{folder.path} does not exist")
    elif not folder.writable:
        yield NOT_WRITABLE.found(
            f"{folder.path} belongs to uid {folder.owner}, programs run as uid {uid}",
            fix=(by_hand("Give the Dockerfile's user that uid: scaffold init writes it."),),
        )
    elif folder.owner is not None and folder.owner != uid:
        rule = OTHER_OWNER if uid else ROOT
        yield rule.found(f"programs run as uid {uid}, {folder.path} is uid {folder.owner}'s")


def _mounts(seen: CheckedContainer) -> Iterator[Finding]:
    mounts = {mount.target: mount for mount in seen.asked.mounts}
    for folder in seen.inside.mounts:
        if folder.present is None:
            yield MOUNT_UNKNOWN.found(f"{folder.path} gave no answer")
        elif not folder.writable and folder.path != SHARED_CACHE:
            owner = f"uid {folder.owner}" if folder.owner is not None else "nobody known"
            yield MOUNT_NOT_WRITABLE.found(
                f"{folder.path} belongs to {owner}, programs run as uid {seen.inside.uid}",
                fix=tuple(_ways(mounts[folder.path], folder, seen)),
            )


def _ways(mount: ContainerMount, folder: Folder, seen: CheckedContainer) -> Iterator[Step]:
    """A folder of the host, and a volume that another uid has, may hold other people's work."""
    if mount.kind != "volume":
        yield by_hand(f"On the engine's host, let uid {seen.inside.uid} write to {mount.source}.")
        return
    if folder.owner:
        yield by_hand(
            f"If somebody else uses the volume {mount.source}, leave it to them: name another one"
            " for this folder with scaffold init --mount, then run scaffold up --rebuild. Only if"
            " nobody else uses it:"
        )
    yield root(
        "Give the volume to the user, inside the container.",
        *("docker", "exec", "-u", "0", seen.asked.name),
        *("chown", "-R", str(seen.inside.uid), folder.path),
        undo=(
            *("docker", "exec", "-u", "0", seen.asked.name),
            *("chown", "-R", str(folder.owner), folder.path),
        ),
    )


def _summary(seen: CheckedContainer) -> str:
    count = len(seen.inside.mounts)
    mounts = f", {count} mounts" if count else ""
    return f"uid {seen.inside.uid}, project in {seen.asked.folder}{mounts}"


TOPIC = Topic(
    name="user",
    title="User, project and mounts",
    rules=(
        *(UNKNOWN, MISSING, NOT_WRITABLE, ROOT, OTHER_OWNER),
        *(MOUNT_NOT_WRITABLE, MOUNT_UNKNOWN),
    ),
    checks=(_project, _mounts),
    summary=_summary,
    needs=("look",),
    parts=("account",),
)
