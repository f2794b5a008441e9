"""Words that people type for another one: options and commands of other tools, as rows."""

from collections.abc import Mapping

_TOP = {
    "add": "host setup",
    "adopt": "container adopt",
    "build": "up",
    "check": "host check",
    "clone": "start",
    "code": "open",
    "connect": "open",
    "create": "init",
    "download": "pull",
    "exec": "open",
    "forward": "tunnel",
    "configure": "config",
    "defaults": "config",
    "generate": "init",
    "gpu": "verify",
    "gpus": "catalogue gpus",
    "hosts": "host list",
    "list": "status",
    "ls": "status",
    "new": "init",
    "ports": "tunnel",
    "preset": "init --preset list",
    "presets": "init --preset list",
    "prune": "container prune",
    "ps": "status",
    "push": "sync",
    "rebuild": "up --rebuild",
    "recreate": "container recreate",
    "remove": "down --remove",
    "rm": "down --remove",
    "run": "up",
    "save": "container save",
    "settings": "config",
    "setup": "host setup",
    "ssh": "open",
    "stop": "down",
    "test": "verify",
    "update": "init",
    "upload": "sync",
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

COMMANDS: Mapping[str, Mapping[str, str]] = {"": _TOP, "container": _CONTAINER}
"""Group, empty for `scaffold` itself, to a word that is typed below it and the command meant."""

OPTIONS: Mapping[str, Mapping[str, str]] = {
    "container recreate": _RECREATE,
    "container adopt": _ADOPT,
    "container save": _SAVE,
    "container prune": {"--force": "--yes"},
}
"""Command to an option that it does not have and the one that is meant."""

OTHER_WAYS: Mapping[str, Mapping[str, str]] = {
    "container recreate": {
        "--name": "docker rename NAME NEW",
        **{name: f"docker update {name} {value} NAME" for name, value in _LIMITS.items()},
        **dict.fromkeys(_FIXED, _DRY_RUN),
    }
}
"""Command to an option that it does not have and what changes the same instead."""
