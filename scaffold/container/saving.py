"""What saving a container as an image leaves out, and what it gives away."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from scaffold.container.facts import read_mounts
from scaffold.container.raw import rows, table
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
    """The mounts, none of which goes into an image; nor do the processes."""
    return tuple(str(mount) for mount in read_mounts(inspect))


def suspected_variables(inspect: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of variables that look like secrets, which everybody with the image can read."""
    entries = (entry.partition("=") for entry in rows(table(inspect, "Config"), "Env"))
    return tuple(
        name for name, _, value in entries if value and (_NAME.search(name) or _VALUE.search(value))
    )


def suspected_files(changed: Collection[str]) -> tuple[str, ...]:
    """Files among the changed ones in which programs keep their secrets."""
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
    """The steps of an image's history that name something like a secret with a value."""
    steps = (str(layer.get("CreatedBy") or "") for layer in history)
    return tuple(shown for step in steps if (shown := _up_to_secret(step)))


def _up_to_secret(step: str) -> str:
    """The step's begin, which names the secret and does not show it; empty without one."""
    for match in re.finditer(r"\b([A-Za-z_]\w*)=(?=\S)", step):
        if _NAME.search(match[1]):
            return step[: match.end()]
    value = _VALUE.search(step)
    return f"{step[: value.start()]}…" if value else ""
