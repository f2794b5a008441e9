# shellcheck shell=sh disable=SC2154,SC2086
# Receives a tar stream into a staging folder; its last member is the script that moves all files
# into place.
# Also set: last (that member's name), unpack (yes where the stream is on standard input),
# keep_owner (tar's option).
enter
stage=$own/in-$nonce
trap 'cd -- "$place" && rm -rf "$stage"' EXIT
if [ "$unpack" = yes ]; then
  command -v tar >/dev/null || fail "tar is not installed"
  output=$(mkdir "$stage" 2>&1) || fail "$output"
  output=$(tar -xp $keep_owner -f - -C "$stage" 2>&1) || fail "$output"
fi
[ -f "$stage/$last" ] || fail "the stream was cut short"
cd "$stage" || fail "the folder $stage disappeared"
output=$(sh "./$last" 2>&1) || fail "$output"
say "done"
