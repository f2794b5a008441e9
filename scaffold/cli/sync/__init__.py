"""`scaffold sync` and `scaffold pull`."""
