"""A workspace in two places: what travels, what differs, whose a place is. All of it pure."""
