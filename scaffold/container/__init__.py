"""Existing containers: what they are, and how to make them again with something changed.

Pure: raw JSON of the engine in, requests and words out. The JSON stays whole on its way
through, so that a setting which nobody here has heard of is kept all the same.
"""
