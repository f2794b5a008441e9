"""Asks a server whether it has what `scaffold up` needs there, in one exchange."""

import shlex
from pathlib import Path

from scaffold.adapters.ssh.program import ProgramTransport
from scaffold.adapters.ssh.transport import run_script
from scaffold.workspace.needs import SPACE, ServerNeeds, read_needs
from scaffold.workspace.sides import HostPath

LOOK_S = 60

# The PATH is that of the script which runs the Dev Containers CLI on a host.
_SCRIPT = (
    SPACE
    + """\
PATH=$PATH:/usr/local/bin:/usr/bin:/bin:$HOME/.local/bin
need() { printf 'need %s %s\\n' "$1" "$2"; }
if command -v devcontainer >/dev/null; then need cli devcontainer
elif command -v npx >/dev/null; then need cli npx
else need cli none; fi
if ! command -v docker >/dev/null; then need docker missing
elif said=$(timeout 20 docker version --format '{{.Server.Version}}' 2>&1); then need docker ok
else case $said in
  *"permission denied"*) need docker denied ;;
  *) need docker down ;;
esac; fi
where=$1
[ -n "$where" ] || exit 0
while [ ! -e "$where" ]; do where=${where%/*} && where=${where:-/}; done
if [ -w "$where" ]; then need writable yes; else need writable no; fi
tell() { need "$1" "$2"; }
space_left "$where"
case $(stat -f -c %T -- "$where" 2>/dev/null) in
  nfs* | fuse* | smb* | cifs* | lustre | beegfs | gpfs)
    # The daemon is root, which a network home often treats as a stranger.
    part=$where
    while [ "$part" != / ]; do
      case $(stat -c %A -- "$part" 2>/dev/null) in
        ?????????[-T]) need squash "$part" && break ;;
      esac
      part=${part%/*} && part=${part:-/}
    done ;;
esac
"""
)


def probe_needs(host: str, folder: HostPath | None, config: Path | None = None) -> ServerNeeds:
    """What the login of a host finds there. Raises TargetError if the host does not answer."""
    words = f"set -- {shlex.quote(folder.text if folder else '')}\n"
    done = run_script(ProgramTransport(host, config), (words + _SCRIPT).encode(), LOOK_S)
    return read_needs(done.out)
