"""Upload and download the workspace."""
