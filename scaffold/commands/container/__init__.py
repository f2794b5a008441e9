"""List, change, save and remove existing containers."""
