#!/bin/sh
# Puts what rootfs.list names in its place during the build: `place.sh early|gone|late`.
# Fields are apart by tabs: kind, step, mode, owner, path, target of a link; `-` for none.
set -eu
here=$(dirname "$0")
tab=$(printf '\t')
while IFS=$tab read -r kind step mode owner path target; do
    [ "$step" = "$1" ] || continue
    case $kind in
    gone) rm -rf "$path" ;;
    dir)
        if [ -L "$path" ] || [ ! -d "$path" ]; then rm -rf "$path"; fi
        mkdir -p "$path"
        ;;
    link)
        mkdir -p "$(dirname "$path")"
        if [ ! -d "$path" ] || [ -L "$path" ]; then ln -sfn "$target" "$path"; fi
        chown -h "$owner" "$path"
        continue
        ;;
    file)
        mkdir -p "$(dirname "$path")"
        rm -rf "$path"
        cp "$here/rootfs$path" "$path"
        ;;
    *) continue ;;
    esac
    if [ "$kind" != gone ]; then
        # In this order: a change of owner takes setuid bits away.
        chown "$owner" "$path"
        chmod "$mode" "$path"
    fi
done <"$here/rootfs.list"
