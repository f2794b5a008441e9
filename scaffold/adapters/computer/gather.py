"""Collects the facts of the user's own computer: each program is asked once, all side by side."""

import os
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from scaffold.adapters.computer.ask import ask
from scaffold.adapters.docker.contexts import contexts, current
from scaffold.adapters.docker.own_system import own_system
from scaffold.adapters.ssh.command import program, ssh_argv
from scaffold.errors import InputError
from scaffold.facts.computer import ComputerFacts, InstalledProgram
from scaffold.parsing.computer import (
    agent_state,
    engine_state,
    extensions_in,
    last_said,
    version_in,
)

VERSION_OF: Mapping[str, tuple[str, ...]] = {
    "ssh": (*program(None), "-V"),
    "docker": ("docker", "--version"),
    "node": ("node", "--version"),
    "npx": ("npx", "--version"),
    "devcontainer": ("devcontainer", "--version"),
    "rsync": ("rsync", "--version"),
    "git": ("git", "--version"),
    "code": ("code", "--version"),
    "cursor": ("cursor", "--version"),
    "codium": ("codium", "--version"),
}
"""Program to the command that prints its version."""

LISTS_EXTENSIONS = ("code", "cursor")
MANAGERS = ("apt-get", "dnf", "yum", "zypper", "pacman", "brew")
SERVER_S = 15


def gather(*, network: bool = False) -> ComputerFacts:
    """The facts; with `network` each server of a Docker context is asked over ssh too."""
    settings = {one.name: one.endpoint for one in contexts()}
    present = [name for name in VERSION_OF if shutil.which(name)]
    with ThreadPoolExecutor(8) as pool:
        versions = {name: pool.submit(ask, VERSION_OF[name]) for name in present}
        listed = {
            name: pool.submit(ask, (name, "--list-extensions"))
            for name in LISTS_EXTENSIONS
            if name in present
        }
        agent = pool.submit(ask, ("ssh-add", "-l"))
        engine = pool.submit(_engine) if "docker" in present else None
        buildx = pool.submit(ask, ("docker", "buildx", "version")) if engine else None
        servers = {
            name: pool.submit(_complaint, end)
            for name, end in settings.items()
            if network and end.startswith("ssh://")
        }
    socket = os.environ.get("SSH_AUTH_SOCK", "")
    return ComputerFacts(
        system=own_system(),
        manager=next((name for name in MANAGERS if shutil.which(name)), ""),
        programs={
            name: InstalledProgram(shutil.which(name) or "", version_in(done.result().text))
            for name, done in versions.items()
        },
        agent=agent_state(socket, agent.result().code),
        docker_host=os.environ.get("DOCKER_HOST", ""),
        context=os.environ.get("DOCKER_CONTEXT") or current(),
        contexts=settings,
        buildx=buildx.result().code == 0 if buildx else None,
        extensions={name: extensions_in(done.result().out) for name, done in listed.items()},
        free=_or_none(lambda: shutil.disk_usage(Path.home()).free),
        servers={name: done.result() for name, done in servers.items()} if network else None,
        **(engine.result() if engine else {}),
    )


def _engine() -> dict[str, Any]:
    """What the docker command says of its engine."""
    done = ask(("docker", "version", "--format", "{{.Server.Version}}"))
    return {
        "engine": engine_state(done.code, done.text),
        "engine_said": last_said(done.err),
        "engine_version": version_in(done.out) if done.code == 0 else None,
    }


def _complaint(endpoint: str) -> str:
    """Why a server does not answer over ssh; empty if it does."""
    try:
        done = ask(ssh_argv(endpoint, "true"), SERVER_S)
    except InputError as error:
        return error.message
    return "" if done.code == 0 else last_said(done.err) or "no answer"


def _or_none(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except OSError:
        return None
