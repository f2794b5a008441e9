"""Asking about a connection: is this the right host key, and what is the password."""

import getpass
import sys

import click

from scaffold.adapters.ssh.asking import Answer, Asking, UnknownKey
from scaffold.errors import InputError

ANSWERS: dict[str, Answer] = {"yes": "remember", "once": "once", "no": "no"}


def make_asking(host_key: str | None = None) -> Asking:
    """How this run asks: at the terminal on standard error, or not at all without one."""
    present = sys.stdin.isatty() and sys.stderr.isatty()
    if present:
        return Asking(_confirm, _secret, at_terminal=True, host_key=host_key)
    return Asking(lambda _key: "no", lambda _prompt: None, at_terminal=False, host_key=host_key)


def _confirm(key: UnknownKey) -> Answer:
    click.echo(f"{key.host} is not known yet. It shows the key", err=True)
    click.echo(f"  {key.key_type} {key.fingerprint}", err=True)
    click.echo("Compare it with what the host's owner says.", err=True)
    answer = click.prompt(
        "Trust it? yes remembers it in known_hosts",
        type=click.Choice(list(ANSWERS)),
        default="no",
        err=True,
    )
    return ANSWERS[answer]


def _secret(prompt: str) -> str | None:
    try:
        typed = getpass.getpass(prompt, stream=sys.stderr)
    except EOFError:
        return None
    # Bytes that are no text would end as an exception, which shows what it could not encode.
    if any("\ud800" <= letter <= "\udfff" for letter in typed):
        raise InputError(
            "what was typed is not in this terminal's encoding",
            hint="use a UTF-8 locale: LC_ALL=C.UTF-8",
        )
    return typed
