"""Options and commands that people type for another one."""

import pytest
from click.testing import CliRunner

from scaffold.cli.container import command
from scaffold.errors import InputError


@pytest.mark.parametrize(
    ("words", "right"),
    [
        (("recreate", "x", "--port", "80"), "'--publish'"),
        (("recreate", "x", "--mount", "/a:/a"), "'--volume'"),
        (("recreate", "x", "--remove-env", "A"), "'--no-env'"),
        (("recreate", "x", "--no-port", "80"), "'--unpublish'"),
        (("adopt", "x", "--skip", "/a"), "'--exclude'"),
        (("save", "x", "y:1", "--include", "A"), "'--include-secret'"),
        (("prune", "--force"), "'--yes'"),
        (("commit", "x", "y:1"), "'save'"),
        (("ls",), "'list'"),
    ],
)
def test_near_miss_suggests_the_right_one(words, right):
    done = CliRunner().invoke(command, words)
    assert done.exit_code == 2
    assert f"Did you mean {right}" in done.output


@pytest.mark.parametrize(
    ("option", "command_line"),
    [
        ("--memory=8g", "docker update --memory 8g NAME"),
        ("--restart=always", "docker update --restart unless-stopped NAME"),
        ("--name=other", "docker rename NAME NEW"),
        ("--user=root", "--dry-run prints a docker run command"),
    ],
)
def test_option_that_docker_changes_itself_names_dockers_command(option, command_line):
    done = CliRunner().invoke(command, ("recreate", "x", option))
    assert isinstance(done.exception, InputError)
    assert command_line in done.exception.hint


def test_other_mistakes_stay_as_click_tells_them():
    for words in (("recreate", "x", "--qqq"), ("qqq",)):
        done = CliRunner().invoke(command, words)
        assert (done.exit_code, "No such" in done.output) == (2, True)
