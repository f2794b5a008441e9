"""Readers, one for each file format that says something about a project."""
