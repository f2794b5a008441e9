"""Files and state on the user's own machine."""
