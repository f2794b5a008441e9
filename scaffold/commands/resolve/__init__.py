"""Resolve, and compare the catalogue with what is published."""
