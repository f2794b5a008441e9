"""Generates the rows of `scaffold/catalogue/` from primary sources: `make catalogue`."""
