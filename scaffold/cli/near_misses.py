"""Options and commands that people type for another one, with the right one suggested."""

from collections.abc import Mapping

import click

from scaffold.cli.groups import LazyGroup
from scaffold.errors import InputError

RECREATE = {
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
_DRY_RUN = "scaffold container recreate NAME --dry-run prints a docker run command: edit that"
BY_DOCKER = {
    "--name": "docker rename NAME NEW",
    **{
        option: f"docker update {option} {value} NAME"
        for option, value in {
            "--memory": "8g",
            "--memory-swap": "16g",
            "--cpus": "4",
            "--cpuset-cpus": "0-3",
            "--cpu-shares": "512",
            "--pids-limit": "200",
            "--restart": "unless-stopped",
        }.items()
    },
    **dict.fromkeys(
        (
            *("--entrypoint", "--user", "--workdir", "--hostname", "--label", "--privileged"),
            *("--cap-add", "--ulimit", "--init", "--security-opt", "--command"),
        ),
        _DRY_RUN,
    ),
}
"""Options of Docker that recreate does not have, to the command that changes them."""

SAVE = {"--include": "--include-secret", "--secret": "--include-secret", "--force": "--yes"}
PRUNE = {"--force": "--yes"}
ADOPT = {
    "--ignore": "--exclude",
    "--skip": "--exclude",
    "--add": "--include",
    "--from": "--base",
    "--base-image": "--base",
    "--force": "--overwrite",
    "--max-size": "--max-overlay",
    "--check": "--verify",
}
COMMANDS = {
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


class NearMissCommand(click.Command):
    """A command that suggests the right option for a near miss in `near_misses`."""

    near_misses: Mapping[str, str] = {}
    by_docker: Mapping[str, str] = {}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments. Raises NoSuchOption with a suggestion.

        Raises InputError for what Docker's own commands change.
        """
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if hint := self.by_docker.get(error.option_name):
                message = f"{ctx.command_path} has no option {error.option_name}"
                raise InputError(message, hint=hint) from error
            right = self.near_misses.get(error.option_name)
            if right is None:
                raise
            name = error.option_name
            message = f"No such option {name!r}. Did you mean {right!r}?"
            raise click.NoSuchOption(name, message, ctx=ctx) from error


class RecreateCommand(NearMissCommand):
    """`scaffold container recreate`."""

    near_misses = RECREATE
    by_docker = BY_DOCKER


class AdoptCommand(NearMissCommand):
    """`scaffold container adopt`."""

    near_misses = ADOPT


class SaveCommand(NearMissCommand):
    """`scaffold container save`."""

    near_misses = SAVE


class PruneCommand(NearMissCommand):
    """`scaffold container prune`."""

    near_misses = PRUNE


class NearMissGroup(LazyGroup):
    """A group that suggests the right command for a near miss."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command. Raises UsageError with a suggestion."""
        name = args[0]
        if name not in self.table and name in COMMANDS:
            ctx.fail(f"No such command {name!r}. Did you mean {COMMANDS[name]!r}?")
        return super().resolve_command(ctx, args)
