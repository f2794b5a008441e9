"""Write the .devcontainer/ of a project."""
