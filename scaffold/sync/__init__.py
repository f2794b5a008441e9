"""Syncing a workspace with a remote: what to transfer, what differs, who owns the target."""
