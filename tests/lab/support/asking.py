"""Start the containers of public questions, and compare their settings without the product."""

import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import json5

from tests.lab.support.container_options import IMAGE, NET, NET2, OTHER
from tests.lab.support.container_world import world
from tests.lab.support.engine import Engine
from tests.lab.support.images import provide
from tests.lab.support.public_containers import NAME, Question

COMPOSE = "/usr/bin/docker-compose"
JUPYTER = "lab/jupyter:1"
ADOPTED = "lab/question:adopted"
UNNAMED = "the unnamed volume at"
DIGITS = 64
"""Digits in the name of a volume that nobody named."""
_JUPYTER_BASE = "quay.io/jupyter/scipy-notebook:2024-10-07"

FOLDERS = ("usb", "udev", "hass", "es", "x11", "config", "data", "logs")
"""What rows mount of the host; the engine makes the others."""

_CONFIG_OF_ONE = ("Image", "Volumes")
_HOST_OF_ONE = ("Binds", "Mounts", "VolumesFrom", "ContainerIDFile", "Links")
_MOUNT = ("Type", "Name", "Source", "RW", "Propagation")
_ENDPOINT = ("IPAMConfig", "Links", "DriverOpts")


@contextmanager
def asked_about(engine: Engine) -> Iterator[None]:
    """What the questions refer to: networks, another container, the stand-in for Jupyter."""
    provide(engine, _JUPYTER_BASE)
    text = f'FROM {_JUPYTER_BASE}\nENTRYPOINT ["env", "DOCKER_STACKS=1"]\n'
    engine.docker("build", "--quiet", "--tag", JUPYTER, "-", input=text)
    with world(engine):
        yield


def start(engine: Engine, question: Question, folder: Path) -> None:
    """Run the container of a question."""
    for name in FOLDERS:
        (folder / name).mkdir()
    (folder / "somefile.txt").write_text("Text from a secret file\n")
    if question.compose:
        (folder / "compose.yaml").write_text(_filled(question.compose, folder))
        _compose(engine, folder, "up", "--detach")
    else:
        words = shlex.split(_filled(question.words, folder))
        stop = () if "--stop-timeout=1" in words else ("--stop-timeout=1",)
        engine.docker("run", "--detach", "--name", NAME, *stop, *words)
    for joined in question.connect:
        words = shlex.split(_filled(joined, folder))
        engine.docker("network", "connect", *words, NAME)


def end(engine: Engine, folder: Path) -> None:
    """Remove the container, what recreate kept of it, and its volumes."""
    listed = engine.docker("ps", "--all", "--format", "{{.Names}}").stdout.split()
    ours = [name for name in listed if name.startswith(NAME)]
    if ours:
        engine.docker("rm", "--force", "--volumes", *ours)
    if (folder / "compose.yaml").exists():
        _compose(engine, folder, "down", "--volumes", "--timeout", "0")
    volumes = engine.docker("volume", "ls", "--quiet").stdout.split()
    ours = [name for name in volumes if name.startswith(NAME)]
    if ours:
        engine.docker("volume", "rm", *ours)


def _filled(text: str, folder: Path) -> str:
    names = {"IMAGE": IMAGE, "JUPYTER": JUPYTER, "FOLDER": str(folder)}
    names |= {"NET": NET, "NET2": NET2, "OTHER": OTHER}
    return re.sub(rf"\b({'|'.join(names)})\b", lambda found: names[found[1]], text)


