"""Convert a container that was set up by hand into files that rebuild it.

Pure: takes what was read from the engine, returns values to write.
"""
