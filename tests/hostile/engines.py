"""Hostile inputs on the lab's engine: containers whose settings, files and names are poisoned.

A planted secret may reach neither the output, nor the project, nor an image that is saved.
"""

import io
import random
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.hostile.inputs import CANARY, ESCAPES, LONG, Input, Kinds

if TYPE_CHECKING:
    from tests.hostile.on_lab import Lab

COMMANDS = (
    ["container", "adopt", "box", "--yes"],
    ["container", "adopt", "box", "--yes", "--json"],
    ["container", "adopt", "box", "--yes", "--dry-run", "--verbose"],
    ["container", "save", "box", "box:saved", "--yes"],
    ["container", "save", "box", "box:saved", "--yes", "--json"],
    ["container", "recreate", "box", "--dry-run"],
    ["container", "recreate", "box", "--dry-run", "--json", "--publish", "8888:8888"],
    ["container", "list", "--all"],
    ["container", "list", "--all", "--json", "--verbose"],
    ["status", "--all"],
    ["status", "--all", "--json"],
    ["verify", "--container", "box", "--timeout", "10"],
    ["down", "--container", "box", "--remove", "--volumes", "--dry-run"],
    ["open", "--container", "box", "--print"],
)
POISONS = (
    *(escape.replace("\0", "") for escape in ESCAPES),
    *("$(touch pwned)", "`id`", "a\nRUN touch /pwned", "'\";--", "${localEnv:HOME}", LONG[:3000]),
)
SETTINGS = (
    ("--label", "devcontainer.local_folder=/home/{}"),
    ("--label", 'devcontainer.metadata=[{{"remoteUser": "{}"}}]'),
    ("--label", "devcontainer.metadata=" + "[" * 50_000),
    ("--label", "com.docker.compose.project={}"),
    ("--label", "{}={}"),
    ("--env", "A={}"),
    ("--env", "PATH={}"),
    ("--env", "NVIDIA_VISIBLE_DEVICES={}"),
    ("--env", "{}"),
    ("--user", "{}"),
    ("--workdir", "/{}"),
    ("--hostname", "{}"),
    ("--volume", "{base}/b{}:/data{}"),
    ("--volume", "/data{}"),
    ("--tmpfs", "/t{}"),
    ("--entrypoint", "{}"),
    ("--health-cmd", "{}"),
    ("--log-opt", "tag={}"),
    ("--add-host", "{}:127.0.0.1"),
    ("--annotation", "a={}"),
    ("--stop-signal", "{}"),
    ("--network-alias", "{}"),
)
SECRETS = (
    ("--env", f"API_TOKEN={CANARY}"),
    ("--env", f"DB_PASS={CANARY}"),
    ("--env", f"AWS_SECRET_ACCESS_KEY={CANARY}"),
    ("--env", f"PIP_EXTRA_INDEX_URL=https://{CANARY}@pypi.example.org/simple"),
    ("--env", f"REDIS_URL=redis://:{CANARY}@h"),
    ("--env", f"DATABASE_URL=postgres://u:a/b@{CANARY}@h/db"),
    ("--env", f"https_proxy=http://u:'{CANARY}@proxy:3128"),
    ("--label", f"org.example.token={CANARY}"),
    ("--health-cmd", f"curl -u admin:{CANARY} http://h/"),
    ("--log-opt", f"splunk-token={CANARY}"),
    ("--label", f"traefik.http.middlewares.auth.basicauth.users=admin:{CANARY}"),
)
WORDS = (
    ["sleep", "1000", "--password", CANARY],
    ["sleep", f"--token={CANARY}"],
    ["sh", "-c", f"curl -H 'Authorization: Bearer {CANARY}aaaaaaaa1' h"],
    ["sleep", "1000"],
)
FILES = (
    ("root/.netrc", f"machine h login u password {CANARY}\n"),
    ("root/.aws/credentials", f"[default]\naws_secret_access_key = {CANARY}\n"),
    ("root/.git-credentials", f"https://u:{CANARY}@h\n"),
    ("root/.config/pip/pip.conf", f"[global]\nindex-url = https://u:{CANARY}@h/simple\n"),
    ("root/.docker/config.json", f'{{"auths": {{"h": {{"auth": "{CANARY}"}}}}}}\n'),
    ("opt/app/.env", f"DB_PASSWORD={CANARY}\n"),
    ("etc/pip.conf", f"[global]\nextra-index-url = https://{CANARY}@h/simple\n"),
    ("root/.ssh/id_ed25519", f"-----BEGIN OPENSSH PRIVATE KEY-----\n{CANARY}\n"),
)


