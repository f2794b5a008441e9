"""`scaffold init`: options, prompts and output."""
