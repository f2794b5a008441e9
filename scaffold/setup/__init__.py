"""Making a host ready, without touching it: texts, scripts and choices."""
