"""Words that people type for another one: options and commands of other tools, as rows."""

from collections.abc import Mapping

_TOP = {
    "add": "host setup",
    "adopt": "container adopt",
    "attach": "open",
    "bash": "open",
    "build": "up",
    "check": "host check",
    "clone": "start",
    "code": "open",
    "configure": "config",
    "connect": "open",
    "create": "init",
    "debug": "doctor",
    "defaults": "config",
    "delete": "down --remove",
    "diagnose": "doctor",
    "download": "pull",
    "enter": "open",
    "exec": "open",
    "forward": "tunnel",
    "generate": "init",
    "gpu": "verify",
    "gpus": "catalogue gpus",
    "help": "--help",
    "hosts": "host list",
    "info": "doctor",
    "install": "doctor",
    "launch": "start",
    "list": "status",
    "login": "host setup",
    "logs": "status",
    "ls": "status",
    "new": "init",
    "port": "tunnel",
    "ports": "tunnel",
    "preset": "init --preset list",
    "presets": "init --preset list",
    "prune": "container prune",
    "ps": "status",
    "push": "sync",
    "rebuild": "up --rebuild",
    "recreate": "container recreate",
    "remove": "down --remove",
    "restart": "up",
    "rm": "down --remove",
    "run": "up",
    "save": "container save",
    "server": "host",
    "servers": "host list",
    "settings": "config",
    "setup": "host setup",
    "shell": "open",
    "ssh": "open",
    "stop": "down",
    "test": "verify",
    "update": "init",
    "upgrade": "up --rebuild",
    "upload": "sync",
    "version": "--version",
    "vscode": "open",
}
_CONTAINER = {
    "commit": "save",
    "export": "save",
    "snapshot": "save",
    "backup": "save",
    "ls": "list",
    "ps": "list",
    "show": "list",
    "rm": "prune",
    "remove": "prune",
    "clean": "prune",
    "update": "recreate",
    "edit": "recreate",
    "change": "recreate",
    "rebuild": "recreate",
    "convert": "adopt",
    "import": "adopt",
    "migrate": "adopt",
}
_RECREATE = {
    "--port": "--publish",
    "--ports": "--publish",
    "--expose": "--publish",
    "--remove-port": "--unpublish",
    "--rm-port": "--unpublish",
    "--no-port": "--unpublish",
    "--no-publish": "--unpublish",
    "--mount": "--volume",
    "--volumes": "--volume",
    "--bind": "--volume",
    "--no-mount": "--no-volume",
    "--remove-volume": "--no-volume",
    "--rm-volume": "--no-volume",
    "--gpu": "--gpus",
    "--device": "--gpus",
    "--ipc": "--shm-size",
    "--shm": "--shm-size",
    "--environment": "--env",
    "--unset": "--no-env",
    "--remove-env": "--no-env",
    "--rm-env": "--no-env",
    "--networks": "--network",
    "--net": "--network",
    "--force": "--yes",
    "--recursive": "--with-dependents",
}
_ADOPT = {
    "--ignore": "--exclude",
    "--skip": "--exclude",
    "--add": "--include",
    "--from": "--base",
    "--base-image": "--base",
    "--force": "--overwrite",
    "--max-size": "--max-overlay",
    "--check": "--verify",
}
_SAVE = {"--include": "--include-secret", "--secret": "--include-secret", "--force": "--yes"}
_DRY_RUN = "scaffold container recreate NAME --dry-run prints a docker run command: edit that"
_LIMITS = {
    "--memory": "8g",
    "--memory-swap": "16g",
    "--cpus": "4",
    "--cpuset-cpus": "0-3",
    "--cpu-shares": "512",
    "--pids-limit": "200",
    "--restart": "unless-stopped",
}
_FIXED = (
    *("--entrypoint", "--user", "--workdir", "--hostname", "--label", "--privileged"),
    *("--cap-add", "--ulimit", "--init", "--security-opt", "--command"),
)

