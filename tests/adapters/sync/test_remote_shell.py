"""What is said of an ssh program that ended too early."""

import pytest

from scaffold.adapters.sync.remote_shell import open_ssh_shell
from scaffold.errors import TargetError

SSH = """\
#!/bin/sh
case " $* " in *" -G "*) echo "hostname gpu01.example"; echo "user ada"; exit 0 ;; esac
cat >/dev/null
{}
exit 255
"""

ENDS = {
    "nothing at all": ("", "the connection to gpu01 was lost"),
    "our script had begun": (
        "echo 732fcb96230e9c8f begin",
        "the connection to gpu01 was lost",
    ),
    "ssh names the cause": (
        "echo 732fcb96230e9c8f begin; echo 'client_loop: send disconnect: Broken pipe' >&2",
        "the connection to gpu01 was lost: client_loop: send disconnect: Broken pipe",
    ),
    "the login's own words": (
        "echo 'This account is not available.'",
        "gpu01: This account is not available.",
    ),
}


@pytest.mark.parametrize(("said", "told"), ENDS.values(), ids=ENDS)
def test_end_is_told_in_ssh_s_words_or_as_a_lost_connection(tmp_path, monkeypatch, said, told):
    program = tmp_path / "ssh"
    program.write_text(SSH.format(said))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with open_ssh_shell("gpu01", "proj") as shell, pytest.raises(TargetError) as error:
        shell.unpack("stage", [b"x"], b"say begin", b"")
    assert str(error.value) == told
