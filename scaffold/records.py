"""The decorator of our plain data: `dataclass`, which makes a class in a fifth of the time.

The standard library compiles up to six functions for each frozen class, about 0.7 ms, and a
command needs up to 300 classes before its first line. Here a frozen class shares its comparison,
hash and text with all others, its `__init__` is compiled for its first object, and mypy alone
says that it is frozen.
"""

import dataclasses
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ("dataclass",)

Field = dataclasses.Field[Any]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, eq=True, repr=True, **options):  # noqa: A002
        """Make a data class of a class, with the options of `dataclasses.dataclass`.

        Every field of a frozen class is a parameter of its `__init__`.
        """

        def made(one):
            if not frozen:
                return dataclasses.dataclass(one, eq=eq, repr=repr, **options)
            done = dataclasses.dataclass(one, init=False, eq=False, repr=False, **options)
            fields = dataclasses.fields(done)
            _initialize(done, fields)
            if eq:
                _compare(done, _values(tuple(row.name for row in fields if row.compare)))
            if repr:
                _show(done, tuple(row.name for row in fields if row.repr))
            return done

        return made if cls is None else made(cls)


def _initialize(cls: Any, fields: Sequence[Field]) -> None:
    """Give a class an `__init__` that puts the compiled one in its place when it is called."""

    def first(self: object, *values: object, **named: object) -> None:
        cls.__init__ = _compiled(fields, then_more=hasattr(cls, "__post_init__"))
        cls.__init__(self, *values, **named)

    cls.__init__ = first


def _compiled(fields: Sequence[Field], *, then_more: bool) -> Callable[..., None]:
    """A function that sets each field from its parameter, its default or its factory."""
    names: dict[str, Any] = {
        "_default": {field.name: field.default for field in fields},
        "_made": {field.name: field.default_factory for field in fields},
    }
    ordered = [_parameter(field) for field in fields if not field.kw_only]
    named = [_parameter(field) for field in fields if field.kw_only]
    body = [_assignment(field) for field in fields]
    body += ["_self.__post_init__()"] if then_more else []
    head = ", ".join(["_self", *ordered, *(["*", *named] if named else [])])
    exec("\n ".join([f"def __init__({head}):", *(body or ["pass"])]), names)  # noqa: S102
    made: Callable[..., None] = names["__init__"]
    return made


def _parameter(field: Field) -> str:
    if field.default is not dataclasses.MISSING:
        return f"{field.name}=_default['{field.name}']"
    # The table of factories itself stands for a value that was not given.
    made = field.default_factory is not dataclasses.MISSING
    return f"{field.name}=_made" if made else field.name


def _assignment(field: Field) -> str:
    name, value = field.name, field.name
    if field.default_factory is not dataclasses.MISSING:
        value = f"_made['{name}']() if {name} is _made else {name}"
    return f"_self.{name} = {value}"


def _values(names: tuple[str, ...]) -> Callable[[object], Any]:
    return attrgetter(*names) if names else lambda _: ()


def _compare(cls: Any, values: Callable[[object], Any]) -> None:
    def equal(self: object, other: object) -> Any:
        return values(self) == values(other) if type(other) is type(self) else NotImplemented

    def hashed(self: object) -> int:
        return hash(values(self))

    cls.__eq__, cls.__hash__ = equal, hashed


def _show(cls: Any, names: tuple[str, ...]) -> None:
    def text(self: object) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({shown})"

    cls.__repr__ = text
