# shellcheck shell=sh disable=SC2154,SC2317
# Operations on single paths before or after a transfer: checksum, backup, removal.
back_up() {
  number=1
  while [ -e "$1.bak$number" ] || [ -L "$1.bak$number" ]; do number=$((number + 1)); done
  output=$(ln -- "$1" "$1.bak$number" 2>&1 || cp -pP -- "$1" "$1.bak$number" 2>&1) || fail "$output"
}
remove() {
  output=$(rm -f -- "$@" 2>&1) || fail "$output"
}
remove_folders() {
  rmdir -- "$@" 2>/dev/null || true
}
# sha256sum escapes a name with a line break or backslash, and starts its line with one.
sum_up() {
  sha256sum -- "$@" 2>/dev/null | sed "s/^\\\\//; s/ .*//; s/^/$nonce sum /"
}
