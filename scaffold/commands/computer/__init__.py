"""Use cases about the user's own computer."""
