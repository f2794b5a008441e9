"""Notes for the user before the files of an adopted container are written."""

import shlex
from collections.abc import Iterable, Iterator, Mapping

from scaffold.adopt.accounts import PASSWD
from scaffold.adopt.adoption import Adoption
from scaffold.adopt.python_packages import Distribution
from scaffold.parsing.untrusted.secret_forms import redacted
from scaffold.parsing.untrusted.secrets import find_secrets
from scaffold.units import and_more

OFFERED = 5
"""Paths of /tmp that are named at most."""


def notes(
    adoption: Adoption, dists: Iterable[Distribution], env: Mapping[str, str]
) -> Iterator[str]:
    """All notes, one line each; `dists` are the Python packages, `env` the variables."""
    if not adoption.base.pinned:
        name = adoption.base.reference
        yield f"{name} has no digest: the build needs exactly this image on the Docker host"
    yield from adoption.settings.notes
    yield from _secrets(adoption, env)
    yield from _packages(adoption, dists)
    if adoption.offered:
        flags = " ".join(f"--include {shlex.quote(path)}" for path in adoption.offered[:OFFERED])
        more = and_more(len(adoption.offered) - OFFERED)
        rest = f" ({more.lstrip()})" if more else ""
        yield f"files in /tmp are not copied; to copy them{rest}: {flags}"
    for path in adoption.overlay.odd:
        yield f"{path} is a device, a socket, or has an unsupported name: not copied"


def _secrets(adoption: Adoption, env: Mapping[str, str]) -> Iterator[str]:
    for name in adoption.settings.secrets:
        yield f"the variable {name} looks like a secret: its value is read from your environment"
    if adoption.settings.secrets or adoption.settings.omitted or adoption.overlay.secret:
        yield "suspected secrets are left out; --include-secret NAME copies one"
    for account in adoption.accounts:
        if account.file == PASSWD and account.line:
            yield f"the user {account.name} is created without a password"
    for path in sorted({path for one in adoption.indexes.values() for path in one.secret}):
        yield f"{path} holds an index URL with credentials: not copied; see docs/adopt.md"
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        if find_secrets(env.get(name, "")):
            yield f"{name} holds an index URL with credentials: not copied; see docs/adopt.md"
    for one in adoption.conda:
        if one.secret:
            yield f"a channel of {one.prefix} has credentials: its address is written without them"


def _packages(adoption: Adoption, dists: Iterable[Distribution]) -> Iterator[str]:
    if not adoption.has_dpkg:
        yield "the image has no dpkg: system packages are copied as files"
    for package, state in adoption.apt.broken:
        yield f"the package {package} is {state}; it will be fully installed"
    for package in adoption.apt.local:
        yield f"{package} came from a .deb file: its files are copied, and dpkg will not know it"
    for environment in adoption.conda:
        for linked in environment.local:
            yield f"{linked.spec} came from a local conda channel: its files are copied"
    for dist in dists:
        if not dist.reinstallable:
            where = f" (from {redacted(dist.origin)})" if dist.origin else ""
            yield f"{dist.name} {dist.version} cannot be downloaded{where}: its files are copied"
