"""Which downloaded files could run something on this computer, and the final targets of links.

A server or a container may have changed any file of the workspace. Most are data until the user
runs them; these are read by tools on their own: editors, git, shells, direnv, package managers.
"""

import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable

MAX_LINKS = 40
"""Links that one path may follow, as in Linux (path_resolution(7))."""

_RUNS = (
    r"(?:.*/)?(?:"
    r"\.devcontainer(?:/.*)?|\.devcontainer\.json|devcontainer\.json|\.scaffoldignore"
    r"|(?:docker-)?compose[^/]*\.ya?ml|Dockerfile[^/]*|\.vscode/.*|\.idea/.*|.*\.code-workspace"
    r"|\.envrc|\.env|\.mise[^/]*|mise\.toml|\.tool-versions|\.nvmrc|\.direnv/.*"
    r"|\.git(?!ignore$|keep$)[^/]*|\.husky/.*|\.githooks/.*|\.pre-commit-config\.yaml|\.lefthook[^/]*|lefthook\.yml"
    r"|\.(?:bash|zsh|ksh|csh|tcsh|fish|k|c)?(?:rc|profile|env|login|logout)|\.zsh(?:rc|env)|\.z?login"
    r"|\.bash_(?:profile|login|logout|aliases)|\.config/.*|\.ssh/.*|\.local/.*|config\.fish"
    r"|\.npmrc|\.yarnrc[^/]*|\.yarn/.*|\.pypirc|pip\.conf|\.condarc|uv\.toml|\.cargo/.*|\.pdbrc"
    r"|\.vimrc|\.exrc|\.nvim(?:rc|\.lua)|\.emacs|\.dir-locals\.el|\.inputrc|\.gdbinit|\.lldbinit"
    r"|sitecustomize\.py|usercustomize\.py|[^/]*\.pth|\.ipython/.*|\.jupyter/.*|\.python_history"
    # Environments that editors choose by themselves, and what build servers run.
    r"|(?:\.?v?env|\.venv[^/]*)/(?:.*/)?(?:bin|Scripts)/.*|pyvenv\.cfg|\.conda/.*|node_modules/\.bin/.*"
    r"|pyrightconfig\.json|\.github/(?:workflows|actions)/.*|\.gitlab-ci\.yml|\.circleci/.*"
    r"|\.hg/.*|\.hgrc|\.svn/.*|\.bzr/.*|\.jj/.*|\.autoenv[^/]*|\.sdkmanrc|flake\.nix|shell\.nix"
    r"|devbox\.json|\.helix/.*|\.vim/.*|_g?vimrc|[^/]*\.vim|\.lvimrc|\.emacs\.d/.*|\.dir-locals-2\.el"
    r"|[^/]*\.sublime-project|\.tmux\.conf|\.screenrc|\.curlrc|\.wgetrc|\.psqlrc|\.sqliterc|\.my\.cnf"
    r"|\.Rprofile|\.Renviron|\.irbrc|\.pryrc|\.aws/.*|\.kube/.*|\.docker/.*|\.gnupg/.*|\.gemini/.*"
    r"|\.codex/.*|AGENTS\.md|CLAUDE\.md|GEMINI\.md|\.cursorrules|[^/]*\.desktop|desktop\.ini|autorun\.inf"
    r"|[^/]*\.lnk"
    r"|\.vs/.*|\.zed/.*|\.cursor/.*|\.claude/.*|\.mcp\.json|\.theia/.*|\.fleet/.*"
    r")"
)
"""Files that tools on this computer run or obey without being asked; an upload asks for none."""


def folded(name: str) -> str:
    """A name as the least exact file system compares it: HFS+, APFS and NTFS fold a lot."""
    plain = "".join(char for char in name if unicodedata.category(char) not in {"Cf", "Mn"})
    plain = unicodedata.normalize("NFKC", plain).casefold()
    # NTFS drops dots and spaces at the end, and has streams behind a colon.
    return plain.split(":", 1)[0].rstrip(". ")


def is_git_folder(name: str) -> bool:
    """Whether a name is `.git` on some file system; `git~1` is its short name on NTFS."""
    plain = folded(name)
    return plain == ".git" or re.fullmatch(r"git~\d+", plain) is not None


def is_disguised_git(name: str) -> bool:
    """Whether a name is `.git` on some file system, but not in git's own spelling."""
    # Nearly all names are plain and something else: folding would cost a walk a lot.
    if name == ".git" or (name.isascii() and not name.lower().startswith((".git", "git~"))):
        return False
    return is_git_folder(name)


def holds_git(path: str) -> bool:
    """Whether any part of a path is `.git`, in any spelling."""
    return any(is_git_folder(part) for part in path.split("/"))


def bare_repositories(paths: Iterable[str]) -> frozenset[str]:
    """Folders that git takes for a repository because of their content (gitrepository-layout)."""
    seen: dict[str, set[str]] = {}
    for path in paths:
        parent, _, name = path.rpartition("/")
        if folded(name) in {"head", "objects", "refs", "commondir"}:
            seen.setdefault(parent, set()).add(folded(name))
    return frozenset(
        folder
        for folder, names in seen.items()
        if "head" in names and ({"objects", "refs"} <= names or "commondir" in names)
    )


def runs_here(path: str) -> bool:
    """Whether tools on this computer could run or obey a file of this path unasked."""
    return re.fullmatch(_RUNS, "/".join(folded(part) for part in path.split("/"))) is not None or (
        re.fullmatch(_RUNS, path) is not None
    )


def end_of_link(path: str, link_at: Callable[[str], str | None]) -> str | None:
    """The final target of a path in the workspace after all links; None if it leaves it, or never
    ends.

    `link_at` returns the target of a path that is a link.
    """
    reached: list[str] = []
    ahead, links = deque(path.split("/")), 0
    while ahead:
        part = ahead.popleft()
        if part == "..":
            if not reached:
                return None
            reached.pop()
        elif part not in {"", "."}:
            reached.append(part)
            target = link_at("/".join(reached))
            if target is not None:
                links += 1
                if target.startswith("/") or links > MAX_LINKS:
                    return None
                reached.pop()
                ahead.extendleft(reversed(target.split("/")))
    return "/".join(reached)
