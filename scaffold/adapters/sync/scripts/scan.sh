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
cd -- "$place" 2>/dev/null || fail "$(cd -- "$place" 2>&1 || :)"
check_own
read_holder

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
  read_holder
fi
say_holder() {
  case $held in
    *"
"*) say "holder $(printf '%s' "$held" | tr '\n' ' ')" ;;
    *) say "holder $held" ;;
  esac
}
# Whether no earlier run that was interrupted left anything.
is_clean() {
  [ -d "$own/part" ] && [ ! -L "$own/part" ] || return 1
  for one in "$own"/in-* "$own"/part/* "$own"/part/.[!.]* "$own"/part/..?*; do
    if [ -e "$one" ] || [ -L "$one" ]; then return 1; fi
  done
}
[ ! -e "$own/holder" ] || say_holder
if is_ours; then
  [ "$dry" = yes ] || is_clean || {
    rm -rf "${own:?}"/in-* "${own:?}/part"
    output=$(mkdir "$own/part" 2>&1) || fail "$output"
    [ -z "$owner" ] || chown "$owner" "$own/part" 2>/dev/null
  }
elif [ -e "$own/holder" ] && [ "$take" != yes ]; then
  say end
  exit 0
fi
say "clock $(date +%s)"
