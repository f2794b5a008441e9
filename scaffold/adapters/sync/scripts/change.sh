# shellcheck shell=sh disable=SC2154,SC2317
# Operations on single paths before or after a transfer: checksum, backup, removal.
# Also set for keep_ref: owner (uid:gid or empty).
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
# A folder where a file shall be, or the other way round: nothing replaces it, so it moves.
move_aside() {
  number=1
  while [ -e "$1.bak$number" ] || [ -L "$1.bak$number" ]; do number=$((number + 1)); done
  output=$(mv -- "$1" "$1.bak$number" 2>&1) || fail "$output"
}
# A ref as a file of its own, which git reads before packed-refs.
keep_ref() {
  output=$( (mkdir -p -- "${1%/*}" && printf '%s\n' "$2" >"$1.lock" && mv -f -- "$1.lock" "$1") 2>&1) ||
    fail "$output"
  [ -z "$owner" ] || chown -R "$owner" "${1%%/refs/*}/refs" 2>/dev/null || true
}
