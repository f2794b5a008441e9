"""Commands about the user's own computer."""
