"""Changes of Docker's daemon.json: on a copy, validated, and taken back if Docker fails."""

import shlex

from scaffold.findings import Interrupts, Step

PATH = "/etc/docker/daemon.json"
RESTART = ("systemctl", "restart", "docker")
CONFIGURE = ("nvidia-ctk", "runtime", "configure", "--runtime=docker")

_OPEN = """\
set -eu
restart=$1
shift
file=$(readlink -f /etc/docker/daemon.json || echo /etc/docker/daemon.json)
new=$file.scaffold-new old=$file.before-scaffold
mkdir -p "${file%/*}"
if command -v flock >/dev/null; then exec 9<"${file%/*}"; flock 9; fi
rm -f "$new" "$old"
trap 'rm -f "$new"' EXIT
if [ -e "$file" ]; then cp -p "$file" "$new"; cp -p "$file" "$old"; fi
"""
# nvidia-ctk writes in place, so it gets the copy.
_BY_TOOL = """\
nvidia-ctk runtime configure --runtime=docker --config="$new" "$@"
"""
_BY_TEXT = """\
if [ "$(cat "$file" 2>/dev/null)" != "$1" ]; then
  echo "$file was changed after the check: run again" >&2
  rm -f "$old"
  exit 1
fi
printf '%s\\n' "$2" >"$new"
"""
_SWAP = """\
if dockerd --help 2>/dev/null | grep -q -- --validate; then
  dockerd --validate --config-file="$new" || { rm -f "$new" "$old"; exit 1; }
fi
mv -f "$new" "$file"
sh -c "$restart" && docker info >/dev/null && exit 0
echo "Docker did not come back: daemon.json is as it was" >&2
if [ -e "$old" ]; then mv -f "$old" "$file"; else rm -f "$file"; fi
sh -c "$restart"
exit 1
"""
BY_TOOL = _OPEN + _BY_TOOL + _SWAP
BY_TEXT = _OPEN + _BY_TEXT + _SWAP
GUARDED = (BY_TOOL, BY_TEXT)
"""Scripts that are shown in short, unless the user wants to read them."""


def configured(options: tuple[str, ...], restart: tuple[str, ...] = RESTART) -> Step:
    """The step that adds NVIDIA's runtime and restarts Docker."""
    why = "Add NVIDIA's runtime to Docker's settings and restart Docker."
    argv = ("sh", "-c", BY_TOOL, "sh", shlex.join(restart), *options)
    return Step(why=why, argv=argv, sudo=True, interrupts=Interrupts.CONTAINERS)


def rewritten(why: str, old: str, new: str, restart: tuple[str, ...] = RESTART) -> Step:
    """The step that replaces the file's text, if it still is `old`, and restarts Docker."""
    argv = ("sh", "-c", BY_TEXT, "sh", shlex.join(restart), old, new)
    return Step(why=why, argv=argv, sudo=True, interrupts=Interrupts.CONTAINERS)


_CARE = (
    "# A copy of daemon.json is changed and replaces the file if `dockerd --validate` accepts",
    "# it. The old file is kept as daemon.json.before-scaffold, and restored if Docker fails.",
)


def in_short(step: Step, sudo: str) -> list[str]:
    """What a guarded step does, without its script."""
    restart = f"{sudo}{step.argv[4]}"
    if step.argv[2] == BY_TOOL:
        return [f"{sudo}{shlex.join((*CONFIGURE, *step.argv[5:]))}", restart, *_CARE]
    text = (f"{PATH}:", *(f"  {line}" for line in step.argv[6].splitlines()))
    return [*text, restart, *_CARE]
