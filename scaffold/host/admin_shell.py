"""The fixed parts of the script for an administrator: its head, and what runs the fixes."""

HEAD = """\
#!/bin/sh
# {title}
# Written by `scaffold host setup`. Read it before you run it.
#
#   sh FILE --list        list the fixes and change nothing
#   sudo sh FILE          run the routine fixes; a second run changes nothing
#   sudo sh FILE ID...    run these fixes, also those that are your decision
#   sudo sh FILE --undo   take back what this file changed, the last change first
#
# With --stop-containers Docker is restarted even while containers run. The machine is never
# rebooted. Each change is recorded in /var/lib/gpu-scaffold/undo until it is taken back.
#
"""

MAIN = r"""
say() { printf '%s\n' "$*"; }

# step RECORD ABOUT UNDO FILES COMMAND...
step() {
  begin "$1" "$2" "$3" "$4" || { say "cannot write $records" >&2; exit 1; }
  shift 4
  "$@" </dev/null
  code=$?
  finish
  return "$code"
}

containers() {
  command -v docker >/dev/null || return 0
  timeout 10 docker ps --format '{{.Names}}' 2>/dev/null | tr '\n' ' '
}

# may_run ID STOPS: STOPS is yes if containers end.
may_run() {
  if [ -e "$records/$stamp-$1.done" ]; then
    say "= $1: done before"
    return 1
  fi
  running=$(if [ "$2" = yes ]; then containers; fi)
  if [ -n "$running" ] && [ "$stop_containers" = no ]; then
    say "! $1: not run, because it ends these containers: $running(--stop-containers)"
    failed=1
    return 1
  fi
  say "- $1"
}

ended() {
  if [ "$2" != 0 ]; then
    say "! $1: failed"
    failed=1
    return
  fi
  mkdir -p "$records"
  : >"$records/$stamp-$1.done"
  say "+ $1: done"
}

undo_all() {
  restart=no list=''
  rm -f "$records/$stamp"-*.done
  for found in "$records/$stamp"-*; do
    [ -e "$found/about" ] || continue
    list="${found##*/} $list"
    if grep -q '"stops": true' "$found/about"; then restart=yes; fi
  done
  for name in $list; do
    say "- take back $name"
    take_back "$name" || failed=1
  done
  if [ "$restart" = yes ] && command -v dockerd >/dev/null; then systemctl restart docker; fi
  rmdir "$records" "${records%/*}" 2>/dev/null
  say 'What this file changed is taken back.'
}

failed=0 stop_containers=no mode=run chosen=''
for word; do
  case $word in
    --list) mode=list ;;
    --undo) mode=undo ;;
    --stop-containers) stop_containers=yes ;;
    -*) say "no such option: $word" >&2; exit 2 ;;
    *) chosen="$chosen $word" ;;
  esac
done
if [ "$mode" = list ]; then
  list_fixes
  exit 0
fi
if [ "$(id -u)" != 0 ]; then
  say 'Run this as root: sudo sh FILE' >&2
  exit 2
fi
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH LC_ALL=C DEBIAN_FRONTEND=noninteractive
if [ "$mode" = undo ]; then
  undo_all
  exit "$failed"
fi
umask 022
for id in ${chosen:-$routine}; do
  run_fix "$id"
done
"""
