"""From a container made by hand to files that make it again: what was added, and what is noise.

Pure: everything comes in as what was read from the engine, and goes out as values to be written.
"""