_HOST = {
    "add": "setup",
    "connect": "setup",
    "create": "setup",
    "delete": "remove",
    "doctor": "check",
    "fix": "setup",
    "init": "setup",
    "install": "setup",
    "ls": "list",
    "new": "setup",
    "rm": "remove",
    "show": "list",
    "status": "check",
    "test": "check",
    "verify": "check",
}
_CONFIG = {
    "add": "set",
    "delete": "unset",
    "ls": "list",
    "open": "edit",
    "remove": "unset",
    "rm": "unset",
    "show": "list",
    **{key: f"set {key}" for key in ("mirror", "mount", "user", "shm", "installer", "extension")},
}

COMMANDS: Mapping[str, Mapping[str, str]] = {
    "": _TOP,
    "container": _CONTAINER,
    "host": _HOST,
    "config": _CONFIG,
}
"""Group, empty for `scaffold` itself, to a word that is typed below it and the command meant."""

_INIT = {
    "--arch": "--gpu-model",
    "--build": "--overwrite",
    "--card": "--gpu-model",
    "--env-file": "--answers",
    "--force": "--overwrite",
    "--image-name": "--image",
    "--publish": "--port",
    "--remote": "--host",
    "--server": "--host",
    "--shm-size": "--shm",
    "--ssh": "--host",
    "--volume": "--mount",
}
_UP = {
    "--build": "--rebuild",
    "--force": "--rebuild",
    "--no-cache": "--rebuild",
    "--recreate": "--rebuild",
    "--remote": "--host",
    "--server": "--host",
}
_SETUP = {"--identity": "--key", "--identity-file": "--key", "--alias": "--name", "--sudo": "--yes"}

OPTIONS: Mapping[str, Mapping[str, str]] = {
    "init": _INIT,
    "up": _UP,
    "host setup": _SETUP,
    "container recreate": _RECREATE,
    "container adopt": _ADOPT,
    "container save": _SAVE,
    "container prune": {"--force": "--yes"},
}
"""Command to an option that it does not have and the one that is meant."""

_CUDA = "the driver decides on CUDA; to name a release: --framework 'torch==2.6.0+cu124'"
_BEFORE_UP = "scaffold init takes it, then: scaffold up"
_NO_GPU = "for a container without a GPU: --gpu none"

OTHER_WAYS: Mapping[str, Mapping[str, str]] = {
    "": dict.fromkeys(
        ("-v", "-q", "-y", "--verbose", "--quiet", "--yes", "--json", "--host", "--dry-run"),
        "options follow their command, such as: scaffold init --yes",
    ),
    "init": {
        **dict.fromkeys(("--cuda", "--cuda-version", "--cudnn"), _CUDA),
        **dict.fromkeys(("--cpu", "--no-gpu", "--cpu-only"), _NO_GPU),
        **dict.fromkeys(("--conda", "--environment"), "environment.yml is read from the project"),
        **dict.fromkeys(("--requirements", "-r"), "requirements.txt is read from the project"),
        **dict.fromkeys(("--torch", "--pytorch"), "such as: --framework 'torch>=2.8'"),
        "-p": "a port: --port 8888",
    },
    "resolve": dict.fromkeys(("--cuda", "--cuda-version", "--cudnn"), _CUDA),
    "up": {
        **dict.fromkeys(("-d", "--detach"), "the container always runs in the background"),
        **dict.fromkeys(("--gpus", "--gpu", "--shm-size", "--shm", "--mount"), _BEFORE_UP),
        **dict.fromkeys(("--volume", "--image", "--port", "--user", "--framework"), _BEFORE_UP),
        **dict.fromkeys(("-p", "--publish"), "scaffold tunnel forwards ports of the container"),
    },
    "down": {"--force": "--yes answers the questions; --remove deletes the container"},
    "host setup": {
        **dict.fromkeys(("--port", "-p"), "the port follows the name: USER@SERVER:2222"),
        **dict.fromkeys(("--user", "-u", "-l"), "the user stands before the name: USER@SERVER"),
        "--password": "the password is asked for, and kept nowhere",
        "-i": "did you mean --key?",
    },
    "container recreate": {
        "--name": "docker rename NAME NEW",
        **{name: f"docker update {name} {value} NAME" for name, value in _LIMITS.items()},
        **dict.fromkeys(_FIXED, _DRY_RUN),
    },
}
"""Command to an option that it does not have and what changes the same instead."""
