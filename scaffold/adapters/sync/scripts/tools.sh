# shellcheck shell=sh disable=SC2317
# Tells the space that is left in the current folder, and the version of rsync.
tell() { say "$1 $2"; }
tell_tools() {
  space_left .
  say "rsync $(rsync --version 2>/dev/null | sed -n '1s/.*version \([0-9][0-9.]*\).*/\1/p')"
}
