# shellcheck shell=sh disable=SC2154,SC2086
# Scan the workspace: create the folder if missing, then print its owner, the clock and its entries.
# Also set: claim, take and dry (yes or no), owner (uid:gid or empty), prune (names), and the
# paths to list as arguments.
if [ -d "$place" ]; then
  :
elif [ -e "$place" ] || [ -L "$place" ]; then
  fail "$place is not a folder"
elif [ "$dry" = yes ]; then
  say "clock $(date +%s)"
  say absent
  exit 0
else
  output=$(mkdir -p -- "$place" 2>&1) || fail "$output"
  say created
fi
output=$(cd -- "$place" 2>&1) || fail "$output"
cd -- "$place" || exit 1
check_own

claim_place() {
  output=$(mkdir -p "$own/part" 2>&1) || fail "$output"
  output=$( (printf '*\n' >"$own/$nonce" && mv -f "$own/$nonce" "$own/.gitignore" &&
    printf '%s\n' "$claim" >"$own/$nonce") 2>&1) || {
    rm -f "${own:?}/$nonce"
    fail "$output"
  }
  if [ "$take" = yes ]; then
    mv -f "$own/$nonce" "$own/holder"
  else
    # ln succeeds once: of two computers that claim at the same time, one gets it.
    ln "$own/$nonce" "$own/holder" 2>/dev/null || [ -e "$own/holder" ] ||
      mv "$own/$nonce" "$own/holder"
  fi
  rm -f "${own:?}/$nonce"
  [ -z "$owner" ] || chown -R "$owner" "$own" 2>/dev/null
  # The root folder of a new volume belongs to root; whenever an owner is given, we are root.
  { [ -n "$owner" ] && [ "$(stat -c %u . 2>/dev/null)" = 0 ] && chown "$owner" . 2>/dev/null; } || true
}

if [ "$dry" != yes ] && ! is_ours && { [ "$take" = yes ] || [ ! -e "$own/holder" ]; }; then
  claim_place
fi
[ ! -e "$own/holder" ] || say "holder $(head -c 4096 "$own/holder" | tr '\n' ' ')"
if is_ours; then
  [ "$dry" = yes ] || {
    # Remains of an earlier run that was interrupted.
    rm -rf "${own:?}"/in-* "${own:?}/part"
    output=$(mkdir "$own/part" 2>&1) || fail "$output"
    [ -z "$owner" ] || chown "$owner" "$own/part" 2>/dev/null
  }
elif [ -e "$own/holder" ] && [ "$take" != yes ]; then
  say end
  exit 0
fi
[ "$(id -u)" != 0 ] || say root
tell() { say "$1 $2"; }
space_left .
say "rsync $(rsync --version 2>/dev/null | sed -n '1s/.*version \([0-9][0-9.]*\).*/\1/p')"
say "clock $(date +%s)"
