"""The user's own computer."""
