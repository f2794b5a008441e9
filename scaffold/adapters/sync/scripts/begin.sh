# shellcheck shell=sh disable=SC2154
# Prepended to the other scripts, in POSIX sh. Set before it, quoted for sh: nonce, place (the
# workspace folder), own (the state folder in it), id (of this computer's claim).
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
# Enter the workspace folder; it must exist and still be owned by this computer.
enter() {
  output=$(cd -- "$place" 2>&1) || fail "$output"
  cd -- "$place" || exit 1
  is_ours || fail "taken over by another computer meanwhile"
}
say begin
