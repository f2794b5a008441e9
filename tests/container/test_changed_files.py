"""Which changes of a container are the user's."""

import pytest

from scaffold.container.changed_files import has_changes, without_tools
from tests.container.raw_container import inspect

ENVIRONMENT = ("/etc", "/etc/environment")
MARKER = "/var/devcontainer/.patchEtcEnvironmentMarker"
SITUATIONS = {
    "nothing": ((), False),
    "more than was read": (None, True),
    "markers of the Dev Containers CLI": (
        ("/var", "/var/devcontainer", MARKER, *ENVIRONMENT, "/root", "/root/.devcontainer"),
        False,
    ),
    "VS Code's server": (("/home", "/home/dev", "/home/dev/.vscode-server"), False),
    "a file next to it": (
        ("/home", "/home/dev", "/home/dev/.vscode-server", "/home/dev/.bash_history"),
        True,
    ),
    "an edit of /etc/environment": (ENVIRONMENT, True),
    "a package": (("/usr", "/usr/bin", "/usr/bin/new"), True),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_changes_of_the_user(name):
    changed, expected = SITUATIONS[name]
    assert has_changes(inspect(), without_tools(changed)) is expected
