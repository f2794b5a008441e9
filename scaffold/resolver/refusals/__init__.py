"""Why nothing fits, and the ways out that were tried."""
