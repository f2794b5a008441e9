# shellcheck shell=sh disable=SC2154,SC2317
# Gives files and links of the place as tar streams, one behind the other, after one line.
said=$(cd -- "$place" 2>&1) || fail "$said"
cd -- "$place" || exit 1
command -v tar >/dev/null || fail "there is no tar program"
give() {
  tar -cf - "$@" 2>/dev/null
}
say give
