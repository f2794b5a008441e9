"""Prepare a host: pure decisions and the scripts that run on it."""
