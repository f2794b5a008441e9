"""The Dev Containers CLI, its configuration files, the template, and editors."""
