"""What a repository says of itself, read from its files and never by running them."""
