"""The world: each program, service or third-party client in one file."""
