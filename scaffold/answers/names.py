"""Names and addresses as answers: each checked, with an error that names the flag."""

import posixpath
import re

from scaffold.errors import InputError
from scaffold.nearest import one_of

# Patterns are compiled when they are first needed: most commands need few of them.
_EXTENSION = r"[\w-]+\.[\w.-]+"
_CONFIG = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
_IMAGE = (
    # [HOST[:PORT]/]PATH[:TAG][@DIGEST]: distribution/reference, reference.go
    r"(?a)((localhost|[A-Za-z0-9-]+(?=[.:])[A-Za-z0-9.-]*)(:\d+)?/)?[a-z0-9]+([._/-]+[a-z0-9]+)*(:\w[\w.-]{0,127})?"
    r"(@[a-z0-9+._-]+:[0-9a-fA-F]{32,})?"
)
_PACKAGE = r"[a-z0-9][a-z0-9+.-]+"

SERVICES = ("postgres", "redis", "mlflow", "minio")
"""Services that can run next to the dev container; scaffold/plan/services.py has their rows."""


def parse_image(text: str, flag: str = "--image") -> str:
    """Check the name of an image; empty for none. Raises InputError, naming the flag."""
    if not text or (re.fullmatch(_IMAGE, text) and len(text) <= 512):
        return text
    raise InputError(
        f"{flag}: {text!r} is not the name of an image",
        hint="REPO:TAG, e.g. nvidia/cuda:12.6.3-devel-ubuntu22.04; repositories in lower case",
    )


def parse_config(text: str) -> str:
    """Check the name of a second configuration, a folder below `.devcontainer`; empty for none."""
    if not text or re.fullmatch(_CONFIG, text):
        return text
    raise InputError(
        f"--config: {text!r} is not a folder's name",
        hint="letters, digits, - and _, e.g. gpu: it goes to .devcontainer/gpu/",
    )


def parse_project_dir(text: str) -> str:
    """Check a folder inside the repository; empty or `.` is the repository itself."""
    path = posixpath.normpath(text) if text else ""
    if path in {"", "."}:
        return ""
    if path.startswith(("/", "..")) or not path.isprintable():
        raise InputError(
            f"--project-dir: {text!r} is not a folder inside the repository",
            hint="write it relative to the repository, e.g. python/app",
        )
    return path


def parse_apt(text: str) -> str:
    """Check the name of a Debian package: Debian policy, section 5.6.1."""
    if re.fullmatch(_PACKAGE, text):
        return text
    several = re.split(r"[\s,]+", text.strip())
    one_each = " ".join(f"--apt {name}" for name in several)
    fits = len(several) > 1 and all(re.fullmatch(_PACKAGE, name) for name in several)
    raise InputError(
        f"--apt: {text!r} is not the name of a Debian package",
        hint=f"one each: {one_each}" if fits else "e.g. ffmpeg or libgl1",
    )


def parse_service(text: str) -> str:
    """Check the name of a service that is known."""
    if text in SERVICES:
        return text
    raise InputError(f"--service: unknown service {text!r}", hint=one_of(text, SERVICES))


def parse_extension(text: str) -> str:
    """Check a VS Code extension id, `publisher.name`."""
    if re.fullmatch(_EXTENSION, text):
        return text
    raise InputError(
        f"--extension: {text!r} is not an extension id", hint="write publisher.name, as in VS Code"
    )
