"""The probe of a host: the script, running it, and its cached facts."""
