"""File transfer to and from a host or a volume."""
