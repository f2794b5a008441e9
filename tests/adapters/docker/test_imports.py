"""What is imported to talk to an engine: each module costs every start."""

import subprocess
import sys

import pytest

STATEMENTS = {
    "the package": "from scaffold.adapters.docker import import_docker; import_docker()",
    "the package, twice": "from scaffold.adapters.docker import import_docker as i; i(); i()",
    "the package after somebody else's import": (
        "import docker, sys; del sys.modules['paramiko']; "
        "from scaffold.adapters.docker import import_docker; import_docker()"
    ),
    "status": "import scaffold.commands.workspace.status",
    "container list": "import scaffold.commands.container.list",
    "an engine behind ssh": "import scaffold.adapters.docker.over_ssh",
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_an_engine_needs_no_paramiko(statement):
    opened = "from scaffold.adapters.docker.address import api_client as c; "
    opened += "c('tcp://127.0.0.1:1', version='1.41')"
    after = f"import sys; {opened}; print('paramiko' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\n{after}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("False\n", "")
