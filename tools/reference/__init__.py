"""Reference pages: commands with every flag, the answers file, the Python API."""
