"""Strings inside Python expressions, read as a syntax tree."""

import ast
import re
from collections.abc import Iterable, Iterator

_NAME = re.compile(r"[A-Za-z][\w.-]*(?:\[[\w., -]*\])?")


def strings(nodes: Iterable[ast.AST]) -> Iterator[ast.Constant]:
    """The constants among nodes that are strings."""
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node


def items(root: ast.AST) -> Iterator[ast.AST]:
    """The parts of an expression whose strings are values.

    The strings of a call are its arguments (a file to read), those of a condition are compared.
    """
    queue = [root]
    while queue:
        node = queue.pop(0)
        if isinstance(node, ast.JoinedStr):
            yield from _begun(node)
        if isinstance(node, ast.Call | ast.Compare | ast.JoinedStr):
            continue
        yield node
        aside = node.ifs if isinstance(node, ast.comprehension) else ()
        queue += [child for child in ast.iter_child_nodes(node) if child not in aside]


def _begun(node: ast.JoinedStr) -> Iterator[ast.Constant]:
    """The name before the first value of `f"torch>={VERSION}"`."""
    first = node.values[0] if node.values else None
    match = _NAME.match(str(first.value)) if isinstance(first, ast.Constant) else None
    if match:
        yield ast.Constant(match[0], lineno=node.lineno, col_offset=node.col_offset)
