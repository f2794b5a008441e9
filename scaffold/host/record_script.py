"""POSIX sh that records a change on a server before it is made, and takes it back later.

One record covers one command: copies of the files that it writes, the list of packages
before and after, and the commands that undo the rest. Root's records are in /var/lib, those of
other accounts in their own state folder. A record lasts until the change is taken back.
"""

RECORD = r"""
if [ "$(id -u)" = 0 ]; then
  records=/var/lib/gpu-scaffold/undo
else
  records=${XDG_STATE_HOME:-$HOME/.local/state}/gpu-scaffold/undo
fi

packages() {
  if command -v dpkg-query >/dev/null; then
    dpkg-query -W -f '${binary:Package} ${Version} ${db:Status-Status}\n' |
      sed -n 's/ installed$//p'
  elif command -v rpm >/dev/null; then
    rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE}\n'
  elif command -v pacman >/dev/null; then
    pacman -Q
  elif command -v apk >/dev/null; then
    apk list --installed | sed 's/\(.*\)-\([0-9].*\) \([^ ]*\) {.*/\1 \2/'
  fi 2>/dev/null
}

remove_packages() {
  if command -v dpkg-query >/dev/null; then
    DEBIAN_FRONTEND=noninteractive dpkg --purge "$@"
  elif command -v rpm >/dev/null; then
    rpm -e "$@"
  elif command -v pacman >/dev/null; then
    pacman -R --noconfirm "$@"
  else
    apk del "$@"
  fi
}

# One line that tells whether a path is as it was: its kind, rights and content.
state_of() {
  if [ -L "$1" ]; then
    echo "link $(readlink "$1")"
  elif [ -f "$1" ]; then
    content=$(cksum <"$1" 2>/dev/null || od -A n -v -t x1 "$1" | tr -d '\n')
    echo "file $(stat -c '%a %u %g' "$1") $content"
  elif [ -e "$1" ]; then
    echo other
  else
    echo none
  fi
}

missing_folders() {
  folder=$1
  while [ -n "$folder" ] && [ ! -e "$folder" ]; do
    echo "$folder"
    folder=${folder%/*}
  done
}

# Another run of the same change may have been cut off: its record has the older state.
unfinished() {
  for earlier in "$records"/*; do
    if [ ! -e "$earlier/about" ] || [ -e "$earlier/after" ]; then continue; fi
    if kill -0 "$(cat "$earlier/pid")" 2>/dev/null; then continue; fi
    [ "$(cat "$earlier/about")" = "$1" ] || continue
    printf '%s\n' "$earlier"
    return
  done
}

keep_file() {
  path=$1
  if [ -L "$path" ] && [ -f "$path" ]; then path=$(readlink -f "$path"); fi
  missing_folders "${path%/*}" >>"$entry/made"
  state=$(state_of "$path")
  case $state in file* | link*) cp -pP "$path" "$entry/$2" || return ;; esac
  printf '%s\n' "$path" >>"$entry/files"
  printf '%s\n' "$state" >>"$entry/before"
}

# begin ID ABOUT UNDO FILES: FILES are lines; the file `about` comes last and makes it whole.
begin() {
  umask 022
  entry=$(unfinished "$2")
  if [ -n "$entry" ]; then
    echo $$ >"$entry/pid"
    return
  fi
  entry=$records/$1
  made=$(missing_folders "$records")
  mkdir -p "$entry" || return
  echo $$ >"$entry/pid"
  printf '%s\n' "$made" >"$entry/made"
  : >"$entry/files"
  : >"$entry/before"
  number=0
  while IFS= read -r wanted; do
    [ -n "$wanted" ] || continue
    number=$((number + 1))
    keep_file "$wanted" "$number" || return
  done <<LINES
$4
LINES
  packages >"$entry/packages"
  printf '%s\n' "$3" >"$entry/undo"
  printf '%s\n' "$2" >"$entry/about"
}

states_now() {
  while IFS= read -r path; do state_of "$path"; done <"$entry/files"
}

# Nothing to take back: no file and no package is other than before, and no command is known.
unchanged() {
  [ "$(cat "$entry/before")" = "$(cat "$entry/after")" ] &&
    [ "$(cat "$entry/packages")" = "$(cat "$entry/packages.after")" ] &&
    { [ -s "$entry/files" ] || [ -z "$(cat "$entry/undo")" ]; }
}

finish() {
  packages >"$entry/packages.after"
  states_now >"$entry/after.new"
  mv "$entry/after.new" "$entry/after"
  if unchanged; then forget; fi
}

forget() {
  made=$(cat "$entry/made")
  rm -rf "$entry"
  rmdir "$records" "${records%/*}" 2>/dev/null
  printf '%s\n' "$made" | while IFS= read -r folder; do rmdir "$folder" 2>/dev/null; done
  return 0
}

kept() {
  printf 'scaffold-kept %s\n' "$*"
  : >"$entry/kept"
}

put_back_packages() {
  [ -s "$entry/packages" ] && [ -s "$entry/packages.after" ] || return 0
  sed 's/ .*//' "$entry/packages" >"$entry/names"
  packages | sed 's/ .*//' >"$entry/names.now"
  sed 's/ .*//' "$entry/packages.after" >"$entry/names.after"
  grep -vxFf "$entry/names" "$entry/names.after" >"$entry/names.new"
  set --
  while IFS= read -r name; do
    if grep -qxF "$name" "$entry/names.now"; then set -- "$@" "$name"; fi
  done <"$entry/names.new"
  if [ $# -gt 0 ] && ! remove_packages "$@" >/dev/null; then kept "packages: $*"; fi
  grep -vxFf "$entry/packages.after" "$entry/packages" | while read -r name version; do
    if grep -qxF "$name" "$entry/names.after"; then
      echo "scaffold-kept package $name: it was version $version before"
    fi
  done
}

put_back() {
  if [ ! -e "$2" ] && [ ! -L "$2" ]; then
    rm -f "$1"
    return
  fi
  cp -pP "$2" "$1.scaffold-new" && mv -f "$1.scaffold-new" "$1"
}

put_back_files() {
  number=0
  while IFS= read -r path; do
    number=$((number + 1))
    before=$(sed -n "${number}p" "$entry/before")
    now=$(state_of "$path")
    [ "$now" != "$before" ] || continue
    after=$(sed -n "${number}p" "$entry/after" 2>/dev/null)
    if [ -n "$after" ] && [ "$now" != "$after" ] && [ "$now" != none ]; then
      # Where a command has undone the change, others may have changed the file as well. The
      # account tools rewrite their backups (group-) in any case.
      case $path in
        /etc/*-) put_back "$path" "$entry/$number" ;;
        *) [ -n "$(cat "$entry/undo")" ] ||
          kept "$path: changed since; the file before is $entry/$number" ;;
      esac
    elif ! put_back "$path" "$entry/$number"; then
      kept "$path"
    fi
  done <"$entry/files"
}

# take_back ID: what is recorded under it; a record whose files somebody else changed stays.
take_back() {
  entry=$records/$1
  [ -e "$entry/about" ] || return 0
  rm -f "$entry/kept"
  if [ -n "$(cat "$entry/undo")" ] && ! sh -c "$(cat "$entry/undo")" </dev/null >/dev/null; then
    kept "$(cat "$entry/undo")"
  fi
  put_back_packages
  put_back_files
  if [ -e "$entry/kept" ]; then return 1; fi
  forget
}
"""

LIST = r"""
for entry in "$records"/*; do
  [ -e "$entry/about" ] || continue
  printf 'scaffold-record %s %s\n' "${entry##*/}" "$(cat "$entry/about")"
done
"""
