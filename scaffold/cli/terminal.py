"""The one sink of output: nothing foreign drives the terminal, no encoding stops a message."""

import contextlib
import functools
import os
import sys
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any, TextIO, cast

import click

from scaffold.parsing.untrusted.printable import encodable, printable, printable_lines

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

PIPE_WIDTH = 250


class _Output:
    """Whether ordinary output is wanted; errors and JSON are printed in any case."""

    quiet = False


def set_quiet(*, wanted: bool) -> None:
    """Drop all ordinary output from now on, or print it again."""
    _Output.quiet = wanted
    console.cache_clear()


def is_quiet() -> bool:
    """Whether the user asked for errors only."""
    return _Output.quiet


def terminal_present() -> bool:
    """Whether a user can answer: input, output and errors are a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty() and sys.stdout.isatty()


class SafeStream:
    """A text stream that escapes whatever is written to it; `raw` is the one below."""

    def __init__(self, raw: TextIO, *, is_output: bool = False) -> None:
        self.raw = raw
        self.is_output = is_output

    def write(self, text: str) -> int:
        """Write text, escaped and in characters that the stream can encode."""
        if not isinstance(text, str):
            # Like any text stream, so that click does not take this for a binary one.
            raise TypeError("a text stream takes str")
        if not (self.is_output and _Output.quiet):
            self.raw.write(encodable(printable_lines(text), self.encoding))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write all lines."""
        for line in lines:
            self.write(line)

    @property
    def encoding(self) -> str:
        """The encoding of the stream below."""
        return self.raw.encoding or "utf-8"

    @property
    def errors(self) -> str:
        """The error handler of the stream below."""
        return self.raw.errors or "strict"

    def __getattr__(self, name: str) -> Any:
        # Writing the bytes below would bypass the escapes.
        if name in {"buffer", "raw", "detach", "reconfigure"}:
            raise AttributeError(name)
        return getattr(self.raw, name)


@contextlib.contextmanager
def safe_streams() -> Iterator[None]:
    """Send standard output and standard error through the sink."""
    _open_missing()
    before = sys.stdout, sys.stderr
    sys.stdout = cast("TextIO", SafeStream(before[0], is_output=True))
    sys.stderr = cast("TextIO", SafeStream(before[1]))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        console.cache_clear()


def _open_missing() -> None:
    """Give closed standard streams an empty end, so that no other file gets their numbers."""
    with contextlib.suppress(OSError):
        while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
            os.set_inheritable(handle, True)
        os.close(handle)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None or stream.closed:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def raw_stream(stream: IO[str]) -> IO[str]:
    """The stream below the sink, for libraries that write control sequences of our own."""
    return stream.raw if isinstance(stream, SafeStream) else stream


def say(text: str = "", *, err: bool = False, label: str = "", color: str = "") -> None:
    """Print text after an optional coloured label of ours; its further lines are indented."""
    stream = sys.stderr if err else sys.stdout
    if label:
        raw = raw_stream(stream)
        shown = click.style(label, fg=color, bold=True) if raw.isatty() else label
        stream.flush()
        raw.write(encodable(shown, stream.encoding or "utf-8") + " ")
        text = "\n  ".join(text.split("\n"))
    click.echo(printable_lines(text), err=err)


def at_words(text: str, label: str) -> str:
    """A message behind its label, broken at words if standard error is a screen.

    Not for hints: a command that is broken into lines cannot be pasted.
    """
    if not raw_stream(sys.stderr).isatty():
        return text
    import shutil
    import textwrap

    wrapper = textwrap.TextWrapper(
        width=max(shutil.get_terminal_size().columns - 2, 20),
        break_long_words=False,
        break_on_hyphens=False,
        # The label stands there already.
        initial_indent=" " * (len(label) - 1),
    )
    first, *rest = text.split("\n")
    lines = wrapper.wrap(first)
    wrapper.initial_indent = ""
    return "\n".join(
        [*lines, *(part for one in rest for part in wrapper.wrap(one) or [""])]
    ).lstrip()


def show_message(text: str) -> None:
    """Print a message of another program to standard error; one that ends in CR is overwritten."""
    raw = raw_stream(sys.stderr)
    end = text[-1:] if text[-1:] in {"\r", "\n"} else ""
    shown = encodable(printable_lines(text.removesuffix(end)), sys.stderr.encoding or "utf-8")
    if raw.isatty() or end != "\r":
        raw.write(f"{shown}{end}")
        raw.flush()


def line(*parts: tuple[str, str]) -> None:
    """Print a line of texts, each with a style: `bold`, `dim`, a colour such as `cyan`, or none."""
    if _Output.quiet:
        return
    raw = raw_stream(sys.stdout)
    colours = raw.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    for text, style in parts:
        shown = encodable(printable_lines(text), sys.stdout.encoding or "utf-8")
        raw.write(_styled(shown, style) if colours else shown)
    raw.write("\n")


def _styled(text: str, style: str) -> str:
    if style in {"", "bold", "dim"}:
        return click.style(text, **{style: True}) if style else text
    return click.style(text, fg=style)


@functools.cache
def console() -> "Console":
    """The console of standard output; text from outside is never read as markup."""
    # In a pipe nothing is folded for a screen that does not exist.
    return make_console(sys.stdout, None if sys.stdout.isatty() else PIPE_WIDTH, soft_wrap=True)


def error_console() -> "Console":
    """A console of standard error, for progress."""
    return make_console(sys.stderr, None, soft_wrap=False)


def make_console(stream: IO[str], width: int | None, *, soft_wrap: bool) -> "Console":
    """A console whose every text is escaped as it is drawn, wherever it came from."""
    from rich.console import Console
    from rich.segment import Segment

    raw = raw_stream(stream)
    encoding = getattr(raw, "encoding", None) or "utf-8"

    class Escaping(Console):
        def render(
            self, renderable: "RenderableType", options: "ConsoleOptions | None" = None
        ) -> "Iterable[Segment]":
            for segment in super().render(renderable, options):
                text, style, control = segment
                yield segment if control else Segment(_drawn(text, encoding), style)

    return Escaping(
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=soft_wrap,
        file=raw,
        width=width,
        quiet=_Output.quiet and stream is sys.stdout,
    )


def _drawn(text: str, encoding: str) -> str:
    return encodable(printable_lines(text), encoding)


def ask(question: str, *, default: bool = False) -> bool:
    """Ask a yes-or-no question at the terminal. An interrupt raises KeyboardInterrupt."""
    import questionary

    agreed: bool = questionary.confirm(
        printable(question), default=default, output=prompt_output()
    ).unsafe_ask()
    return agreed


def prompt_output() -> Any:
    """Where prompts are drawn: past the sink, so their text has to be escaped by the caller."""
    from prompt_toolkit.output import create_output

    return create_output(cast("TextIO", raw_stream(sys.stdout)))
