"""The catalogue that ships with the package."""

import functools

from scaffold.catalogue.catalogue import Catalogue
from scaffold.catalogue.tables import Tables


@functools.cache
def load_catalogue() -> Catalogue:
    """The catalogue; a file is read when the first of its rows is asked for."""
    return Catalogue(Tables())
