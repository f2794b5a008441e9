"""Check, prepare, list and remove hosts."""
