"""What the files of a project reach outside its container."""
