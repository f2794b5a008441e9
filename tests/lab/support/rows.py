"""Rows of a table for `parametrize`, of which only some run each time."""

from collections.abc import Iterable, Set
from typing import Any

import pytest
from _pytest.mark import ParameterSet


def with_long(rows: Iterable[tuple[str, Any]], each_time: Set[str]) -> list[ParameterSet]:
    """One parameter for each (name, row); rows not named in `each_time` are marked long."""
    listed = list(rows)
    missing = each_time - {name for name, _ in listed}
    assert not missing, missing
    return [
        pytest.param(row, id=name, marks=() if name in each_time else pytest.mark.long)
        for name, row in listed
    ]
