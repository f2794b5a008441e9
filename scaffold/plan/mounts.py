"""Mounts: checked before Docker would refuse them, or worse, accept them."""

import shlex
from collections.abc import Iterator
from posixpath import normpath

from scaffold.answers.model import Answers, Mount
from scaffold.answers.places import SHARED_CACHE
from scaffold.errors import InputError
from scaffold.plan.model import DEPENDENCIES, ENVIRONMENT, Volume

RESERVED = (
    *("/", "/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/opt", "/proc", "/root", "/run"),
    *("/sbin", "/sys", "/tmp", "/usr", "/var", "/workspaces", ENVIRONMENT, DEPENDENCIES),  # noqa: S108
)
"""Targets that hide what the image, the kernel or the editor keeps there."""


def mount_texts(answers: Answers, workspace: str) -> tuple[str, ...]:
    """Every mount as `docker --mount` text, the one form that knows `readonly`.

    Raises InputError for a reserved target, one that is used twice, or a text that the
    comma-separated form cannot carry.
    """
    seen: dict[str, Mount] = {}
    for mount in answers.mounts:
        target = _check_target(mount, workspace)
        if target in seen:
            raise InputError(
                f"--mount: {target} is the target of both {seen[target].source} and {mount.source}",
                hint="give each mount a target of its own",
            )
        seen[target] = mount
    return tuple(_text(mount) for mount in answers.mounts)


def _check_target(mount: Mount, workspace: str) -> str:
    for text in (mount.source, mount.target):
        if not text or any(char in ',"' or not char.isprintable() for char in text):
            raise InputError(
                f"--mount: {text!r} cannot be written in a mount",
                hint="a path without commas, double quotes and control characters",
            )
    # normpath keeps two leading slashes, which POSIX lets mean something else.
    target = normpath("/" + mount.target.lstrip("/"))
    if not mount.target.startswith(("/", "${")):
        raise InputError(
            f"--mount: the target {mount.target!r} is not an absolute path",
            hint="begin it with /: ~/data:/data",
        )
    if target in {*RESERVED, workspace}:
        raise InputError(
            f"--mount: {target} holds something that the container needs",
            hint="mount below it or elsewhere: /data, /models, /workspaces/NAME/data",
        )
    return target


def _text(mount: Mount) -> str:
    read_only = ",readonly" if mount.read_only else ""
    return f"type={mount.kind},source={mount.source},target={mount.target}{read_only}"


def owned_directories(answers: Answers, home: str) -> tuple[str, ...]:
    """The folders that the image must make, parents first, for the user to own them.

    Docker makes missing mount points and their parents as root, and an empty volume takes
    the owner of the folder that it covers. Targets with variables are unknown to the image,
    and the models of all users belong to no single one.
    """
    folders: list[str] = [f"{home}/.cache"]
    for mount in answers.mounts:
        target = normpath(mount.target)
        if "${" in target or target == SHARED_CACHE:
            continue
        if target.startswith(f"{home}/"):
            parts = target.removeprefix(f"{home}/").split("/")
            folders += [f"{home}/{'/'.join(parts[:end])}" for end in range(1, len(parts) + 1)]
        elif mount.kind == "volume":
            folders.append(target)
    return tuple(dict.fromkeys(folders))


def volumes(answers: Answers) -> Iterator[Volume]:
    """The named volumes that the user must be able to write to."""
    for mount in answers.mounts:
        known = "${" not in mount.target and mount.target != SHARED_CACHE
        if mount.kind == "volume" and not mount.read_only and known:
            yield Volume(name=mount.source, target=shlex.quote(mount.target))
