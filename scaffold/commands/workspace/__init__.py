"""Start, open, reach, verify and stop the dev container of a workspace."""
