"""Readers, one for each file format that describes a project."""
