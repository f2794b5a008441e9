"""What the user wants: questions, their validation, and the merged answers."""
