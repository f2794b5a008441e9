"""What `save` leaves out of an image, and what it would disclose."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from scaffold.container.engine_json import rows, table
from scaffold.container.facts import read_mounts
from scaffold.errors import InputError

_NAME = re.compile(
    r"TOKEN(?!IZER)|SECRET|PASSW(OR)?D|PASSPHRASE|CREDENTIAL|(API|ACCESS|PRIVATE|AUTH)_?KEY|_PWD$",
    re.IGNORECASE,
)
_VALUE = re.compile(
    # Hugging Face, OpenAI, GitHub, GitLab, AWS, Slack, and addresses with a password in them.
    r"\b(hf_|sk-|gh[pousr]_|github_pat_|glpat-|AKIA|xox[abprs]-)[A-Za-z0-9_-]{8,}|//[^/\s:@]+:[^/\s@]+@"
)
_FILES = re.compile(
    r"/(\.netrc|\.git-credentials|\.pypirc|\.env|\.aws/credentials|\.docker/config\.json"
    r"|\.kaggle/kaggle\.json|\.(cache/)?huggingface/(token|stored_tokens)|\.ssh/id_\w+"
    r"|\.config/gcloud/.*credentials.*|[^/]*\.pem|[^/]*_rsa)"
)
_REFERENCE = re.compile(
    r"(?P<repository>(?:[A-Za-z0-9.-]+(?::\d+)?/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
)


def parse_reference(text: str) -> tuple[str, str]:
    """Repository and tag of `repo:tag`; without a tag it is `latest`, as for Docker."""
    match = _REFERENCE.fullmatch(text)
    if match is None:
        raise InputError(
            f"not an image name: {text!r}", hint="lower case, with a tag: my-project:2026-11-24"
        )
    return match["repository"], match["tag"] or "latest"


def left_out(inspect: Mapping[str, Any]) -> tuple[str, ...]:
    """The mounts, which are not saved in an image."""
    return tuple(str(mount) for mount in read_mounts(inspect))


def suspected_variables(inspect: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of variables that look like secrets; anyone with the image can read them."""
    entries = (entry.partition("=") for entry in rows(table(inspect, "Config"), "Env"))
    return tuple(
        name for name, _, value in entries if value and (_NAME.search(name) or _VALUE.search(value))
    )


def suspected_files(changed: Collection[str]) -> tuple[str, ...]:
    """Changed files in which programs usually store secrets."""
    return tuple(sorted(path for path in changed if _FILES.search(path)))


_TEXT_NAME = re.compile(r"""([A-Za-z_][\w.-]*)["']?[ \t]*[:=][ \t]*["']?([^\s"'#${<]{6,})""")
_PRIVATE_KEY = re.compile(r"-----BEGIN (\w+ )*PRIVATE KEY-----")
_WORDS = {"false", "default", "required", "disabled", "enabled", "prompt"}


def suspected_text(text: str) -> bool:
    """Whether a file's text sets something by the name of a secret, or holds one by its form."""
    if _VALUE.search(text) or _PRIVATE_KEY.search(text):
        return True
    return any(
        _NAME.search(name) and value.lower() not in _WORDS
        for name, value in _TEXT_NAME.findall(text)
    )


def suspected_layers(history: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Build steps in an image's history that set something like a secret."""
    steps = (str(layer.get("CreatedBy") or "") for layer in history)
    return tuple(shown for step in steps if (shown := _up_to_secret(step)))


def _up_to_secret(step: str) -> str:
    """The step up to the value of the secret; empty if it has none."""
    for match in re.finditer(r"\b([A-Za-z_]\w*)=(?=\S)", step):
        if _NAME.search(match[1]):
            return step[: match.end()]
    value = _VALUE.search(step)
    return f"{step[: value.start()]}…" if value else ""
