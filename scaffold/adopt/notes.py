"""What a person should know before the files of an adopted container are written."""

import re
from collections.abc import Iterable, Iterator, Mapping

from scaffold.adopt.accounts import PASSWD
from scaffold.adopt.adoption import Adoption
from scaffold.adopt.dists import Dist

_LOGIN = re.compile(r"//[^/@]+@")


def notes(adoption: Adoption, dists: Iterable[Dist], env: Mapping[str, str]) -> Iterator[str]:
    """All of it, a line each; `dists` are those that were found, `env` the variables."""
    if not adoption.base.pinned:
        name = adoption.base.reference
        yield f"{name} has no digest here: whoever builds must have the same image"
    yield from adoption.settings.notes
    yield from _secrets(adoption, env)
    yield from _packages(adoption, dists)
    for path in adoption.overlay.odd:
        yield f"{path} is a device, a socket, or has a name that no list can carry: left out"


def _secrets(adoption: Adoption, env: Mapping[str, str]) -> Iterator[str]:
    for name in adoption.settings.secrets:
        yield f"the variable {name} looks like a secret: its value is taken from your environment"
    for account in adoption.accounts:
        if account.file == PASSWD and account.line:
            yield f"the login {account.name} comes without a password"
    for path in sorted({path for one in adoption.indexes.values() for path in one.secret}):
        yield f"{path} names an index with a login: it is left out; see docs/adopt.md"
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        if _LOGIN.search(env.get(name, "")):
            yield f"{name} names an index with a login: it is left out; see docs/adopt.md"
    for one in adoption.conda:
        if one.secret:
            yield f"a channel of {one.prefix} holds a login: the address is written without it"


def _packages(adoption: Adoption, dists: Iterable[Dist]) -> Iterator[str]:
    if not adoption.has_dpkg:
        yield "there is no dpkg: packages of the system are carried over as files"
    for package, state in adoption.apt.broken:
        yield f"the package {package} is {state} here; it will be installed whole"
    for dist in dists:
        if not dist.reinstallable:
            where = f" (from {_LOGIN.sub('//…@', dist.origin)})" if dist.origin else ""
            yield f"{dist.name} {dist.version} cannot be fetched again{where}: its files are kept"
