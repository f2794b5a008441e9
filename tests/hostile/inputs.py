"""Seeded hostile inputs: each is a folder to prepare, a command to run, and what it may not do.

The generators combine a place (a file, a name, an answer) with a poison, so that no list of
known cases is passed by heart. `KINDS` is the table; a new kind is a row.
"""

import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tests.hostile.situations import CANARY, FIXED, prepared

ESCAPES = (
    *(
        "\x1b]0;PWN\x07",
        "\x1b[2J",
        "\x9b31m",
        "\x07",
        "\r",
        "\x08" * 9,
        "\u202e",
        "\u2066",
        "\u200b",
    ),
    *(
        "\x1b[8m",
        "\udcff",
        "\u2028",
        "\nerror: forged",
        "\x00",
        "\x7f",
        "[bold]x[/bold]",
        "{{ 1 }}",
    ),
)
LONG = "9" * 5000
DEEP = "[" * 100_000
SECRETS = (
    f"https://user:{CANARY}@pypi.example.org/simple",
    f"https://{CANARY}@pypi.example.org/simple",
    f"http://user:a/b@{CANARY}@proxy.example.org:3128",
    f"https://user:'{CANARY}@pypi.example.org/simple",
)
MANIFESTS = (
    *("requirements.txt", "pyproject.toml", "setup.cfg", "environment.yml", "README.md"),
    *(".python-version", "Pipfile", "uv.lock", "poetry.lock", "Dockerfile", ".gitignore"),
    *(".dockerignore", ".scaffoldignore", "setup.py", "notebook.ipynb", "pixi.toml"),
    *(".devcontainer/devcontainer.json", ".devcontainer/scaffold.toml", ".devcontainer/Dockerfile"),
)
REMOTE = '[answers]\ntarget = "remote"\nhost = "gpu01"\nfiles = "remote-ssh"\nworkspace = "{}"\n'


@dataclass(kw_only=True)
class Input:
    """One input: the rule that it tries, its title, the command, and the answer of the server."""

    rule: int
    title: str
    argv: list[str]
    far: dict[str, str] = field(default_factory=dict)
    prepare: Callable[[Path], None] = lambda _root: None
    may_write: bool = False
    lab: Literal["", "sshd", "engine"] = ""
    arrange: Callable[[Any, Path], None] = lambda _lab, _base: None
    """Prepares the lab's server or engine; the folder is the input's own."""

    after: Callable[[Path], Iterator[str]] = lambda _root: iter(())
    """What is wrong with the project afterwards."""

    secret: bool = False
    """Whether the planted secret is searched for in the project and the saved image, too."""


