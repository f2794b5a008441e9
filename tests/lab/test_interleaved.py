"""Three people at once on one host and one engine: each command acts on its own person's things.

Everybody has the same local path, project, port and volume names, and all share a cache volume.
"""

import json
import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from tests.lab.support.container_options import IMAGE
from tests.lab.support.engine import Engine
from tests.lab.support.people import Person
from tests.lab.support.tunnelling import tunnelling, until
from tests.lab.test_three_people import INSIDE, PEOPLE, project, us

__all__ = ["us"]

ROUNDS = int(os.environ.get("LAB_ROUNDS", "20"))
PORT = 8888
COMMANDS = ("up", "rebuild", "down", "remove", "verify", "tunnel", "sync")
WITHOUT = ("up", "rebuild", "sync")
"""What is tried where no container of the person's runs."""

OF = "whose"
"""A label of the test's own, so that it does not rely on those that it checks."""

SERVES = (
    f"nohup python3 -m http.server {PORT} --bind 127.0.0.1 --directory {INSIDE} >/dev/null 2>&1 &"
)


@dataclass
class Member:
    """A person, and what is known of their container and files after each round."""

    person: Person
    number: int
    container: dict[str, Any] = field(default_factory=dict)
    runs: bool = False
    edits: int = 0

    @property
    def name(self) -> str:
        return self.person.name

    def scaffold(self, *words: str) -> dict[str, Any]:
        """A command with --json, which succeeds."""
        done = self.person.laptop.scaffold(*words, "--json")
        assert done.returncode == 0, f"{self.name} {words}: {done.stderr}{self.logs()}"
        # A volume that several use is kept, with the names of their containers.
        own = [line for line in done.stderr.splitlines() if "uses it too" not in line]
        for other in PEOPLE:
            assert other == self.name or not any(other in line for line in own), done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def logs(self) -> str:
        """The ends of the logs of the Dev Containers CLI."""
        logs = (self.person.laptop.own / ".local/state/gpu-scaffold/up").glob("*.log")
        return "\n".join(path.read_text()[-4000:] for path in logs)

    def edit(self) -> None:
        self.edits += 1
        (self.person.project / "who").write_text(f"{self.name} {self.edits}")

    def there(self) -> str:
        """What the server has of the file that each edit changes."""
        return (self.person.remote / "proj" / "who").read_text()

    def expected(self) -> str:
        return f"{self.name} {self.edits}"


def with_compose(person: Person, files: str) -> None:
    """The same project as services of Docker Compose, with one beside the dev container."""
    project(person, files)
    compose_through_context(person)
    folder = person.project / ".devcontainer"
    usual = {
        "image": IMAGE,
        "network_mode": "none",
        "init": True,
        "command": "sleep 100000",
        "labels": {OF: person.name},
    }
    place = f"{person.remote}/proj"
    volumes = [f"{place}:{INSIDE}", "data:/data", "shared-cache:/cache"]
    compose = {
        "version": "3.7",
        "services": {"app": {**usual, "volumes": volumes}, "beside": usual},
        "volumes": {"data": None, "shared-cache": {"name": "shared-cache"}},
    }
    (folder / "compose.yaml").write_text(yaml.safe_dump(compose))
    settings = json.loads((folder / "devcontainer.json").read_text())
    kept = {"workspaceFolder", "updateRemoteUserUID"}
    settings = {key: text for key, text in settings.items() if key in kept}
    settings |= {"dockerComposeFile": "compose.yaml", "service": "app", **_common()}
    (folder / "devcontainer.json").write_text(json.dumps(settings))


def compose_through_context(person: Person) -> None:
    """Compose 2 follows the context; the lab's Compose 1 knows no ssh and takes the socket."""
    folder = person.laptop.own / "bin"
    folder.mkdir(exist_ok=True)
    program = folder / "docker-compose"
    reached = '${DOCKER_CONTEXT:+env -u DOCKER_CONTEXT DOCKER_HOST="$LAB_ENGINE"}'
    program.write_text(f'#!/bin/sh\nexec {reached} /usr/bin/docker-compose "$@"\n')
    program.chmod(0o755)
    person.laptop.env["PATH"] = f"{person.laptop.home}/bin:{person.laptop.env['PATH']}"


def plain(person: Person, files: str) -> None:
    """An image of its own in a container without Compose."""
    names = {"data": "/data", "shared-cache": "/cache"}
    mounts = [f"type=volume,source={name},target={target}" for name, target in names.items()]
    run = ["--network=none", f"--label={OF}={person.name}"]
    project(person, files, mounts=mounts, runArgs=run, **_common())


def _common() -> dict[str, object]:
    return {"forwardPorts": [PORT], "postStartCommand": SERVES}


