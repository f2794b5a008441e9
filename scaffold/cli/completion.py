"""Completes answers at the prompt, with the Tab key: paths of a host, names of mirrors."""

from collections.abc import Callable, Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document


class Words(Completer):
    """Completes the last item of a list, `tuna, registry=…`, to one of the known words."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(words)

    def get_completions(self, document: Document, _event: CompleteEvent) -> Iterable[Completion]:
        """The known words that the text below the cursor may become."""
        typed = document.text_before_cursor.rpartition(",")[2].lstrip()
        for word in self._words:
            if word.startswith(typed):
                yield Completion(word, start_position=-len(typed))


class RemoteFolders(Completer):
    """Completes the sources in a list of mounts, `HOST:CONTAINER, …`."""

    def __init__(self, names: Callable[[str], list[str]]) -> None:
        self._names = names

    def get_completions(self, document: Document, _event: CompleteEvent) -> Iterable[Completion]:
        """What the source below the cursor may go on as; nothing behind its colon."""
        source = document.text_before_cursor.rpartition(",")[2].lstrip()
        if ":" in source:
            return
        for name in self._names(source):
            yield Completion(name, start_position=-len(source))
