"""Which changed paths belong to packages, so that installing those restores them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from scaffold.adopt.accounts import PasswdEntry
from scaffold.adopt.conda import CondaEnvironment
from scaffold.adopt.dpkg import ALTERNATIVES, Dpkg
from scaffold.adopt.file_tree import FileEntry, PathChanges, ancestors, below
from scaffold.adopt.npm import NpmPackage
from scaffold.adopt.python_packages import Distribution, SiteChanges, read_site
from scaffold.adopt.sorting import PackagePaths


def changed_packages(base: Dpkg, now: Dpkg) -> tuple[frozenset[str], frozenset[str]]:
    """Names of new or changed packages, and of removed or changed ones."""
    came = {n for n, p in now.packages.items() if base.packages.get(n) != p}
    went = {n for n, p in base.packages.items() if now.packages.get(n) != p}
    return frozenset(came), frozenset(went)


def settings_to_compare(base: Dpkg, now: Dpkg, changes: PathChanges) -> dict[str, str]:
    """Configuration files of new packages with their original MD5 sums, to find edited ones."""
    came, _ = changed_packages(base, now)
    return {
        path: digest
        for name in came
        for path, digest in now.packages[name].conffiles.items()
        if changes.get(path) in {"added", "modified"}
    }


def find_owned(
    base: Dpkg,
    now: Dpkg,
    edited: Iterable[str],
    dists: Iterable[Distribution],
    old_dists: Iterable[Distribution],
    conda: Iterable[CondaEnvironment],
    npm: Iterable[NpmPackage],
    local: Collection[str] = (),
    own: Iterable[str] = (),
) -> PackagePaths:
    """All paths of packages; `edited` are configuration files that the user changed.

    `local` are packages that no archive has, `own` paths that no installer restores as they are.
    """
    came, went = changed_packages(base, now)
    came -= set(local)
    new = {path for path, name in now.owners.items() if name in came or name.split(":")[0] in came}
    new |= _alternatives(base, now)
    old = {path for path, name in base.owners.items() if name in went}
    trees = [package.folder for package in npm]
    for dist in dists:
        if dist.reinstallable:
            new |= dist.files
            trees.append(dist.folder)
    for dist in old_dists:
        old |= dist.files | {dist.folder}
    for environment in conda:
        new |= {path for package in environment.packages for path in package.files}
        trees.append(f"{environment.prefix}/conda-meta")
        own = {*own, *(record for one in environment.local for record in (one.record, *one.files))}
    return PackagePaths(
        now=frozenset(new - set(edited)),
        before=frozenset(old),
        trees=tuple(trees),
        own=frozenset(own),
    )


def _alternatives(base: Dpkg, now: Dpkg) -> set[str]:
    """Links that packages create, without those that the user chose."""
    if base.packages == now.packages:
        return set()
    return {
        f"/etc/{ALTERNATIVES.rpartition('/')[2]}/{name}"
        for name in now.alternatives - now.chosen_alternatives
    }


def site_changes(
    dists: Iterable[Distribution],
    old: Iterable[Distribution],
    venvs: Mapping[str, bytes],
    read: Mapping[str, FileEntry],
    logins: Mapping[str, PasswdEntry],
    pythons: Mapping[str, str],
) -> Iterator[SiteChanges]:
    """What pip has to do in each folder; `venvs` are the pyvenv.cfg of new environments.

    `read` has the site-packages folders, whose owner installs into them. `pythons` are the
    interpreters named by the programs in them.
    """
    dists, old = list(dists), list(old)
    for path in sorted({dist.site for dist in (*dists, *old)}):
        site = read_site(path)
        if site is None:
            continue
        here = [dist for dist in dists if dist.site == path and dist.reinstallable]
        names = {dist.name for dist in dists if dist.site == path}
        gone = sorted({dist.name for dist in old if dist.site == path} - names)
        config = venvs.get(f"{site.prefix}/pyvenv.cfg")
        owner = owner_of(read, path)
        if here or gone or config is not None:
            yield SiteChanges(
                site=replace(site, python=pythons.get(path, site.python)),
                install=tuple(here),
                uninstall=tuple(gone),
                venv=config is not None,
                made_by=_maker(site.prefix, read),
                system_packages=b"include-system-site-packages = true" in (config or b""),
                owner=owner,
                home=home_of(owner, logins),
            )


def _maker(prefix: str, read: Mapping[str, FileEntry]) -> str:
    """The interpreter that created an environment: the target of the links in its `bin`."""
    targets = (
        entry.target
        for path, entry in sorted(read.items())
        if entry.kind == "link" and path.startswith(f"{prefix}/bin/python")
    )
    return next((target for target in targets if target.startswith("/")), "python3")


def owner_of(read: Mapping[str, FileEntry], path: str) -> str:
    """The `uid:gid` of a path; empty for root."""
    entry = read.get(path)
    return "" if entry is None or entry.uid == 0 else entry.owner


def home_of(owner: str, logins: Mapping[str, PasswdEntry]) -> str:
    """The home folder of the user with that `uid:gid`; root's if it is empty."""
    homes = {str(login.uid): login.home for login in reversed(list(logins.values()))}
    return homes.get(owner.partition(":")[0] or "0", "/tmp")  # noqa: S108


def folders_to_make_first(
    paths: Iterable[str], conda: Iterable[str], read: Mapping[str, FileEntry], changes: PathChanges
) -> set[str]:
    """New folders into which a user other than root installs and cannot create.

    Without those in a conda prefix: conda refuses an existing folder.
    """
    prefixes = tuple(conda)
    return {
        folder
        for path in paths
        if owner_of(read, path)
        for folder in ancestors(path)
        if changes.get(folder) == "added" and not below(folder, prefixes)
    }
