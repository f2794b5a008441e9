"""A server for `sync` and `pull` that is a shell on this machine, behind a program called ssh."""

ANSWERS = (
    '[answers]\ntarget = "remote"\nhost = "gpu01"\nfiles = "remote-ssh"\nworkspace = "{far}"\n'
)
SSH = """\
#!/bin/sh
for word; do case $word in -G) exec /usr/bin/ssh "$@";; -O) exit 0;; esac; done
while [ "$1" != -- ]; do shift; done
shift 2
exec sh -c "$*"
"""
