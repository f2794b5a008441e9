"""Which image fits: the choice, and images that are named."""
