"""What `scaffold resolve` imports: most of its time goes into modules, not into the decision."""

import subprocess
import sys

import pytest

DESCRIBED = ("--gpu-model", "Tesla T4", "--driver", "550.144.03", "--framework", "torch")
PROGRAM = """
import sys
from scaffold.cli.main import main
sys.argv = ["scaffold", "resolve", *sys.argv[1:]]
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""
NOT_NEEDED = {
    "rich.console",
    "tempfile",
    "hashlib",
    "scaffold.answers.model",
    "scaffold.answers.questions",
    "scaffold.facts.host",
    "scaffold.facts.system",
    "scaffold.project.facts",
    "scaffold.adapters.local.files",
}


@pytest.mark.parametrize("form", [(), ("--json",), ("--verbose",)])
def test_described_host_is_decided_without_what_only_other_commands_need(form, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *DESCRIBED, *form],
        capture_output=True,
        text=True,
        check=True,
        env={"HOME": str(tmp_path), "PATH": ""},
    )
    assert "2.14.1" in done.stdout
    assert not NOT_NEEDED & set(done.stderr.split())
