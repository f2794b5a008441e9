"""How much a login may still write on a server: the free space of the disk, and its quota."""

from collections.abc import Mapping

from scaffold.parsing.untrusted.numbers import whole

SPACE = r"""
# Tells KiB by the function `tell`: what the disk has free, and what the quota leaves.
space_left() {
  tell free "$(df -Pk -- "$1" 2>/dev/null | { read -r _; read -r _ _ _ free _; echo "$free"; })"
  # Blocks used, and the limits: quota(1) marks what is over with a star.
  quota -w -p --hide-device 2>/dev/null | while read -r used soft hard _; do
    used=${used%'*'}
    case $used$soft$hard in
      *[!0-9]* | '') ;;
      *) limit=$hard
        [ "$limit" -gt 0 ] || limit=$soft
        [ "$limit" -eq 0 ] || tell quota "$((limit > used ? limit - used : 0))" ;;
    esac
  done
}
"""
"""A function for scripts in POSIX sh."""


def space_of(found: Mapping[str, str]) -> int | None:
    """The bytes that may be written, by what the script told; None if unknown."""
    known = [whole(found.get(key, "")) for key in ("free", "quota")]
    return min((size << 10 for size in known if size is not None), default=None)
