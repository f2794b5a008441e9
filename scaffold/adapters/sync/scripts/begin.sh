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
# shellcheck disable=SC2012
uid_of() { ls -ldn -- "$1" | { read -r _ _ uid _ && printf '%s' "$uid"; }; }
check_owner() {
  me=$(id -u)
  them=$(uid_of "$own")
  if [ "$me" = 0 ] && [ "$them" = "$(uid_of .)" ]; then them=0; fi
  [ "$them" = "$me" ] || fail "$own belongs to another login (uid $them)"
}
# The state folder and its parts are ours alone: a link or another login's folder would let
# somebody else decide what is deleted and written. Root works for the owner of the workspace.
check_own() {
  [ -e "$own" ] || [ -L "$own" ] || return 0
  if [ -L "$own" ] || [ ! -d "$own" ]; then fail "$own is not a folder of ours: remove it"; fi
  # Not every sh has -O, which starts no program.
  # shellcheck disable=SC3067
  [ -O "$own" ] 2>/dev/null || check_owner
  for part in "$own/holder" "$own/.gitignore"; do
    if [ -L "$part" ] || { [ -e "$part" ] && [ ! -f "$part" ]; }; then
      fail "$part is not a regular file: remove it"
    fi
  done
}
read_holder() { held=$(head -c 4096 "$own/holder" 2>/dev/null) || held=; }
is_ours() {
  case $held in *"\"$id\""*) return 0 ;; esac
  return 1
}
# Enter the workspace folder; it must exist and still be owned by this computer.
enter() {
  output=$(cd -- "$place" 2>&1) || fail "$output"
  cd -- "$place" || exit 1
  check_own
  read_holder
  is_ours || fail "taken over by another computer meanwhile"
}
say begin
