"""Lets the tests import the programs of this folder."""
