# shellcheck shell=sh disable=SC2154,SC2317
# What single paths need before or after a transfer: a sum, a copy beside, or removal.
keep() {
  number=1
  while [ -e "$1.bak$number" ] || [ -L "$1.bak$number" ]; do number=$((number + 1)); done
  said=$(ln -- "$1" "$1.bak$number" 2>&1 || cp -pP -- "$1" "$1.bak$number" 2>&1) || fail "$said"
}
remove() {
  said=$(rm -f -- "$@" 2>&1) || fail "$said"
}
remove_folders() {
  rmdir -- "$@" 2>/dev/null || true
}
# A name with a line break or a backslash is escaped by sha256sum, and its line begins so.
sum_up() {
  sha256sum -- "$@" 2>/dev/null | sed "s/^\\\\//; s/ .*//; s/^/$nonce sum /"
}
