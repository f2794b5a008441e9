"""Questions about a connection: whether to trust a host key, and the password."""

import getpass
import sys
from collections.abc import Collection
from dataclasses import replace

import click

from scaffold.adapters.ssh.asking import SILENT, Answer, Asking, UnknownKey
from scaffold.cli.terminal import say
from scaffold.errors import InputError
from scaffold.nearest import one_of
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
    say("yes keeps it in known_hosts; once trusts it in this run only.", err=True)
    return ANSWERS[ask_word("Trust it?", ANSWERS, default="no")]


def ask_word(question: str, words: Collection[str], *, default: str | None = None) -> str:
    """The one of `words` that the user types on standard error; asks again after another word."""
    text = f"{question} ({', '.join(words)})"
    while True:
        # Without a type of click, whose complaint has another form than our errors.
        typed = str(click.prompt(text, default=default, err=True)).strip().lower()
        if typed in words:
            return typed
        say(f"unknown choice '{printable(typed)}': {one_of(typed, words)}", err=True)


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