def poisoned_containers(dice: random.Random) -> Input:
    poison = dice.choice(POISONS)
    settings = dice.sample(SETTINGS, dice.choice((1, 2, 4)))
    argv = list(dice.choice(COMMANDS))

    def arrange(lab: "Lab", base: Path) -> None:
        words = [
            text.replace("{base}", str(base))
            .replace("{{", "{")
            .replace("}}", "}")
            .replace("{}", poison)
            for pair in settings
            for text in pair
        ]
        # What the engine refuses cannot be hostile: then the container has no such setting.
        create(lab, words, ["sleep", poison]) or create(lab, [], ["sleep", poison])

    return _input(4, f"{argv[:2]}: {settings[0]} {poison[:20]!r}", argv, arrange)


def secret_containers(dice: random.Random) -> Input:
    settings = dice.sample(SECRETS, dice.choice((1, 2, 3)))
    words, files = dice.choice(WORDS), dice.sample(FILES, dice.choice((0, 1, 2)))
    argv = list(dice.choice(COMMANDS[:7]))

    def arrange(lab: "Lab", _base: Path) -> None:
        create(lab, [text for pair in settings for text in pair], words) or create(lab, [], words)
        fill(lab, dict(files))

    title = f"{argv[:2]}: {[pair[1][:16] for pair in settings]} {[name for name, _ in files]}"
    return _input(7, title, argv, arrange, secret=True)


def poisoned_files(dice: random.Random) -> Input:
    poison = dice.choice(POISONS).replace("/", "")[:200]
    name = dice.choice(("opt/{}", "root/{}.py", "opt/d{}/a", "etc/{}", "usr/local/bin/{}"))
    argv = list(dice.choice(COMMANDS[:5]))

    def arrange(lab: "Lab", _base: Path) -> None:
        create(lab, [], ["sleep", "9"])
        fill(lab, {name.replace("{}", poison): "x", "root/.bashrc": f"alias a='{poison}'\n"})

    return _input(4, f"{argv[:2]}: a file {name} {poison[:20]!r}", argv, arrange)


def create(lab: "Lab", options: list[str], words: list[str]) -> bool:
    """Make the container "box"; False if the engine refuses the options."""
    from tests.hostile.on_lab import IMAGE

    argv = [*lab.docker.cli, "create", "--name", "box", "--network", "none", *options, IMAGE]
    encoded = [word.encode("utf-8", "surrogatepass") for word in (*argv, *words)]
    done = subprocess.run(encoded, env=lab.docker.env, capture_output=True, check=False)
    if done.returncode:
        lab.docker.docker("rm", "--force", "box", check=False)
    return done.returncode == 0


def fill(lab: "Lab", files: dict[str, str]) -> None:
    """Put files into the container."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", errors="surrogatepass") as tar:
        for name, text in files.items():
            content = text.encode("utf-8", "surrogatepass")
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    argv = [*lab.docker.cli, "cp", "-", "box:/"]
    subprocess.run(
        argv, env=lab.docker.env, input=packed.getvalue(), capture_output=True, check=False
    )


def _input(
    rule: int,
    title: str,
    argv: list[str],
    arrange: Callable[["Lab", Path], None],
    *,
    secret: bool = False,
) -> Input:
    def prepare(root: Path) -> None:
        (root / "requirements.txt").write_text("torch>=2.8\n")

    return Input(
        rule=rule,
        title=title[:110],
        argv=argv,
        prepare=prepare,
        lab="engine",
        arrange=arrange,
        secret=secret,
    )


KINDS: Kinds = (
    (poisoned_containers, 60),
    (secret_containers, 60),
    (poisoned_files, 25),
)
