"""`scaffold container adopt`."""
