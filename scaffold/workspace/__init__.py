"""A workspace and its dev container: pure decisions."""
