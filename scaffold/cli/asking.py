"""Questions about a connection: whether to trust a host key, and the password."""

import getpass
import sys
from dataclasses import replace

import click

from scaffold.adapters.ssh.asking import SILENT, Answer, Asking, UnknownKey
from scaffold.cli.terminal import say
from scaffold.errors import InputError
from scaffold.parsing.untrusted.printable import printable

ANSWERS: dict[str, Answer] = {"yes": "remember", "once": "once", "no": "no"}


def make_asking(host_key: str | None = None) -> Asking:
    """Ask at the terminal on standard error; without a terminal answer no."""
    present = sys.stdin.isatty() and sys.stderr.isatty()
    if present:
        return Asking(confirm=_confirm, secret=_secret, at_terminal=True, host_key=host_key)
    return replace(SILENT, host_key=host_key)


def _confirm(key: UnknownKey) -> Answer:
    say(f"The host {printable(key.host)} is not known yet. Its key is", err=True)
    say(f"  {printable(key.key_type)} {key.fingerprint}", err=True)
    say("Compare this fingerprint with the one that the owner of the host gives you.", err=True)
    answer = click.prompt(
        "Trust it? (yes: keep it in known_hosts; once: for this run)",
        type=click.Choice(list(ANSWERS)),
        default="no",
        err=True,
    )
    return ANSWERS[answer]


def _secret(prompt: str) -> str | None:
    try:
        # getpass writes to the terminal itself, past the sink.
        typed = getpass.getpass(printable(prompt), stream=sys.stderr)
    except EOFError:
        return None
    # Bytes that are no text would end as an exception, which shows what it could not encode.
    if any("\ud800" <= letter <= "\udfff" for letter in typed):
        raise InputError(
            "the password is not valid text in the encoding of this terminal",
            hint="use a UTF-8 locale: LC_ALL=C.UTF-8",
        )
    return typed
