"""Completes paths of a host at the prompt, with the Tab key."""

from collections.abc import Callable, Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document


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
