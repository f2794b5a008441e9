"""Port forwarding to containers, and its records."""
