"""What packages mean: frameworks, imports, wheels, and system libraries."""
