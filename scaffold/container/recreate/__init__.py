"""Recreate a container with changed options: pure decisions about requests and recovery."""
