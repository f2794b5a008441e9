"""Existing containers: facts about them, requests that recreate them, and their renderings.

Pure: the engine's JSON in, requests and messages out. The JSON is passed on whole, so that a
setting that this code does not know is kept.
"""
