# shellcheck shell=sh disable=SC2154,SC2086,SC2016,SC2209
# Lists the paths given as arguments and everything below them, without following links.
# Also set: same (the SHA-256 of a listing that is known already, or empty) and form (of it).
set -f
expression=
for name in $prune; do expression="$expression -o -name $name"; done
expression="( -name $own $expression ) -prune -o"
# Of a folder only name and permissions count, so that replacing a file in it changes one line.
list_as_gnu() {
  find "$@" $expression -type d -printf 'd\t%m\t0\t0\t%p\0\0' -o \
    -printf '%y\t%m\t%s\t%T@\t%p\0%l\0' 2>/dev/null
}
# Without -printf in find (busybox): for each batch the lines of stat, then name and link target.
list_plainly() {
  find "$@" $expression -print0 2>/dev/null | xargs -0 -n 500 sh -c '
    stat -c "%f %s %Y" "$@"
    printf "\0"
    for path; do
      printf "%s\0" "$path"
      [ ! -L "$path" ] || readlink "$path"
      printf "\0"
    done' sh
}
command -v find >/dev/null || fail "find is not installed"
[ $# -gt 0 ] || set -- ./$own
if [ -n "$same" ] && [ "$(list_$form "$@" | sha256sum 2>/dev/null)" = "$same  -" ]; then
  say same
  exit 0
fi
tell_tools
how=plainly
find . -maxdepth 0 -printf '' >/dev/null 2>&1 && how=as_gnu
pack=cat
command -v gzip >/dev/null && pack='gzip -1'
say "list $how $pack"
{
  list_$how "$@"
  printf '\0%s\0' "$nonce"
} | $pack
