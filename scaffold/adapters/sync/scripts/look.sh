# shellcheck shell=sh disable=SC2154,SC2086
# One look: the folder (made where it is not there), whose it is, the clock, what is in it.
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
  said=$(mkdir -p -- "$place" 2>&1) || fail "$said"
fi
said=$(cd -- "$place" 2>&1) || fail "$said"
cd -- "$place" || exit 1

claim_place() {
  said=$(mkdir -p "$own/part" 2>&1) || fail "$said"
  said=$( (printf '*\n' >"$own/.gitignore" && printf '%s\n' "$claim" >"$own/$nonce") 2>&1) || {
    rm -f "${own:?}/$nonce"
    fail "$said"
  }
  if [ "$take" = yes ]; then
    mv -f "$own/$nonce" "$own/holder"
  else
    # A second name is given once: of two laptops that come at the same time one gets it.
    ln "$own/$nonce" "$own/holder" 2>/dev/null || [ -e "$own/holder" ] ||
      mv "$own/$nonce" "$own/holder"
  fi
  rm -f "${own:?}/$nonce"
  [ -z "$owner" ] || chown -R "$owner" "$own" 2>/dev/null
  # The root of a new volume is root's; we are root wherever there is an owner to give it to.
  { [ -n "$owner" ] && [ "$(stat -c %u . 2>/dev/null)" = 0 ] && chown "$owner" . 2>/dev/null; } || true
}

if [ "$dry" != yes ] && ! is_ours && { [ "$take" = yes ] || [ ! -e "$own/holder" ]; }; then
  claim_place
fi
[ ! -e "$own/holder" ] || say "holder $(cat "$own/holder")"
if is_ours; then
  [ "$dry" = yes ] || {
    # What an earlier run left that did not come to its end.
    rm -rf "${own:?}"/in-* "${own:?}/part"
    said=$(mkdir "$own/part" 2>&1) || fail "$said"
    [ -z "$owner" ] || chown "$owner" "$own/part" 2>/dev/null
  }
elif [ -e "$own/holder" ] && [ "$take" != yes ]; then
  say end
  exit 0
fi
[ "$(id -u)" != 0 ] || say root
say "rsync $(rsync --version 2>/dev/null | sed -n '1s/.*version \([0-9][0-9.]*\).*/\1/p')"
say "clock $(date +%s)"
