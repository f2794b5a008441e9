"""From raw answers to valid ones: defaults filled in, every value checked, errors by flag."""

import re
from collections.abc import Callable, Mapping

from scaffold.answers.choices import Files, GpuNeed, Installer, Stack, Target
from scaffold.answers.features import parse_feature
from scaffold.answers.mirrors import parse_mirrors
from scaffold.answers.model import Answers
from scaffold.answers.names import (
    parse_apt,
    parse_config,
    parse_extension,
    parse_image,
    parse_project_dir,
    parse_service,
)
from scaffold.answers.places import (
    parse_host,
    parse_mount,
    parse_port,
    parse_shared_cache,
    parse_workspace,
    shared_mounts,
)
from scaffold.answers.question import Question, Value, Values
from scaffold.answers.questions import QUESTIONS
from scaffold.answers.releases import (
    check_text,
    parse_driver,
    parse_framework,
    parse_gpu_model,
    parse_python,
)
from scaffold.errors import InputError
from scaffold.facts import HostFacts
from scaffold.nearest import one_of
from scaffold.project.facts import PackageManager, ProjectFacts
from scaffold.units import size_text

_GPUS = re.compile(
    r"all|free(:[1-9]\d*)?|[1-9]\d*|device=\d+(,\d+)*|\d+(,\d+)+"
    r"|(device=)?(GPU|MIG)-[\w/-]+(,(GPU|MIG)-[\w/-]+)*"
    r"|[a-z0-9.-]+/[\w-]+=[\w:.-]+(,[a-z0-9.-]+/[\w-]+=[\w:.-]+)*"
)

_SHM = re.compile(r"[1-9]\d*[bkmg]?", re.IGNORECASE)

_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")  # useradd(8), CAVEATS

SYSTEM_LOGINS = frozenset(
    ("daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news", "uucp", "proxy")
) | {"www-data", "backup", "list", "irc", "gnats", "nobody", "_apt"}
"""Logins that every Debian and Ubuntu image has: package base-passwd."""

MAX_ID = 2**31 - 1


def complete(values: Values, project: ProjectFacts, host: HostFacts) -> dict[str, Value]:
    """Fill every question without an answer with the default that the facts suggest."""
    full: dict[str, Value] = {}
    for question in QUESTIONS:
        known = {**values, **full}
        full[question.key] = (
            values[question.key]
            if question.key in values
            else question.default(project, host, known)
        )
    return full


def check_value(question: Question, value: object, where: str) -> Value:
    """Return the value in the question's own type.

    `where` names its place for the message (`--gpu`, `answers.toml: gpu`). Raises InputError
    if the type is wrong or the choice unknown.
    """
    texts = value if isinstance(value, list | tuple) else [value]
    for text in texts:
        if isinstance(text, str):
            check_text(where, text)
    if question.kind == "flag" and isinstance(value, bool):
        return value
    if question.kind == "number" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if question.kind == "list" and isinstance(value, list | tuple):
        return tuple(str(item).strip() for item in value if str(item).strip())
    if question.kind == "text" and isinstance(value, str):
        return value.strip()
    if question.kind == "choice" and isinstance(value, str):
        return _check_choice(question, value, where)
    kinds = {"flag": "true or false", "number": "a whole number", "list": "a list of texts"}
    raise InputError(f"{where}: expected {kinds.get(question.kind, 'a text')}, got {value!r}")


def _check_choice(question: Question, value: str, where: str) -> str:
    names = [name for name, _ in question.choices]
    if value in names:
        return value
    raise InputError(f"{where}: unknown choice {value!r}", hint=one_of(value, names))


