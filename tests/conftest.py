"""Settings for every test."""

from hypothesis import settings

# A slow or loaded machine is no defect: nothing here asserts a time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
