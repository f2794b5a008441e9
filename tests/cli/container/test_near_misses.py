"""Options and commands that people type for another one."""

import pytest
from click.testing import CliRunner

from scaffold.cli.container import command


@pytest.mark.parametrize(
    ("words", "right"),
    [
        (("recreate", "x", "--port", "80"), "'--publish'"),
        (("recreate", "x", "--mount", "/a:/a"), "'--volume'"),
        (("recreate", "x", "--remove-env", "A"), "'--no-env'"),
        (("adopt", "x", "--skip", "/a"), "'--exclude'"),
        (("commit", "x", "y:1"), "'save'"),
        (("ls",), "'list'"),
    ],
)
def test_near_miss_suggests_the_right_one(words, right):
    done = CliRunner().invoke(command, words)
    assert done.exit_code == 2
    assert f"Did you mean {right}" in done.output


def test_other_mistakes_stay_as_click_tells_them():
    for words in (("recreate", "x", "--qqq"), ("qqq",)):
        done = CliRunner().invoke(command, words)
        assert (done.exit_code, "No such" in done.output) == (2, True)
