"""What the files of a repository show about the project; none of them is executed."""
