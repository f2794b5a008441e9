"""A JSON schema of a Python type: dataclasses and typed dictionaries become shared definitions."""

import dataclasses
import enum
import inspect
import types
import typing
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from scaffold.facts import DockerFacts
from scaffold.facts.driver import PciDevice

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"

PLAIN: dict[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    Any: {},
    object: {},
}

LATE = {one.__name__: one for one in (DockerFacts, PciDevice)}
"""Names that the product imports for its type checker only."""


class SchemaWriter:
    """Writes one schema. `strict` refuses keys that no type names: for tests, not for readers."""

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict
        self.definitions: dict[str, Schema] = {}

    def of(self, kind: Any) -> Schema:
        """The schema of any type that a document contains."""
        if kind in PLAIN:
            return dict(PLAIN[kind])
        if isinstance(kind, typing.NewType):
            return self.of(kind.__supertype__)
        if isinstance(kind, type) and typing.get_origin(kind) is None:
            return self._of_class(kind)
        return self._of_generic(typing.get_origin(kind), typing.get_args(kind))

    def _of_class(self, kind: type) -> Schema:
        if issubclass(kind, enum.Enum):
            return {"enum": [one.value for one in kind]}
        if not (dataclasses.is_dataclass(kind) or typing.is_typeddict(kind)):
            raise TypeError(f"no schema for {kind}")
        name = kind.__name__
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self.record(kind)
        return {"$ref": f"#/$defs/{name}"}

    def _of_generic(self, origin: Any, parts: tuple[Any, ...]) -> Schema:
        if origin in {typing.Union, types.UnionType}:
            return {"anyOf": [self.of(part) for part in parts]}
        if origin is typing.Literal:
            return {"enum": list(parts)}
        if origin is tuple and parts[-1] is not ...:
            row = [self.of(part) for part in parts]
            return {"type": "array", "prefixItems": row, "minItems": len(row), "maxItems": len(row)}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(parts[1])}
        return {"type": "array", "items": self.of(parts[0])}

    def record(self, kind: type) -> Schema:
        """An object with the keys of a dataclass or of a typed dictionary."""
        hints = typing.get_type_hints(kind, localns=LATE, include_extras=True)
        if dataclasses.is_dataclass(kind):
            hints = {field.name: hints[field.name] for field in dataclasses.fields(kind)}
        required = getattr(kind, "__required_keys__", hints.keys())
        found = {
            "description": inspect.getdoc(kind) or "",
            "type": "object",
            "properties": {name: self._property(hint) for name, hint in hints.items()},
            "required": [name for name in hints if name in required],
        }
        return found | ({"additionalProperties": False} if self.strict else {})

    def _property(self, hint: Any) -> Schema:
        if typing.get_origin(hint) is typing.NotRequired:
            hint = typing.get_args(hint)[0]
        if typing.get_origin(hint) is not typing.Annotated:
            return self.of(hint)
        kind, text = typing.get_args(hint)
        return {"description": text} | self.of(kind)
