"""What a host changes in the answers: the project's folder, its mounts, free GPUs.

Paths of a remote engine have to be whole: `~` and `${localEnv:HOME}` would be the home of the
machine that the editor runs on.
"""

import posixpath
import shlex
from collections.abc import Mapping

from scaffold.answers.choices import Files, Target
from scaffold.answers.free_gpus import FREE, chosen
from scaffold.answers.question import Value, Values
from scaffold.answers.suggestions import is_mac
from scaffold.answers.validation import MAX_ID
from scaffold.errors import InputError
from scaffold.facts import HostFacts


def reconciled(given: Mapping[str, Value]) -> dict[str, Value]:
    """Answers given together: a host means the remote target, and another target means none.

    Raises InputError if both are given and contradict each other.
    """
    host, target = given.get("host"), given.get("target")
    if host and target in {Target.LOCAL, Target.CPU}:
        raise InputError(
            f"--host {host} and --target {target} contradict each other",
            hint="omit --target; for a container without a GPU on the host: --gpu none",
        )
    if host:
        return {**given, "target": Target.REMOTE.value}
    return {**given, "host": ""} if target in {Target.LOCAL, Target.CPU} else dict(given)


HOSTS_OWN = ("files", "workspace", "uid", "gid", "driver", "gpu_model")
"""Answers that hold for one host alone."""


def of_this_host(record: Values, given: Values) -> dict[str, Value]:
    """The recorded answers, without those that were another host's."""
    same = given.get("host", record.get("host", "")) == record.get("host", "")
    return {key: value for key, value in record.items() if same or key not in HOSTS_OWN}


def settled(values: Values, host: HostFacts, folder: str) -> dict[str, Value]:
    """The answers with what only the host's facts can tell; `folder` is the project's name.

    Raises InputError if the host's home folder is needed and unknown, where a volume would
    be needed and cannot be, and where `free` GPUs cannot be found.
    """
    found = {**values, "gpus": chosen(str(values["gpus"]), host)}
    if values["target"] != Target.REMOTE:
        return found
    by_context = values["files"] == Files.CONTEXT
    if not values["host"]:
        if by_context:
            raise InputError("--files context needs a host", hint="name its alias: --host gpu01")
        return found
    found["workspace"] = _workspace(str(values["workspace"]), host, folder, volumes=by_context)
    if by_context and isinstance(mounts := values["mount"], tuple):
        place = str(found["workspace"])
        found["mount"] = tuple(_remote_mount(text, host, place) for text in mounts)
    return found


def _workspace(text: str, host: HostFacts, folder: str, *, volumes: bool) -> str:
    text = text or f"~/{folder}"
    if text.startswith("~/"):
        return posixpath.normpath(posixpath.join(_home(host, "--workspace"), text[2:]))
    if text.startswith("/"):
        path = posixpath.normpath("/" + text.lstrip("/"))
        if path == "/":
            raise InputError("--workspace: / is no folder for a project")
        return path
    if not volumes:
        raise InputError(
            f"--workspace: {text!r} is a volume, which only --files context can use",
            hint="with remote-ssh the project needs a folder: ~/NAME or /srv/NAME",
        )
    return text


def _home(host: HostFacts, flag: str) -> str:
    home = host.login.home or ""
    if not home.startswith("/"):
        raise InputError(
            f"{flag}: the home folder on {host.name} is not known",
            hint=f"write the whole path: {flag} /…",
        )
    return home


def _remote_mount(text: str, host: HostFacts, workspace: str) -> str:
    """A mount's source as the remote engine finds it."""
    source, separator, rest = text.partition(":")
    if source == "~" or source.startswith("~/"):
        return _home(host, "--mount") + source[1:] + separator + rest
    if source == "." or source.startswith(("./", "../")):
        if not workspace.startswith("/"):
            raise InputError(
                f"--mount: {source!r} is inside the project, which is the volume {workspace} there",
                hint="mount a whole path of the host, or say --workspace with a path",
            )
        return posixpath.normpath(posixpath.join(workspace, source)) + separator + rest
    return text


def remembered_answers(values: Values) -> dict[str, Value]:
    """What is recorded without having been typed, so that other commands find the host."""
    if values["target"] != Target.REMOTE or not values["host"]:
        return {}
    return {key: values[key] for key in ("target", "host", "files", "workspace", "uid", "gid")}


def worth_recording(given: Values, host: HostFacts) -> dict[str, Value]:
    """The answers without ids that are the login's own anyway, which no colleague has."""
    own = {"uid": host.uid, "gid": host.gid}
    kept = {key: value for key, value in given.items() if value != own.get(key, ...)}
    kept.pop("advanced", None)
    return kept


def doubts(values: Values, host: HostFacts, place: str = ".") -> list[str]:
    """What the user should know of the host's part in the answers, for the folder at `place`."""
    found = []
    if FREE.fullmatch(str(values["gpus"])):
        found.append(
            f"--gpus {values['gpus']} chose {chosen(str(values['gpus']), host)}: least used at "
            f"the time of the check, and not reserved"
        )
    if is_mac(host, values):
        found.append(
            "a Mac has no NVIDIA GPU, so the container computes on the CPU; "
            "on a GPU server: --host NAME"
        )
    if values["target"] == Target.LOCAL and host.uid == 0 and values["user"] != "root":
        ids = f"{values['uid']}:{values['gid']}"
        found.append(
            f"the project belongs to root, and the container's user {values['user']} ({ids}) "
            f"cannot write it: --user root, or: chown -R {ids} {shlex.quote(place)}"
        )
    if values["target"] == Target.REMOTE and values["host"] and host.uid == 0:
        uid, gid = values["uid"], values["gid"]
        if isinstance(uid, int) and 0 < uid <= MAX_ID and values["user"] != "root":
            found.append(
                f"you log in to {host.name} as root: the container's user gets the ids "
                f"{uid}:{gid}, and `scaffold up` gives the project's files to them"
            )
    return found
