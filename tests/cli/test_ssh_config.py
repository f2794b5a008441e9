"""`--ssh-config`: every command that names a host has it, and every ssh program reads it."""

import os
import shutil

import click
import pytest

from scaffold.adapters.docker import contexts
from scaffold.adapters.docker.contexts import Context
from scaffold.answers.validation import build_answers, complete
from scaffold.cli.main import cli
from scaffold.commands.init.host_files import next_steps, path_doubts
from scaffold.facts import HostFacts
from scaffold.host.alias import FILE, Alias, with_block
from scaffold.project.facts import ProjectFacts

HOST = ("--host", "gpu01")
ARGUMENTS = {
    "init": (*HOST, "--yes", "--trust", "PROJECT"),
    "resolve": HOST,
    "up": ("--trust", "PROJECT"),
    "start": ("--trust", "PROJECT"),
    "open": (*HOST, "/srv/p", "--print"),
    "tunnel": (*HOST, "--path", "PROJECT"),
    "status": (*HOST, "PROJECT"),
    "down": (*HOST, "PROJECT"),
    "verify": (*HOST, "PROJECT"),
    "sync": (*HOST, "--trust", "PROJECT"),
    "pull": (*HOST, "--trust", "--path", "PROJECT", "a"),
    "host check": ("gpu01",),
    "host list": (),
    "host remove": ("gpu01", "--dry-run"),
    "host setup": ("ada@gpu01", "--dry-run"),
    "container adopt": (*HOST, "trainer"),
    "container list": HOST,
    "container prune": HOST,
    "container recreate": (*HOST, "trainer", "--yes"),
    "container save": (*HOST, "trainer", "image", "--yes"),
}
"""Each command of a host, with arguments that make it connect."""

WITHOUT_SSH = {"open"}
"""Passes the host's name to an editor, whose own setting names the file."""


def commands(group: click.Group, before: tuple[str, ...] = ()) -> dict[str, click.Command]:
    found = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        one = group.get_command(context, name)
        if isinstance(one, click.Group):
            found |= commands(one, (*before, name))
        else:
            found[" ".join((*before, name))] = one
    return found


def names_a_host(name: str, command: click.Command) -> bool:
    return name.startswith("host ") or any("--host" in one.opts for one in command.params)


def test_every_command_that_names_a_host_has_the_option():
    found = {name: one for name, one in commands(cli).items() if names_a_host(name, one)}
    assert set(found) == set(ARGUMENTS)
    options = {
        name: [option.help for option in one.params if "--ssh-config" in option.opts]
        for name, one in found.items()
    }
    assert options == {name: ["Use this file instead of ~/.ssh/config."] for name in found}


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A home, a project for gpu01, an ssh config of another name, and an ssh that keeps a log."""
    home, project, programs = (tmp_path / name for name in ("home", "project", "programs"))
    for folder in (home, programs, project / ".devcontainer"):
        folder.mkdir(parents=True)
    for name, value in {"HOME": home, "XDG_CACHE_HOME": home, "XDG_STATE_HOME": home}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    (project / ".devcontainer/devcontainer.json").write_text("{}")
    (project / ".devcontainer/scaffold.toml").write_text(
        '[answers]\nhost = "gpu01"\nfiles = "remote-ssh"\nworkspace = "/srv/p"\n'
    )
    config = tmp_path / "my config"
    # Port 1 is closed everywhere.
    config.write_text("Host gpu01\n  HostName 127.0.0.1\n  Port 1\n")
    # As `host setup` leaves them, for `host list` and `host remove`.
    alias = Alias(name="gpu01", hostname="127.0.0.1", user="ada", port=1)
    config.with_name(FILE).write_text(with_block("", "gpu01", alias.block({}), ()))
    contexts._store(Context("gpu01", "ssh://gpu01", contexts.DESCRIPTION.format("gpu01")))
    log, ssh = tmp_path / "log", programs / "ssh"
    real = shutil.which("ssh")
    ssh.write_text(
        f"#!/bin/sh\nprintf '%s\\n' \"$1 $2\" >>'{log}'\n"
        f'case "$*" in *" -G "*) exec {real} "$@" ;; esac\n'
        "echo 'ssh: connection refused' >&2\nexit 255\n"
    )
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return project, config, log


@pytest.mark.parametrize("name", sorted(set(ARGUMENTS) - WITHOUT_SSH))
def test_every_ssh_program_reads_the_given_file(scaffold, desk, name):
    project, config, log = desk
    words = [str(project) if word == "PROJECT" else word for word in ARGUMENTS[name]]
    done = scaffold(*name.split(), *words, "--ssh-config", config)
    assert log.exists(), done
    assert set(log.read_text().splitlines()) == {f"-F {config}"}, done


def test_editor_is_told_by_its_own_setting(scaffold, desk):
    _, config, log = desk
    done = scaffold("open", *ARGUMENTS["open"], "--ssh-config", config)
    assert f'"remote.SSH.configFile": "{config}"' in done.err
    assert "Connect to Host…, gpu01" in done.err
    assert not log.exists()


def test_init_looks_at_folders_by_the_given_file_and_names_it_in_the_next_step(desk):
    _, config, log = desk
    values = complete({"host": "gpu01", "target": "remote"}, ProjectFacts(), HostFacts())
    answers = build_answers(values, "p")
    (doubt,) = path_doubts(answers, "/srv/p", HostFacts(), config)
    assert "gpu01 were skipped" in doubt
    assert set(log.read_text().splitlines()) == {f"-F {config}"}
    steps = next_steps(answers, {"workspace": "/srv/p"}, config)
    assert f"scaffold up --ssh-config '{config}'" in steps[0]
