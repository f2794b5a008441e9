"""The state of dpkg and apt in a file system, read from their files; runs no program."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import field

from scaffold.records import dataclass

STATUS = "/var/lib/dpkg/status"
EXTENDED = "/var/lib/apt/extended_states"
INFO = "/var/lib/dpkg/info"
ALTERNATIVES = "/var/lib/dpkg/alternatives"
OVERRIDES = "/var/lib/dpkg/statoverride"

MERGED = ("/bin/", "/sbin/", "/lib/", "/lib32/", "/lib64/", "/libx32/")
"""Folders that are links into /usr: wiki.debian.org/UsrMerge."""

GONE = {"not-installed", "config-files"}


@dataclass(frozen=True, slots=True)
class DebianPackage:
    """One package. `state` is dpkg's state, usually `installed`.

    `conffiles` are its configuration files, with the MD5 sums that they were installed with.
    """

    name: str
    version: str
    state: str = "installed"
    conffiles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Dpkg:
    """All packages by name (`name:arch` for a foreign one), and the paths that they own.

    `automatic` are dependencies. `chosen_alternatives` are those of the `alternatives` that
    were set by hand.
    """

    packages: Mapping[str, DebianPackage] = field(default_factory=dict)
    automatic: frozenset[str] = frozenset()
    owners: Mapping[str, str] = field(default_factory=dict)
    alternatives: frozenset[str] = frozenset()
    chosen_alternatives: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class AptChanges:
    """What apt has to do on the base image: `name=version` to install, and names to remove.

    `broken` are half-installed packages, with their state; `local` are packages that no archive
    has, whose files are copied.
    """

    manual: tuple[str, ...] = ()
    automatic: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()
    local: tuple[str, ...] = ()


def read_dpkg(files: Mapping[str, bytes]) -> Dpkg:
    """Read the state from file contents by path; empty without dpkg."""
    paragraphs = list(_paragraphs(_text(files, STATUS)))
    native = next((one["Architecture"] for one in paragraphs if one.get("Package") == "dpkg"), "")
    packages = {}
    for one in paragraphs:
        state = one.get("Status", "").rpartition(" ")[2]
        if one.get("Package") and state not in GONE:
            key = _key(one, native)
            packages[key] = DebianPackage(key, one.get("Version", ""), state, _conffiles(one))
    automatic = {
        _key(one, native)
        for one in _paragraphs(_text(files, EXTENDED))
        if one.get("Auto-Installed") == "1"
    }
    owners = dict(_owners(files, native))
    return Dpkg(
        packages=packages,
        automatic=frozenset(automatic & packages.keys()),
        owners=owners,
        alternatives=frozenset(_alternatives(files, b"")),
        chosen_alternatives=frozenset(_alternatives(files, b"manual\n")),
    )


def apt_changes(base: Dpkg, now: Dpkg, local: Collection[str] = ()) -> AptChanges:
    """What was installed, upgraded, marked and removed since the base image.

    `local` are the names of packages that no archive has.
    """
    manual: list[str] = []
    automatic: list[str] = []
    for name, package in sorted(now.packages.items()):
        if name in local:
            continue
        before = base.packages.get(name)
        auto = name in now.automatic
        same = before is not None and before.version == package.version
        if same and before and before.state == package.state and auto == (name in base.automatic):
            continue
        (automatic if auto else manual).append(f"{name}={package.version}")
    return AptChanges(
        manual=tuple(manual),
        automatic=tuple(automatic),
        removed=tuple(sorted(base.packages.keys() - now.packages.keys())),
        broken=tuple(
            (name, package.state)
            for name, package in sorted(now.packages.items())
            if package.state != "installed" and name not in local
        ),
        local=tuple(f"{name}={now.packages[name].version}" for name in sorted(local)),
    )


def overridden(files: Mapping[str, bytes]) -> frozenset[str]:
    """The paths whose owner or mode `dpkg-statoverride` sets."""
    lines = (line.split(" ", 3) for line in _text(files, OVERRIDES).splitlines())
    return frozenset(words[3] for words in lines if len(words) == 4)


def _text(files: Mapping[str, bytes], path: str) -> str:
    return files.get(path, b"").decode("utf-8", "replace")


def _paragraphs(text: str) -> Iterator[dict[str, str]]:
    """The fields of each paragraph; a leading space continues a line: deb-control(5)."""
    for paragraph in text.split("\n\n"):
        fields: dict[str, str] = {}
        name = ""
        for line in paragraph.splitlines():
            if line.startswith((" ", "\t")) and name:
                fields[name] += f"\n{line.strip()}"
            elif ":" in line:
                name, _, value = line.partition(":")
                fields[name] = value.strip()
        if fields:
            yield fields


def _key(fields: Mapping[str, str], native: str) -> str:
    architecture = fields.get("Architecture", "")
    foreign = architecture not in {native, "all", ""} and native
    return f"{fields['Package']}:{architecture}" if foreign else fields["Package"]


def _conffiles(fields: Mapping[str, str]) -> dict[str, str]:
    lines = (line.split() for line in fields.get("Conffiles", "").splitlines())
    # A third word marks an obsolete file.
    return {words[0]: words[1] for words in lines if len(words) == 2}


def _alternatives(files: Mapping[str, bytes], begin: bytes) -> Iterator[str]:
    """Names of alternatives, and of their slave links, whose record starts with `begin`.

    The record has the state, the main link, then name and link of each slave, up to an empty
    line: dpkg, doc/update-alternatives.
    """
    for path, content in files.items():
        if path.startswith(f"{ALTERNATIVES}/") and content.startswith(begin):
            yield path.rpartition("/")[2]
            head = content.partition(b"\n\n")[0].decode("utf-8", "replace").splitlines()
            yield from head[2::2]


def _owners(files: Mapping[str, bytes], native: str) -> Iterator[tuple[str, str]]:
    for path, content in files.items():
        if not path.startswith(f"{INFO}/") or not path.endswith(".list"):
            continue
        name = path.rpartition("/")[2].removesuffix(".list").removesuffix(f":{native}")
        for line in content.decode("utf-8", "replace").splitlines():
            if line.startswith("/") and line != "/.":
                yield line, name
                if line.startswith(MERGED):
                    yield f"/usr{line}", name
