"""Download commits: objects and refs of the remote repositories, and nothing that git would run.

They go into an empty repository first. From it git itself fetches, and checks every object.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from pathlib import Path

from scaffold.adapters.local.temporary import private_folder
from scaffold.adapters.sync.local_git import LocalGit
from scaffold.adapters.sync.remote_shell import RemoteShell
from scaffold.commands.sync.pull_transfer import download, read_files
from scaffold.commands.sync.ui import SyncUi
from scaffold.errors import InputError, TargetError
from scaffold.records import dataclass
from scaffold.sync.git_folders import GitFolders, GitRole
from scaffold.sync.git_refs import GitRefs, lost_refs, new_branches, read_refs
from scaffold.sync.manifest import Manifest
from scaffold.sync.runs_here import runs_here

_OBJECT = re.compile(
    r"objects/(?:[0-9a-f]{2}/[0-9a-f]{38}(?:[0-9a-f]{24})?|pack/pack-[0-9a-f]+\.(?:pack|idx))"
)
"""Files of objects (gitrepository-layout(5)); no other file of the remote repository comes."""

DETACHED = "detached-HEAD"


@dataclass(slots=True)
class PulledHistory:
    """What was done with each branch, and what the user has to decide."""

    done: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)


def pull_history(
    root: Path, shell: RemoteShell, remote: Manifest, name: str, ui: SyncUi, *, dry_run: bool
) -> PulledHistory:
    """Download the commits of every repository that both sides have, and join them with ours.

    Remote branches become refs/remotes/`name`; a branch of ours that has nothing of its own moves
    on, the current one is merged. Raises InputError if no repository is on both sides.
    """
    git, found = GitFolders(remote), PulledHistory()
    shared = [folder for folder in reversed(git.found) if (root / folder / "HEAD").is_file()]
    if not shared:
        raise InputError("there is no repository on both sides", hint="scaffold sync uploads ours")
    for folder in shared:
        _Joining(root, folder, shell, remote, name, ui, found).run(git, dry_run=dry_run)
    return found


class _Joining:
    def __init__(
        self,
        root: Path,
        folder: str,
        shell: RemoteShell,
        remote: Manifest,
        name: str,
        ui: SyncUi,
        found: PulledHistory,
    ) -> None:
        self._root, self._folder, self._shell, self._remote = root, folder, shell, remote
        self._name, self._ui, self._found = re.sub(r"[^A-Za-z0-9_-]", "-", name), ui, found
        self._local = LocalGit(root, folder)
        self._where = "" if folder == ".git" else f" in {folder}"

    def run(self, git: GitFolders, *, dry_run: bool) -> None:
        inside = {
            path: place[1]
            for path in self._remote
            if (place := git.split(path)) and place[0] == self._folder
        }
        refs = [path for path in inside if git.role(path) is GitRole.REF and self._is_file(path)]
        if any("reftable/" in path for path in refs):
            raise InputError(
                f"the refs{self._where} are in the reftable format, which is not downloaded",
                hint="push the commits from the remote to a server of your own, and pull from it",
            )
        read = read_files(self._shell, refs, self._remote)
        theirs = read_refs({inside[path]: content for path, content in read.items()})
        objects = [path for path, name in inside.items() if _OBJECT.fullmatch(name)]
        wanted = [path for path in objects if not (self._root / path).exists()]
        ours = self._local.refs()
        if dry_run:
            names = [
                *lost_refs(theirs, ours, self._local),
                *new_branches(theirs, ours, self._local),
            ]
            self._found.done += [f"would download commits of {name}{self._where}" for name in names]
            return
        with self._filled([path for path in wanted if self._is_file(path)], theirs) as scratch:
            self._fetch(scratch, ours)
        self._join(theirs, ours)

    def _is_file(self, path: str) -> bool:
        return self._remote[path].kind == "f"

    @contextmanager
    def _filled(self, objects: list[str], theirs: GitRefs) -> Iterator[Path]:
        """A new repository with the remote objects and refs, which borrows the local objects."""
        with private_folder() as scratch:
            top = scratch / self._folder
            top.mkdir(parents=True)
            length = len(next(iter(theirs.values.values()), "")) or 40
            kind = "sha256" if length == 64 else "sha1"
            made = LocalGit(scratch, self._folder)
            self._require(made.run("init", "--quiet", "--template=", f"--object-format={kind}"))
            (top / "objects" / "info").mkdir(exist_ok=True)
            (top / "objects" / "info" / "alternates").write_text(f"{self._local.folder}/objects\n")
            download(scratch, self._shell, objects, set(), self._remote, self._ui, [])
            self._require(made.run("update-ref", "--stdin", given=_updates(theirs)))
            yield top

    def _fetch(self, scratch: Path, ours: GitRefs) -> None:
        listed = self._require(LocalGit(scratch.parent, scratch.name).run("for-each-ref"))
        names = [line.split("\t")[1] for line in listed.splitlines() if "\t" in line]
        tags = [one for one in names if one.startswith("refs/tags/") and one not in ours.values]
        self._require(
            self._local.run(
                *("-c", "protocol.file.allow=always", "-c", "fetch.fsckObjects=true", "fetch"),
                *("--quiet", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance"),
                *("--no-write-fetch-head", "--stdin", str(scratch)),
                given="\n".join([f"+refs/heads/*:refs/remotes/{self._name}/*", *_same(tags)]),
            )
        )

    def _join(self, theirs: GitRefs, ours: GitRefs) -> None:
        for name, value in sorted(theirs.values.items()):
            branch = name.removeprefix("refs/heads/")
            mine = ours.values.get(name)
            if branch == name or mine == value or (mine and self._local.contains(value, mine)):
                continue
            if name == ours.branch:
                self._merge(branch)
            elif mine is None or self._local.contains(mine, value):
                done = self._local.run("branch", "--no-track", "-f", branch, value)
                self._say(done.returncode == 0, f"{branch} is at {value[:10]}", done.stderr)
            else:
                remote = f"{self._name}/{branch}"
                text = f"{branch} has other commits here: git switch {branch} && git merge {remote}"
                self._say(False, text, text)
        if theirs.head and not theirs.branch and not self._local.reaches(theirs.head):
            self._say(True, f"{self._name}/{DETACHED} is at {theirs.head[:10]}", "")

    def _merge(self, branch: str) -> None:
        """Merge into the current branch; git moves it on if it has no commits of its own."""
        remote = f"{self._name}/{branch}"
        changed = self._local.run("diff", "--name-only", "-z", f"HEAD...{remote}").stdout
        risky = [path for path in changed.split("\0") if path and runs_here(path)]
        question = f"These files can run commands on this computer. Merge {remote}?"
        if risky and not self._ui.confirm(question, risky):
            self._say(False, "", f"{remote} was downloaded, not merged: git merge {remote}")
            return
        done = self._local.run("merge", "--quiet", "--no-edit", f"refs/remotes/{remote}")
        said = done.stdout + done.stderr
        self._say(
            done.returncode == 0, f"{branch} contains {remote}", f"git merge {remote}: {said}"
        )

    def _say(self, well: bool, text: str, problem: str) -> None:
        told = self._found.done if well else self._found.undecided
        told.append(" ".join((text if well else problem).split()) + self._where)

    def _require(self, done: "object") -> str:
        code, output, errors = (getattr(done, key) for key in ("returncode", "stdout", "stderr"))
        if code:
            raise TargetError(
                f"git cannot take over the remote commits{self._where}: "
                f"{' '.join(str(errors).split())[:300] or 'no reason given'}",
                hint="nothing was changed; git fsck there shows whether objects are missing",
            )
        return str(output)


def _updates(theirs: GitRefs) -> str:
    values: Mapping[str, str] = {
        name: value
        for name, value in theirs.values.items()
        if name.startswith(("refs/heads/", "refs/tags/"))
    }
    lines = [f"create {name} {value}" for name, value in values.items()]
    if theirs.head and not theirs.branch:
        lines.append(f"create refs/heads/{DETACHED} {theirs.head}")
    return "".join(f"{line}\n" for line in lines)


def _same(names: list[str]) -> list[str]:
    return [f"{name}:{name}" for name in names]