def _compose(engine: Engine, folder: Path, *words: str) -> None:
    file = ("--file", str(folder / "compose.yaml"), "--project-name", NAME)
    done = subprocess.run(
        [COMPOSE, *file, *words], env=engine.env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def plain_settings(found: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a container as the engine tells them, without what each has of its own.

    Written without the comparison of the product, which is what is tried.
    """
    config = {key: found["Config"][key] for key in found["Config"] if key not in _CONFIG_OF_ONE}
    if config["Hostname"] == found["Id"][:12] or ":" in found["HostConfig"]["NetworkMode"]:
        config["Hostname"] = ""
    # A variable counts by its name, wherever it stands.
    config["Env"] = sorted(config.get("Env") or [])
    host = {key: found["HostConfig"][key] for key in found["HostConfig"] if key not in _HOST_OF_ONE}
    host["NetworkMode"] = host["NetworkMode"].replace("default", "bridge")
    if host["RestartPolicy"]["Name"] in {"", "no"}:
        del host["RestartPolicy"]
    if host["IpcMode"] == "host":
        # Of no effect: /dev/shm is the host's.
        del host["ShmSize"]
    if host.get("DeviceRequests"):
        host["DeviceRequests"] = [_gpus(one) for one in host["DeviceRequests"]]
    links = found["HostConfig"]["Links"] or []
    networks = found["NetworkSettings"]["Networks"]
    return {
        "Config": {key: value for key, value in config.items() if value},
        "HostConfig": {key: value for key, value in host.items() if value},
        "Links": sorted(link.split(":")[0] for link in links),
        "Mounts": {
            one["Destination"]: {key: one.get(key) for key in _MOUNT} for one in found["Mounts"]
        },
        "Networks": {name: _endpoint(end, found["Id"]) for name, end in networks.items()},
        "Path": (found["Path"], found["Args"]),
    }


def _gpus(request: Mapping[str, Any]) -> dict[str, Any]:
    """A request without its driver: Docker takes nvidia's where none is named."""
    driver = "" if request["Driver"] == "nvidia" else request["Driver"]
    return {**{key: value or None for key, value in request.items()}, "Driver": driver}


def _endpoint(endpoint: Mapping[str, Any], own: str) -> dict[str, Any]:
    kept = {key: endpoint[key] for key in _ENDPOINT if endpoint.get(key)}
    aliases = sorted(alias for alias in endpoint["Aliases"] or [] if alias != own[:12])
    return {**kept, **({"Aliases": aliases} if aliases else {})}


AS_DEV_CONTAINER = {
    "HostConfig.PortBindings": "forwarded by the editor",
    "Config.ExposedPorts": "forwarded by the editor",
    "HostConfig.PublishAllPorts": "forwarded by the editor",
    "HostConfig.RestartPolicy": "restart policy",
    "HostConfig.AutoRemove": "--rm",
    "HostConfig.LogConfig": "log driver",
    "Config.Healthcheck": "health check",
    "Config.StopSignal": "stop signal",
    "Config.Labels": "labels",
    "Links": "the link",
    "Networks": "one network",
    # Decided by the dev container tool, which starts a program of its own with init.
    "HostConfig.Init": "",
    "HostConfig.ContainerIDFile": "",
    "Config.AttachStdin": "",
    "Config.AttachStdout": "",
    "Config.AttachStderr": "",
    "Config.OpenStdin": "",
    "Config.StdinOnce": "",
    "Config.Tty": "",
    # Layers of the engine's classic builder leave no such setting; BuildKit's do.
    "Config.OnBuild": "",
}
"""Settings that a dev container has of its own, and the words of the note that says so."""


def note_for(setting: str) -> str:
    """The words of the note that names a difference before anything is written."""
    return setting if setting.startswith(UNNAMED) else AS_DEV_CONTAINER.get(setting, "no note")


def as_adopted(engine: Engine, project: Path, secrets: Mapping[str, str]) -> dict[str, Any]:
    """The settings of a container made by hand of an adopted `.devcontainer/`."""
    folder = project / ".devcontainer"
    config = json5.loads((folder / "devcontainer.json").read_text())
    build = ("build", "--quiet", "--tag", ADOPTED, *config["build"].get("options", ()))
    engine.docker(*build, str(folder))
    env = {name: secrets.get(name, text) for name, text in config.get("containerEnv", {}).items()}
    words = [
        *config.get("runArgs", ()),
        *(f"--env={name}={text}" for name, text in env.items()),
        *(f"--mount={mount}" for mount in config.get("mounts", ())),
    ]
    engine.docker("create", f"--name={NAME}-adopted", *words, ADOPTED)
    return plain_settings(engine.inspect(f"{NAME}-adopted"))


def _mount_name(target: str, mount: Mapping[str, Any]) -> str:
    return f"{UNNAMED if len(mount['Name'] or '') == DIGITS else 'Mounts'} {target}"


def unlike(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Settings by name that differ, each with both values."""
    flat = [
        {
            f"{part}.{key}": found
            for part in ("Config", "HostConfig")
            for key, found in one[part].items()
        }
        | {part: one[part] for part in ("Links", "Networks", "Path")}
        | {_mount_name(target, mount): mount for target, mount in one["Mounts"].items()}
        for one in (before, after)
    ]
    return {
        name: (flat[0].get(name), flat[1].get(name))
        for name in sorted(flat[0].keys() | flat[1].keys())
        if flat[0].get(name) != flat[1].get(name)
    }
