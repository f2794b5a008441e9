"""The commands below `scaffold config`."""

import click

from scaffold.adapters.computer import user_config
from scaffold.answers.question import as_text
from scaffold.answers.user_defaults import HEAD, KEYS, question_of, rows, value_of
from scaffold.cli.report import pairs, print_json
from scaffold.cli.terminal import say
from scaffold.errors import InputError


@click.command(short_help="List the defaults that are set.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_(as_json: bool) -> None:
    """List the defaults that are set, and the keys that are not."""
    defaults = user_config.user_defaults()
    path = str(user_config.user_config_path())
    if as_json:
        print_json({"path": path, "defaults": defaults})
        return
    if defaults:
        say(f"Your defaults for scaffold init, in {path}:")
        pairs((key, as_text(value)) for key, value in defaults.items())
    else:
        say(f"No defaults are set ({path}).")
    say("\nNot set:" if len(defaults) < len(KEYS) else "")
    pairs((key, question.help) for key, question in rows().items() if key not in defaults)


@click.command(short_help="Print the value of one default.")
@click.argument("key")
@click.pass_context
def get(ctx: click.Context, key: str) -> None:
    """Print the value of KEY, one item a line; exit code 1 if it is not set."""
    value = user_config.user_defaults().get(question_of(key).key)
    if value is None:
        ctx.exit(1)
    for text in value if isinstance(value, tuple) else (value,):
        say(str(text))


@click.command(short_help="Set a default, such as: set mirror tuna")
@click.argument("key")
@click.argument("values", nargs=-1, required=True)
def set_(key: str, values: tuple[str, ...]) -> None:
    """Set KEY to VALUES; lists such as mount take several, and replace what was set.

    \b
    scaffold config set shm 16g
    scaffold config set mount /data:/data:ro models:/models
    """
    question = question_of(key)
    value = value_of(question, values)
    user_config.write_default(question.key, value)
    say(f"{question.key} = {as_text(value)}, in {user_config.user_config_path()}")


@click.command(short_help="Remove a default.")
@click.argument("key")
def unset(key: str) -> None:
    """Remove KEY; init suggests its own value again."""
    name = question_of(key).key
    if name not in user_config.user_defaults():
        say(f"{name} is not set.")
        return
    user_config.write_default(name, None)
    say(f"{name} is no longer set, in {user_config.user_config_path()}")


@click.command(short_help="Print where the file is.")
def path() -> None:
    """Print where the file of your defaults is; it need not exist."""
    say(str(user_config.user_config_path()))


@click.command(short_help="Open the file in your editor, and check it.")
def edit() -> None:
    """Open the file in $VISUAL or $EDITOR, and check it when the editor is closed."""
    file = user_config.user_config_path()
    if not file.exists():
        user_config.write_user_config(HEAD)
    try:
        click.edit(filename=str(file))
    except click.ClickException as error:
        raise InputError(
            f"the editor did not start: {error.format_message()}",
            hint=f"set EDITOR, such as: EDITOR=nano scaffold config edit; the file: {file}",
        ) from error
    count = len(user_config.user_defaults())
    say(f"{file} is valid; {count} {'default is' if count == 1 else 'defaults are'} set.")
