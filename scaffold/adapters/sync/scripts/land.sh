# shellcheck shell=sh disable=SC2154,SC2086
# A tar stream comes in aside; its last member is the script that moves all into place.
# Also set: last (that member's name), unpack (yes where the stream is on standard input),
# keep_owner (tar's option).
enter
stage=$own/in-$nonce
trap 'cd -- "$place" && rm -rf "$stage"' EXIT
if [ "$unpack" = yes ]; then
  command -v tar >/dev/null || fail "there is no tar program"
  said=$(mkdir "$stage" 2>&1) || fail "$said"
  said=$(tar -xp $keep_owner -f - -C "$stage" 2>&1) || fail "$said"
fi
[ -f "$stage/$last" ] || fail "the stream was cut short"
cd "$stage" || fail "the folder $stage is gone"
said=$(sh "./$last" 2>&1) || fail "$said"
say "done"
