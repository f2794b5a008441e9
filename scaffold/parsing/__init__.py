"""Text that came from elsewhere, read into facts. Pure, and total for any text."""
