"""From everything that was read to one value each."""
