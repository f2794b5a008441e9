"""The static site of README and docs."""
