"""Foreign text, made safe: limits, escapes, and the search for secrets."""
