"""Refuses answers that no container could use, before a file is written. Needs Python alone."""

import re
import sys

PORT = r"0*(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])"
URL = r"https?://[^\s@]+"
PATH = r"(?:[/~.$][^:,\x00-\x1f]*|[A-Za-z0-9][A-Za-z0-9_.-]+)"
GPUS = (
    r"all|[1-9]\d*|device=\d+(?:,\d+)*|\d+(?:,\d+)+"
    r"|(?:device=)?(?:GPU|MIG)-[\w/-]+(?:,(?:GPU|MIG)-[\w/-]+)*"
    r"|[a-z0-9.-]+/[\w-]+=[\w:.-]+(?:,[a-z0-9.-]+/[\w-]+=[\w:.-]+)*"
)
IMAGE = (
    r"((localhost|[A-Za-z0-9-]+(?=[.:])[A-Za-z0-9.-]*)(:\d+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*"
    r"(:\w[\w.-]{0,127})?(@[a-z0-9+._-]+:[0-9a-fA-F]{32,})?"
)
USER = r"(?!(?:daemon|bin|sys|sync|games|man|lp|mail|news|uucp|proxy|backup|list|irc|gnats|nobody)$)"

ANSWERS = {
    # answer: its value, what one of its items looks like, whether it is a list, an example
    "gpus": ({{ cookiecutter.gpus | tojson }}, GPUS, False, "all, 2 or device=0,1"),
    "image": (
        {{ cookiecutter.image | tojson }},
        "|" + IMAGE,
        False,
        "nvidia/cuda:12.6.3-devel-ubuntu22.04",
    ),
    "apt": ({{ cookiecutter.apt | tojson }}, r"[a-z0-9][a-z0-9+.-]+", True, "ffmpeg, libgl1"),
    "mount": (
        {{ cookiecutter.mount | tojson }},
        PATH + r":/[^:,\x00-\x1f]*(?::ro|:rw)?",
        True,
        "~/data:/data:ro, models:/models",
    ),
    "port": ({{ cookiecutter.port | tojson }}, PORT, True, "8888, 6006 (from 1 to 65535)"),
    "shm": (
        {{ cookiecutter.shm | tojson }},
        r"|host|[1-9]\d*[mMgG]|[1-9]\d{3,}[kK]|[1-9]\d{6,}[bB]?",
        False,
        "8g, 512m or host (a number alone counts bytes)",
    ),
    "user": ({{ cookiecutter.user | tojson }}, USER + r"[a-z_][a-z0-9_-]{0,31}", False, "dev or root"),
    "uid": ({{ cookiecutter.uid | tojson }}, r"[1-9]\d{0,9}", False, "1000, as `id -u` prints it"),
    "gid": ({{ cookiecutter.gid | tojson }}, r"[1-9]\d{0,9}", False, "1000, as `id -g` prints it"),
    "workspace": (
        {{ cookiecutter.workspace | tojson }},
        r"|/[^\x00-\x1f]*|~/[^\x00-\x1f]*|[A-Za-z0-9][A-Za-z0-9_.-]+",
        False,
        "/srv/project, ~/project or the name of a volume",
    ),
    "mirror_apt": ({{ cookiecutter.mirror_apt | tojson }}, "|" + URL, False, "https://mirror.example.org"),
    "mirror_pip": (
        {{ cookiecutter.mirror_pip | tojson }},
        "|" + URL,
        False,
        "https://mirror.example.org/simple",
    ),
    "mirror_pytorch": (
        {{ cookiecutter.mirror_pytorch | tojson }},
        "|" + URL,
        False,
        "https://mirror.example.org/whl",
    ),
    "mirror_conda": (
        {{ cookiecutter.mirror_conda | tojson }},
        "|" + URL,
        False,
        "https://mirror.example.org/conda",
    ),
    "mirror_registry": (
        {{ cookiecutter.mirror_registry | tojson }},
        r"|[A-Za-z0-9.-]+(?::\d+)?(?:/[\w./-]+)?",
        False,
        "mirror.example.org or mirror.example.org/hub",
    ),
    "extension": (
        {{ cookiecutter.extension | tojson }},
        r"[\w-]+\.[\w.-]+",
        True,
        "ms-python.python, charliermarsh.ruff",
    ),
}


def wrong(value, pattern, is_list):
    """The items of an answer that do not look like one."""
    items = [item.strip() for item in value.split(",")] if is_list else [value.strip()]
    return [item for item in items if (item or not is_list) and not re.fullmatch(pattern, item)]


failed = False
for name, (value, pattern, is_list, example) in ANSWERS.items():
    for item in wrong(str(value), pattern, is_list):
        failed = True
        print(f"error: {name}: {item!r} cannot be used; write it like {example}", file=sys.stderr)
if failed:
    print("Nothing was written. Run cookiecutter again with other answers.", file=sys.stderr)
    sys.exit(1)
