"""Reads foreign text into facts. Pure, and total for any text."""