@pytest.fixture
def members(us: dict[str, Person], engine: Engine) -> Iterator[dict[str, Member]]:
    found = {name: Member(one, number) for number, (name, one) in enumerate(us.items())}
    for one in us.values():
        one.laptop.env["LAB_ENGINE"] = engine.socket
    yield found
    ids = engine.docker("ps", "--all", "--quiet").stdout.split()
    engine.docker("rm", "--force", "--volumes", *ids) if ids else None
    volumes = engine.docker("volume", "ls", "--quiet").stdout.split()
    engine.docker("volume", "rm", "--force", *volumes) if volumes else None


def act(member: Member, command: str) -> None:
    """One command, and what it changed of the person's own."""
    before = member.container
    if command in {"up", "rebuild"}:
        member.edit()
        again = ("--rebuild", "--yes") if command == "rebuild" else ()
        member.container = member.scaffold("up", "--trust", *again)["container"]
        member.runs = True
        same = before.get("id") == member.container["id"]
        assert same == bool(before and command == "up"), (member.name, command)
        assert member.there() == member.expected()
    elif command in {"down", "remove"}:
        stopped = member.scaffold("down", *(("--remove", "--yes") if command == "remove" else ()))
        assert before["name"] in stopped["stopped"], stopped
        member.container = {} if command == "remove" else before
        member.runs = False
    elif command == "verify":
        assert member.scaffold("verify")["container"] == before["name"]
    elif command == "sync":
        member.edit()
        member.scaffold("sync", "--trust")
        assert member.there() == member.expected()
    else:
        assert through_tunnel(member) == member.expected(), member.name


def through_tunnel(member: Member) -> str:
    """What the server in the person's own container says, by the port that all have."""
    laptop = member.person.laptop
    with tunnelling(laptop.own, env=laptop.env, through=laptop.argv) as tunnel:
        found: list[str] = []

        def answers() -> bool:
            with suppress(OSError):
                address = f"http://127.0.0.1:{tunnel.local(PORT)}/who"
                with urlopen(address, timeout=60) as answer:
                    found.append(answer.read().decode())
            return bool(found)

        until(answers, lambda: tunnel.said)
        return found[0]


def state_of(engine: Engine, member: Member) -> tuple[object, ...]:
    """All that another person's command must leave as it is."""
    found = {}
    for one in engine.docker("ps", "--all", "--quiet", "--no-trunc").stdout.split():
        inspect = json.loads(engine.docker("inspect", one, check=False).stdout)
        for container in inspect:
            labels, state = container["Config"]["Labels"], container["State"]
            if labels.get(OF) == member.name:
                found[one] = (container["Name"], state["Status"], state["StartedAt"])
    return found, member.there()


PROJECTS = {
    "context": (plain, "context"),
    "remote-ssh": (plain, "remote-ssh"),
    "compose, context": (with_compose, "context"),
    "compose, remote-ssh": (with_compose, "remote-ssh"),
}


@pytest.mark.long
@pytest.mark.parametrize("way", PROJECTS.values(), ids=[*PROJECTS])
def test_commands_of_three_people_at_once_touch_nothing_of_the_others(
    engine: Engine, members: dict[str, Member], way
):
    make, files = way
    chance = random.Random(files)  # noqa: S311
    everybody = list(members.values())
    for member in everybody:
        make(member.person, files)
        act(member, "up")
        write = (
            f"echo {member.name} >>/data/{member.name}; echo {member.name} >>/cache/{member.name}"
        )
        engine.docker("exec", member.container["id"], "sh", "-c", write)
    for _ in range(ROUNDS):
        # One of the three rests, so that nothing of theirs may change.
        resting = chance.choice(everybody)
        before = state_of(engine, resting)
        at_work = [one for one in everybody if one is not resting]
        chosen = [(one, chance.choice(COMMANDS if one.runs else WITHOUT)) for one in at_work]
        with ThreadPoolExecutor() as pool:
            for done in [pool.submit(act, *pair) for pair in chosen]:
                done.result()
        assert state_of(engine, resting) == before, chosen
        for member in everybody:
            found, _ = state_of(engine, member)
            own = {member.container["id"]} if member.container else set()
            assert own <= set(found), chosen
            running = [name for name, status, _ in found.values() if status == "running"]
            assert bool(running) == member.runs, chosen
    assert kept(engine) == sorted((*PEOPLE, *PEOPLE))


def kept(engine: Engine) -> list[str]:
    """The files of all named volumes together."""
    found: list[str] = []
    for name in engine.docker("volume", "ls", "--quiet").stdout.split():
        mount = f"--mount=type=volume,source={name},target=/v,readonly"
        if name.endswith(("data", "cache")):
            found += engine.docker("run", "--rm", mount, IMAGE, "ls", "/v").stdout.split()
    return sorted(found)
