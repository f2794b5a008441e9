# shellcheck shell=sh disable=SC2154,SC2317
# Sends files and links of the workspace as consecutive tar streams, after one line.
output=$(cd -- "$place" 2>&1) || fail "$output"
cd -- "$place" || exit 1
command -v tar >/dev/null || fail "tar is not installed"
send() {
  tar -cf - "$@" 2>/dev/null
}
say send