def write(root: Path, name: str, content: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8", "surrogatepass"))


def project(root: Path) -> None:
    write(root, "requirements.txt", "torch>=2.8\n")
    write(root, "train.py", "print(1)\n")


def links(dice: random.Random) -> Input:
    name = dice.choice(
        ("Dockerfile", "devcontainer.json", "scaffold.toml", "post-create.sh", "gpu-check.sh", "")
    )
    target = dice.choice(
        ("../../.bashrc", "../../new", "../..", "/etc/passwd", "/dev/zero", "../train.py", "loop")
    )

    def prepare(root: Path) -> None:
        project(root)
        (root / ".devcontainer").mkdir(exist_ok=True)
        place = root / ".devcontainer" / name if name else root / ".vscode"
        place.symlink_to(target)

    flags = dice.sample(["--overwrite", "--dry-run", "--json", "--trust", "--verbose"], 2)
    return Input(
        rule=1, title=f"{name} -> {target}", argv=["init", "--yes", *flags], prepare=prepare
    )


def odd_files(dice: random.Random) -> Input:
    name = dice.choice(MANIFESTS)
    kind = dice.choice(("pipe", "folder", "sparse", "link to /dev/zero", "socket", "unreadable"))

    def prepare(root: Path) -> None:
        project(root)
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        elif kind == "sparse":
            with path.open("wb") as file:
                file.truncate(20 << 30)
        elif kind == "unreadable":
            path.write_text("x")
            path.chmod(0)
        else:
            path.symlink_to("/dev/zero")

    argv = dice.choice((["init", "--yes", "--dry-run"], ["open", "--print"], ["sync", "--dry-run"]))
    return Input(rule=5, title=f"{name} is a {kind}", argv=argv, prepare=prepare)


def poisoned_files(dice: random.Random) -> Input:
    name = dice.choice(MANIFESTS)
    poison = dice.choice(
        (*ESCAPES, LONG, DEEP[:5000], DEEP, "\ud800", "*a" * 25 + "b", "a." * 20_000)
    )
    around = dice.choice(
        (
            "{}",
            "torch=={}",
            '{{"image": "{}"}}',
            "name = '{}'\n",
            "FROM {}\n",
            "- {}\n",
            "[x]\n{}=1",
        )
    )
    content = around.replace("{{", "{").replace("}}", "}").replace("{}", poison, 1)
    argv = dice.choice(
        (["init", "--yes", "--dry-run"], ["init", "--yes"], ["resolve"], ["open", "--print"])
    )

    def prepare(root: Path) -> None:
        project(root)
        write(root, name, content)

    title = f"{name}: {content[:40]!r}"
    return Input(rule=4, title=title, argv=argv, prepare=prepare, may_write=True)


def secrets(dice: random.Random) -> Input:
    secret = dice.choice(SECRETS)
    name, around = dice.choice(
        (
            ("requirements.txt", "--index-url {}\ntorch\n"),
            ("requirements.txt", "torch @ {}/torch.whl\n"),
            ("requirements.txt", "--extra-index-url {}\ntorch\n"),
            ("README.md", "pip install torch --index-url {}\n"),
            ("environment.yml", "channels:\n- {}\ndependencies:\n- pytorch\n"),
        )
    )
    argv = ["init", "--yes", "--dry-run", *dice.sample(["--json", "--verbose"], 1)]

    def prepare(root: Path) -> None:
        project(root)
        write(root, name, around.replace("{}", secret))

    return Input(rule=7, title=f"{name}: {secret}", argv=argv, prepare=prepare)


def planted_answers(dice: random.Random) -> Input:
    key, value = dice.choice(
        (
            ("mount", '["/:/host"]'),
            ("mount", '["~/.ssh:/keys:ro"]'),
            ("mirror", '["pip=https://evil.example.org/simple"]'),
            ("host", '"gpu01"'),
            ("workspace", '"/home/ada"'),
            ("name", json.dumps(dice.choice(ESCAPES[:9]))),
            ("shm", '"host"'),
            ("user", '"root; rm -rf /"'),
            ("extension", '["evil.x\\u001b[2J"]'),
        )
    )
    argv = dice.choice((["init", "--yes"], ["sync"], ["pull", "--all"], ["up"]))

    def prepare(root: Path) -> None:
        project(root)
        write(root, ".devcontainer/scaffold.toml", f"[answers]\n{key} = {value}\n")

    title = f"{argv[0]} with {key} = {value}"
    return Input(rule=2, title=title, argv=argv, prepare=prepare, may_write=key in {"name", "user"})


def planted_config(dice: random.Random) -> Input:
    config: dict[str, object] = {"image": "debian:12"}
    config |= dice.choice(
        (
            {"initializeCommand": f"touch ~/pwned{dice.choice(ESCAPES)}"},
            {"mounts": [f"type=bind,source=/,target=/h{dice.choice(ESCAPES[:5])}"]},
            {"runArgs": ["--privileged"]},
            {"runArgs": ["-v", "/:/host"]},
            {"build": {"context": "../.."}},
        )
    )

    def prepare(root: Path) -> None:
        project(root)
        write(root, ".devcontainer/devcontainer.json", json.dumps(config))

    return Input(rule=2, title=f"up with {config}", argv=["up"], prepare=prepare)


def hostile_answers(dice: random.Random) -> Input:
    escape = dice.choice(ESCAPES)
    listing = dice.choice(
        (
            f"f\t644\t1\t1.0\t./../{escape}\0\0",
            f"f\t644\t{LONG}\t1.0\t./a\0\0",
            "f\t644\t1\t99999999999999999999.0\t./a\0\0",
            "l\t777\t1\t1.0\t./p\0/etc/passwd\0",
            "f\t644\t1\t1.0\t./.GIT/hooks/x\0\0",
            "d\t755\t1\t1.0\t./a\nb\0\0f\t644\t1\t1.0\t./a\nb/c\0\0",
            f"f\t644\t1\t1.0\t./{escape}\0\0" * 50,
            "x",
        )
    )
    far = dice.choice(
        (
            {"answer": "listing", "text": listing},
            {"answer": "words", "text": f"holder {json.dumps({'id': 'x', 'who': escape})}"},
            {"answer": "words", "text": f"fail {escape}"},
            {"answer": "words", "text": f"clock {LONG}"},
            {"answer": "junk", "text": escape * 1000},
            {"answer": "zeros"},
            {"answer": "endless"},
            {"answer": "errors"},
        )
    )
    argv = dice.choice((["sync", "--trust"], ["pull", "--trust"], ["pull", "--all", "--trust"]))

    def prepare(root: Path) -> None:
        project(root)
        write(root, ".devcontainer/scaffold.toml", REMOTE.format("/srv/x"))

    return Input(rule=5, title=f"{argv[0]}: {far}"[:90], argv=argv, far=far, prepare=prepare)


def hostile_engines(dice: random.Random) -> Input:
    escape = dice.choice(ESCAPES)
    row = {"Id": "a" * 64, "Names": [f"/{escape}"], "Image": escape, "State": "running"}
    far = dice.choice(
        (
            {"answer": "engine", "text": json.dumps([row])},
            {"answer": "engine", "text": DEEP},
            {"answer": "engine", "text": json.dumps({"message": escape})},
            {"answer": "engine", "text": escape},
            {"answer": "engine", "text": "null"},
            {"answer": "errors"},
            {"answer": "junk", "text": escape},
        )
    )
    argv = dice.choice((["container", "list", "--host", "gpu01"], ["status", "--host", "gpu01"]))
    return Input(rule=4, title=f"{argv[0]}: {far}"[:90], argv=argv, far=far)


def hostile_inspects(dice: random.Random) -> Input:
    """An engine that describes a container as its owner likes, for every command of containers."""
    escape = dice.choice((*ESCAPES, LONG, "a\nRUN touch ../pwned", "$(id)", "`id`"))
    odd = dice.choice((None, [], {}, 5, "x", [None], {"a": None}, [{"a": [1]}]))
    config: dict[str, object] = {
        "Image": escape,
        "Labels": {escape: escape, "devcontainer.local_folder": escape},
        "Env": [f"A{escape}={escape}", escape, f"API_TOKEN={CANARY}"],
        "Cmd": [escape],
        "User": escape,
        "WorkingDir": escape,
    }
    document: dict[str, object] = {
        "Id": "a" * 64,
        "Name": f"/{escape}",
        "Image": f"sha256:{'b' * 64}",
        "State": {"Status": "running", "Running": True, "StartedAt": escape, "Pid": 1},
        "Config": config,
        "HostConfig": {"Binds": [f"/{escape}:/x"], "PortBindings": {escape: odd}},
        "Mounts": [{"Type": "bind", "Source": f"/{escape}", "Destination": escape}],
        "NetworkSettings": {"Networks": {escape: {"Aliases": [escape]}}, "Ports": {escape: odd}},
    }
    table = dice.choice((document, config))
    key = dice.choice(list(table))
    table[key] = dice.choice((odd, document["Id"]))
    if dice.random() < 0.4:
        del table[key]
    argv = dice.choice(
        (
            ["container", "adopt", "box", "--yes"],
            ["container", "save", "box", "box:saved", "--yes"],
            ["container", "recreate", "box", "--dry-run"],
            ["container", "recreate", "box", "--dry-run", "--json"],
            ["verify", "--container", "box", "--timeout", "10"],
            ["down", "--container", "box", "--remove", "--dry-run"],
            ["open", "--container", "box", "--print"],
        )
    )
    far = {"answer": "engine", "text": json.dumps(document)}
    argv = [*argv, "--host", "gpu01"]
    return Input(rule=4, title=f"{argv[:2]}: {escape!r}"[:90], argv=argv, far=far, may_write=True)


def odd_names(dice: random.Random) -> Input:
    name = dice.choice(ESCAPES).replace("\x00", "").replace("/", "") or "x"

    def prepare(root: Path) -> None:
        project(root)
        (root / f"{name}.py").write_text("import torch")
        (root / f"d{name}").mkdir()
        write(root, f"d{name}/requirements.txt", "torch\n")

    argv = dice.choice((["init", "--yes", "--dry-run", "-v"], ["init", "--yes", "--json"]))
    return Input(
        rule=4, title=f"a file called {name!r}", argv=argv, prepare=prepare, may_write=True
    )


def ordinary_life(dice: random.Random) -> Input:
    argv = dice.choice(
        (["init", "--yes", "--dry-run"], ["status"], ["catalogue", "gpus"], ["host", "list"])
    )
    return Input(rule=9, title=f"{argv} in a poor environment", argv=argv, prepare=project)


def arguments(dice: random.Random) -> Input:
    value = dice.choice((*ESCAPES, LONG, "-x", "--", "a b", "../..", "'", "$(id)")).replace(
        "\0", ""
    )
    argv = dice.choice(
        (
            ["init", "--yes", "--dry-run", f"--name={value}"],
            ["init", "--yes", "--dry-run", f"--mount={value}"],
            ["init", "--yes", "--dry-run", f"--framework=torch=={value}"],
            ["init", "--yes", "--dry-run", f"--port={value}"],
            ["resolve", f"--gpu-model={value}"],
            ["resolve", f"--driver={value}"],
            ["container", "list", f"--host={value}"],
            ["host", "check", f"--host={value}"],
            ["pull", value],
            ["open", "--print", value],
            ["up", value],
            ["down", value],
            ["verify", value],
            ["tunnel", value],
            [value],
        )
    )
    return Input(rule=9, title=f"{argv[:3]}"[:60], argv=argv, prepare=project)


Kinds = tuple[tuple[Callable[[random.Random], Input], int], ...]
KINDS: Kinds = (
    (links, 120),
    (odd_files, 100),
    (poisoned_files, 250),
    (secrets, 60),
    (planted_answers, 100),
    (planted_config, 60),
    (hostile_answers, 100),
    (hostile_engines, 60),
    (hostile_inspects, 100),
    (odd_names, 50),
    (ordinary_life, 30),
    (arguments, 120),
)
"""How many of each kind the whole harness tries; the quick run takes a tenth."""


def of_kinds(kinds: Kinds, seed: int, share: float) -> Iterator[Input]:
    """A share of the inputs of some kinds."""
    for make, count in kinds:
        dice = random.Random(f"{seed} {make.__name__}")
        for _ in range(max(1, round(count * share))):
            yield make(dice)


def inputs(seed: int, share: float = 1.0) -> Iterator[Input]:
    """All inputs of a run that need no lab, the same for the same seed."""
    yield from of_kinds(KINDS, seed, share)
    fixed = random.Random(f"{seed} fixed").sample(FIXED, max(1, round(len(FIXED) * share)))
    for row in fixed:
        rule, title, argv, *_ = row
        far = {"answer": "shell"}
        yield Input(rule=rule, title=title, argv=argv, far=far, prepare=prepared(row))
