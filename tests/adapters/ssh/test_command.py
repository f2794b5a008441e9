"""Command lines of ssh: one builder, and no session takes more from the user's config."""

import re
import subprocess
from pathlib import Path

import pytest

from scaffold.adapters.ssh.command import OURS, Destination, over_control, ssh_argv, ssh_with
from scaffold.errors import InputError

SOURCES = Path(__file__).parents[3] / "scaffold"


def options_of(argv):
    return [argv[n + 1] for n, word in enumerate(argv) if word == "-o"]


@pytest.mark.parametrize(
    ("host", "ending"),
    [
        ("gpu01", ["--", "gpu01", "true"]),
        ("ada@gpu01:2222", ["-l", "ada", "-p", "2222", "--", "gpu01", "true"]),
        ("ssh://ada@gpu01", ["-l", "ada", "--", "gpu01", "true"]),
        (Destination("gpu01", "ada", 22), ["-l", "ada", "-p", "22", "--", "gpu01", "true"]),
        ("[2001:db8::7]:2222", ["-p", "2222", "--", "2001:db8::7", "true"]),
    ],
)
def test_host_stands_behind_the_options(host, ending):
    argv = ssh_argv(host, "true")
    assert argv[-len(ending) :] == ending
    assert argv[:2] == ["ssh", "-T"]
    assert options_of(argv) == [*OURS, "BatchMode=yes"]


def test_config_flags_and_options_are_those_of_the_caller():
    argv = ssh_argv("gpu01", config=Path("/c"), ask=True, options=("A=b",), flags=("-O", "exit"))
    assert argv[:4] == ["ssh", "-F", "/c", "-T"]
    assert options_of(argv) == [*OURS, "A=b"]
    assert argv[-4:] == ["-O", "exit", "--", "gpu01"]


def test_option_in_the_place_of_a_host_is_refused():
    with pytest.raises(InputError):
        ssh_argv("-oProxyCommand=touch /tmp/x", "true")


def test_ssh_understands_the_options_and_they_overrule_a_config(tmp_path):
    config = tmp_path / "config"
    config.write_text(
        "Host *\n  ForwardAgent yes\n  RemoteCommand tmux\n  RequestTTY force\n"
        "  PermitLocalCommand yes\n  LocalForward 8888 localhost:8888\n  ForwardX11 yes\n"
    )
    argv = ssh_argv("gpu01", config=config, flags=("-G",))
    found = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.splitlines()
    assert "forwardagent no" in found
    assert "forwardx11 no" in found
    assert "permitlocalcommand no" in found
    assert "clearallforwardings yes" in found
    assert "remotecommand tmux" not in found
    assert not {"requesttty force", "requesttty yes"} & set(found)


def test_shared_connection_of_ours_reads_no_config():
    assert over_control(Path("/run/x"), "true", flags=("-O", "exit")) == [
        *("ssh", "-F", "/dev/null", "-S", "/run/x", "-T", "-O", "exit", "--", "host", "true")
    ]


def test_no_other_module_builds_a_command_line_of_ssh():
    own = SOURCES / "adapters" / "ssh" / "command.py"
    places = [
        path
        for path in SOURCES.rglob("*.py")
        if path != own
        and re.search(r"""\[\s*"ssh"|\(\s*"ssh",\s*(\*|"-)""", path.read_text("utf-8"))
    ]
    assert places == []


def test_programs_that_start_ssh_themselves_find_one_with_the_config(tmp_path):
    real = tmp_path / "bin" / "ssh"
    real.parent.mkdir()
    real.write_text('#!/bin/sh\necho "$@"\n')
    real.chmod(0o755)
    before = {"PATH": f"{real.parent}:/usr/bin:/bin"}
    with ssh_with(tmp_path / "my config", before) as environment:
        argv = ["ssh", "gpu01", "docker"]
        done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=True)
    options = " ".join(f"-o {option}" for option in OURS)
    assert done.stdout == f"-F {tmp_path}/my config -k {options} gpu01 docker\n"


def test_without_a_config_the_environment_stays(tmp_path):
    with ssh_with(None, {"PATH": "/bin"}) as environment:
        assert environment == {"PATH": "/bin"}
    with ssh_with(tmp_path / "config", {"PATH": str(tmp_path)}) as environment:
        assert environment == {"PATH": str(tmp_path)}
