"""A container as the command or the file that a person would write for it."""