def build_answers(values: Values, folder: str) -> Answers:
    """Turn complete raw answers into valid ones; `folder` names a container without a name.

    Raises InputError that names the flag to correct.
    """
    text = {key: value for key, value in values.items() if isinstance(value, str)}
    lists = {key: value for key, value in values.items() if isinstance(value, tuple)}
    framework, spec = parse_framework(text["framework"])
    user = _check_user(text["user"])
    parse_driver(text["driver"])
    for model in lists["gpu_model"]:
        parse_gpu_model(model)
    return Answers(
        name=text["name"] or folder,
        target=Target(text["target"]),
        host=parse_host(text["host"]),
        files=Files(text["files"]),
        gpu=GpuNeed(text["gpu"]),
        gpus=parse_gpus(text["gpus"]),
        stack=Stack(text["stack"]),
        framework=framework,
        framework_spec=spec,
        python_spec=parse_python(text["python"]),
        package_manager=PackageManager(text["package_manager"]),
        nvcc=values["nvcc"] is True,
        mounts=(
            *(parse_mount(mount) for mount in lists["mount"]),
            *shared_mounts(text["shared_cache"]),
        ),
        ports=tuple(dict.fromkeys(parse_port(port) for port in lists["port"])),
        shm=_parse_shm(text["shm"]),
        user=user,
        uid=0 if user == "root" else _check_id("--uid", values["uid"]),
        gid=0 if user == "root" else _check_id("--gid", values["gid"]),
        mirrors=parse_mirrors(lists["mirror"]),
        extensions=tuple(parse_extension(name) for name in lists["extension"]),
        jupyter=values["jupyter"] is True,
        workspace=parse_workspace(text["workspace"]) if text["files"] == Files.CONTEXT else "",
        config=parse_config(text["config"]),
        installer=Installer(text["installer"]),
        lock=values["lock"] is True,
        apt=tuple(dict.fromkeys(parse_apt(name) for name in lists["apt"])),
        features=tuple(parse_feature(feature) for feature in lists["feature"]),
        services=tuple(dict.fromkeys(parse_service(name) for name in lists["service"])),
        image=parse_image(text["image"]),
        cache_from=tuple(
            dict.fromkeys(parse_image(name, "--cache-from") for name in lists["cache_from"])
        ),
        shared_cache=parse_shared_cache(text["shared_cache"]),
    )


def parse_gpus(text: str) -> str:
    """Check a GPU request; indices and UUIDs come back as `device=…`, as Docker wants them."""
    if not _GPUS.fullmatch(text):
        raise InputError(
            f"--gpus: cannot read {text!r}",
            hint="all, a count (2), free, device=0,1, GPU-… or MIG-… UUIDs, or nvidia.com/gpu=0",
        )
    bare_list = "," in text and text[0].isdigit()
    return f"device={text}" if bare_list or text.startswith(("GPU-", "MIG-")) else text


LEAST_SHM = 1 << 20
"""Bytes below which nothing could be meant: a number alone counts bytes (docker run)."""


def _parse_shm(text: str) -> str:
    if text in {"", "host"}:
        return text
    if _SHM.fullmatch(text):
        if _bytes(text) >= LEAST_SHM:
            return text
        number = text.rstrip("bkBK")
        raise InputError(
            f"--shm: {text} is only {size_text(_bytes(text))}", hint=f"for gigabytes: {number}g"
        )
    meant = re.fullmatch(r"(\d+)\s*([kmg])i?b", text.strip(), re.IGNORECASE)
    example = f"{meant[1]}{meant[2].lower()}" if meant else "8g"
    raise InputError(f"--shm: cannot read {text!r}", hint=f"a size such as {example}, or host")


def _bytes(size: str) -> int:
    unit = size[-1].lower()
    number = int(size.rstrip("bkmgBKMG"))
    return int(number << {"k": 10, "m": 20, "g": 30}.get(unit, 0))


def _check_user(text: str) -> str:
    if text in SYSTEM_LOGINS:
        raise InputError(
            f"--user: {text!r} is a login of the system in every image", hint="e.g. --user dev"
        )
    if _USER.fullmatch(text):
        return text
    raise InputError(
        f"--user: {text!r} is not a Linux user name",
        hint="lower-case letters, digits, - and _, at most 32, a letter or _ first",
    )


def _check_id(flag: str, value: Value) -> int:
    if isinstance(value, int) and 0 < value <= MAX_ID:
        return value
    raise InputError(f"{flag}: {value!r} is not an id of an ordinary user", hint="e.g. 1000")


PARSERS: Mapping[str, Callable[[str], object]] = {
    "framework": parse_framework,
    "gpus": parse_gpus,
    "python": parse_python,
    "mount": parse_mount,
    "port": parse_port,
    "shm": _parse_shm,
    "user": _check_user,
    "mirror": lambda pair: parse_mirrors((pair,)),
    "extension": parse_extension,
    "driver": parse_driver,
    "gpu_model": parse_gpu_model,
    "host": parse_host,
    "workspace": parse_workspace,
    "config": parse_config,
    "project_dir": parse_project_dir,
    "apt": parse_apt,
    "feature": parse_feature,
    "service": parse_service,
    "image": parse_image,
    "shared_cache": parse_shared_cache,
}
"""What reads the text of an answer, by its key; lists are read item by item."""


def check_content(key: str, value: Value) -> None:
    """Raise InputError if the text of one answer, right in type, cannot be read."""
    if parser := PARSERS.get(key):
        for text in value if isinstance(value, tuple) else (str(value),):
            parser(text)
