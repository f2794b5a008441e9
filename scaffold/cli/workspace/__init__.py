"""The commands for one workspace: up, open, tunnel, status, down, verify."""
