"""Requirements of a setup.py: which strings of an expression are values."""

import pytest

from tests.project.project_trees import tree

EXPRESSIONS = [
    # (the expression, the packages)
    ("['six', 'attrs']", ["six", "attrs"]),
    ("[i.strip() for i in open('list.txt') if not i.startswith('#')]", []),
    ("[i for i in ('six', 'attrs') if i != 'attrs']", ["six", "attrs"]),
    ("['six'] + (['attrs'] if sys.platform == 'linux' else [])", ["six", "attrs"]),
    ("['six', version('attrs')]", ["six"]),
    ("[f'six>={LOWEST}', 'attrs']", ["attrs", "six"]),
    ("[f'{NAME}>=1', 'attrs']", ["attrs"]),
]


@pytest.mark.parametrize(("expression", "expected"), EXPRESSIONS)
def test_items_of_install_requires(expression, expected):
    code = f"from setuptools import setup\nsetup(name='x', install_requires={expression})\n"
    facts = tree({"setup.py": code})
    assert (sorted(facts.requires), facts.problems) == (sorted(expected), ())
