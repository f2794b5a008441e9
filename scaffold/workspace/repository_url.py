"""Addresses of git repositories that a user gives: which texts are some, and the folder's name."""

import re
import shlex

_SCHEME = re.compile(r"(?:https?|ssh|git|file)://\S+")
_SCP = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.-]*(?:@[A-Za-z0-9_.-]+)?:(?!//)[^\s:][^\s]*")
"""The form user@host:path, as in git-clone(1)."""
_SHORT = re.compile(r"(?:github\.com|gitlab\.com|huggingface\.co|bitbucket\.org)/[\w.-]+/[\w./-]+")
"""A page's address without its scheme, as people copy it."""
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def repository_url(text: str) -> str:
    """The address for git if the text is one, otherwise empty (a path).

    Other transports of git, such as `ext::`, run commands, and are no addresses here.
    """
    if _SCHEME.fullmatch(text):
        return text
    if _SHORT.fullmatch(text):
        return f"https://{text}"
    return text if _SCP.fullmatch(text) and "::" not in text else ""


def folder_hint(path: str) -> str:
    """What to do about a path that is no folder: it may be an address, or a server's name."""
    # A path has one slash where the address had two.
    url = repository_url(re.sub(r"^(\w+):/+", r"\1://", path))
    if url:
        return f"clone it with: scaffold start {shlex.quote(url)}"
    return "name the folder of your project; a server is named with --host"


def folder_name(url: str) -> str:
    """The folder that git would clone into; empty if the address ends in no plain name."""
    last = re.split(r"[/:]", url.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0].rstrip("/"))[
        -1
    ]
    name = last.removesuffix(".git")
    return name if _NAME.fullmatch(name) else ""


def same_repository(one: str, other: str) -> bool:
    """Whether two addresses differ at most in `.git`, a slash or letter case of the host."""
    return _plain(one) == _plain(other)


def _plain(url: str) -> str:
    text = url.strip().rstrip("/").removesuffix(".git")
    scheme, separator, rest = text.rpartition("://")
    host, slash, path = rest.partition("/")
    # A login in the address makes no other repository.
    return f"{scheme}{separator}{host.rpartition('@')[2].lower()}{slash}{path}"
