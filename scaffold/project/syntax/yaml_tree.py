"""YAML as a small tree with line numbers, built from the parser's events.

Scalars stay text, so that `python: 3.10` is not read as 3.1. An alias is its anchor's own
node, never a copy, so that nested aliases cost nothing.
"""

from collections.abc import Iterator
from dataclasses import field

from scaffold.records import dataclass

MAX_DEPTH = 40
"""An environment file has four levels; the parser's own time grows with the depth."""

MAX_NODES = 100_000


@dataclass(eq=False, slots=True)
class Node:
    """A scalar (`text`), a list (`items`) or a mapping (`pairs`) and its line."""

    line: int
    text: str | None = None
    items: list["Node"] = field(default_factory=list)
    pairs: list[tuple[str, "Node"]] = field(default_factory=list)

    def get(self, key: str) -> "Node":
        """The value under a key; an empty node if the key is missing."""
        return next((value for name, value in self.pairs if name == key), Node(self.line))


def load_yaml(text: str) -> tuple[Node, str]:
    """The first document of a file, empty if it is broken, and the complaint about it."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder().build(yaml.parse(text, Loader=loader)), ""
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return Node(1), f"line {mark.line + 1 if mark else 1}: {error.problem or error.context}"
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return Node(1), str(error).splitlines()[0]


class _Builder:
    """Puts events together; `stack` holds the open nodes, each with its pending key."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.stack: list[tuple[Node, list[str]]] = []
        self.anchors: dict[str, Node] = {}
        self.count = 0

    def build(self, events: Iterator[object]) -> Node:
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentEndEvent":
                break
            if kind in {"SequenceEndEvent", "MappingEndEvent"}:
                self.stack.pop()
            elif kind in {"ScalarEvent", "AliasEvent", "SequenceStartEvent", "MappingStartEvent"}:
                self._place(kind, event)
        return self.root or Node(1)

    def _place(self, kind: str, event: object) -> None:
        anchor = getattr(event, "anchor", None)
        line = getattr(event, "start_mark").line + 1  # noqa: B009 - events share no typed base
        self.count += 1
        if len(self.stack) >= MAX_DEPTH or self.count > MAX_NODES:
            raise ValueError(f"line {line}: nested too deeply or too large to be read")
        if kind == "AliasEvent":
            self._attach(self.anchors.get(anchor or "", Node(line)))
            return
        node = Node(line, getattr(event, "value", None))
        if anchor:
            self.anchors[anchor] = node
        self._attach(node)
        if kind != "ScalarEvent":
            self.stack.append((node, [] if kind == "MappingStartEvent" else ["-"]))

    def _attach(self, node: Node) -> None:
        if not self.stack:
            self.root = self.root or node
            return
        parent, key = self.stack[-1]
        if key == ["-"]:
            parent.items.append(node)
        elif key:
            parent.pairs.append((key.pop(), node))
        else:
            key.append(node.text or "")
