"""Public repositories: what init reads in them, and whether what it would install resolves."""
