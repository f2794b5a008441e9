# shellcheck shell=sh disable=SC2154
# Comes before the other scripts, in POSIX sh. Set by the sender before it, quoted for sh: nonce,
# place (the workspace's folder), own (our folder in it), id (of this laptop's claim).
LC_ALL=C
export LC_ALL
say() { printf '%s %s\n' "$nonce" "$1"; }
fail() {
  say "fail $(printf '%s' "$1" | tr '\n' ' ' | cut -c1-400)"
  exit 1
}
is_ours() {
  case $(cat "$own/holder" 2>/dev/null) in *"\"$id\""*) return 0 ;; esac
  return 1
}
# The place as the next scripts need it: there, and still held by us.
enter() {
  said=$(cd -- "$place" 2>&1) || fail "$said"
  cd -- "$place" || exit 1
  is_ours || fail "taken over by another laptop meanwhile"
}
say begin
