"""Why nothing fits, and which changes would help."""
