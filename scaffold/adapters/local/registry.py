"""What image registries and package indexes list now, over HTTP, without an account.

Sources: OCI distribution specification, "Listing tags"; the token authentication specification of
CNCF distribution; PEP 503, PEP 691 and PEP 700 for package indexes.
"""

import http.client
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from scaffold import __version__
from scaffold.errors import TargetError
from scaffold.parsing.untrusted.documents import read_json
from scaffold.parsing.untrusted.printable import printable

TIMEOUT_S = 15
"""For each answer to begin and for each pause within it."""

CAP = 64 * 1024 * 1024
PAGES = 100
INDEX_TYPES = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"

Headers = Mapping[str, str]


def image_tags(registry: str, repository: str) -> tuple[str, ...]:
    """All tags of a repository; `registry` is an address such as https://quay.io.

    Raises TargetError if the registry cannot be reached or refuses.
    """
    url = f"{registry}/v2/{repository}/tags/list?n=1000"
    tags: list[str] = []
    headers: dict[str, str] = {}
    for _ in range(PAGES):
        found, answered = _page(url, headers)
        listed = _json(url, found).get("tags")
        tags += [tag for tag in listed or () if isinstance(tag, str)]
        following = re.match(r'\s*<([^>]+)>;\s*rel="?next', answered.get("Link") or "")
        if following is None:
            return tuple(tags)
        url = urllib.parse.urljoin(url, following[1])
    raise TargetError(f"{registry} lists the tags of {repository} without end")


def _page(url: str, headers: dict[str, str]) -> tuple[bytes, Headers]:
    """One page; the first time the registry may ask for a token, which it gives to every client."""
    try:
        return _get(url, headers)
    except urllib.error.HTTPError as error:
        challenge = error.headers.get("WWW-Authenticate") or ""
        if error.code != 401 or not challenge.startswith("Bearer ") or headers:
            raise _refused(url, error) from error
    headers["Authorization"] = f"Bearer {_token(url, challenge)}"
    try:
        return _get(url, headers)
    except urllib.error.HTTPError as error:
        raise _refused(url, error) from error


def _token(url: str, challenge: str) -> str:
    values = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    realm = values.pop("realm", "")
    if urllib.parse.urlsplit(realm).scheme not in {"http", "https"}:
        raise TargetError(f"{_host(url)} requests a token without naming its issuer")
    asked = f"{realm}?{urllib.parse.urlencode(values)}"
    try:
        answer = _json(asked, _get(asked, {})[0])
    except urllib.error.HTTPError as error:
        raise _refused(asked, error) from error
    token = answer.get("token") or answer.get("access_token")
    if not isinstance(token, str) or not token.isprintable():
        raise TargetError(f"{_host(asked)} gives no token")
    return token


def project_versions(index: str, project: str) -> tuple[str, ...]:
    """The versions of which a package index holds wheels or says so, empty if it has none."""
    url = f"{index}/{project}/"
    try:
        content, answered = _get(url, {"Accept": INDEX_TYPES})
    except urllib.error.HTTPError as error:
        # PyTorch's index answers 403 for a variant that does not exist.
        if error.code in {403, 404}:
            return ()
        raise _refused(url, error) from error
    if "json" in (answered.get("Content-Type") or ""):
        found = _json(url, content)
        files = [file.get("filename", "") for file in found.get("files") or ()]
    else:
        reader = _FileNames()
        reader.feed(content.decode("utf-8", "replace"))
        files = reader.names
    versions = (_version_of(name) for name in files)
    return tuple(sorted({version for version in versions if version}))


class _FileNames(HTMLParser):
    """The texts of the links of a PEP 503 page, which are file names."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def handle_data(self, data: str) -> None:
        """Collect every text; what is no wheel's name is sorted out later."""
        self.names.append(data.strip())


def _version_of(name: str) -> str:
    try:
        return parse_wheel_filename(name)[1].public
    except InvalidWheelFilename:
        return ""


def _get(url: str, headers: Mapping[str, str]) -> tuple[bytes, Headers]:
    """The body and headers of an answer. Raises HTTPError for a status that is no success."""
    if urllib.parse.urlsplit(url).scheme not in {"http", "https"}:
        # The address of a following page is the registry's own word.
        raise TargetError(f"not an address of a web server: {printable(url)}")
    agent = {"User-Agent": f"gpu-scaffold/{__version__}"}
    request = urllib.request.Request(url, headers={**agent, **headers})  # noqa: S310 (http or https)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            content: bytes = answer.read(CAP + 1)
            # What is left to come, where the connection ended before it.
            missing = answer.length or 0
            found: Headers = answer.headers
    except urllib.error.HTTPError as error:
        # Its headers stay readable; the connection would stay open.
        error.close()
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise TargetError(
            f"{_host(url)} cannot be reached: {reason}",
            hint="check the network and the proxy (HTTPS_PROXY), or use a mirror: --mirror "
            "KIND=URL",
        ) from error
    if len(content) > CAP:
        raise TargetError(f"{_host(url)} answers with more than {CAP >> 20} MiB")
    if missing:
        raise TargetError(f"the answer of {_host(url)} ended {missing} bytes early")
    return content, found


def _json(url: str, content: bytes) -> dict[str, Any]:
    try:
        found = read_json(content)
    except ValueError as error:
        raise TargetError(f"{_host(url)} answers with broken JSON: {error}") from error
    if not isinstance(found, dict):
        raise TargetError(f"{_host(url)} answers with JSON that is no object")
    return found


def _refused(url: str, error: urllib.error.HTTPError) -> TargetError:
    again = error.headers.get("Retry-After")
    if error.code == 429:
        when = f"in {again} seconds" if (again or "").isdigit() else "later"
        return TargetError(f"{_host(url)} has had too many requests", hint=f"try again {when}")
    path = urllib.parse.urlsplit(url).path
    return TargetError(f"{_host(url)} answers {error.code} {error.reason} for {path}")


def _host(url: str) -> str:
    return urllib.parse.urlsplit(url).netloc
