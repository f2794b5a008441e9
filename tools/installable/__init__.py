"""Whether the resolver's answer for each build can be installed: docs/installable.md."""
