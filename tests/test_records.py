"""The decorator of plain data does what the standard library's does."""

import copy
import dataclasses

import pytest

from scaffold.records import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deeper(Point):
    z: int = 0


@dataclass(frozen=True, slots=True)
class Login:
    user: str
    password: str = dataclasses.field(default="", repr=False)
    seen: int = dataclasses.field(default=0, compare=False)


@dataclass(frozen=True)
class Nothing:
    pass


@dataclass(frozen=True, eq=False, repr=False)
class Identity:
    x: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked(Identity):
    seen: list[int] = dataclasses.field(default_factory=list)

    def __post_init__(self):
        self.seen.append(self.x)


@dataclass
class Counter:
    count: int = 0


SAME = {
    "equal values": (Point(1, 2), Point(1, 2)),
    "equal values of a subclass": (Deeper(1, 2, z=3), Deeper(1, 2, z=3)),
    "values that differ only in a field that is not compared": (Login("a"), Login("a", seen=2)),
    "no fields at all": (Nothing(), Nothing()),
    "a copy with the same values": (Point(1), dataclasses.replace(Point(2), x=1)),
    "a copy in memory": (Point(1, 2, ("a",)), copy.deepcopy(Point(1, 2, ("a",)))),
}

DIFFERENT = {
    "one value": (Point(1), Point(2)),
    "a subclass with the same values": (Point(1), Deeper(1)),
    "a tuple of the same values": (Point(1), (1, 0, ())),
    "two objects that are compared by identity": (Identity(1), Identity(1)),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_equal(one, other):
    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_not_equal(one, other):
    assert one != other


def test_text_names_the_fields():
    assert repr(Point(1, 2, ("a",))) == "Point(x=1, y=2, tags=('a',))"
    assert repr(Nothing()) == "Nothing()"


def test_text_omits_a_secret():
    assert repr(Login("ada", "hunter2", 3)) == "Login(user='ada', seen=3)"


def test_text_of_a_class_without_one_is_the_object_s():
    assert repr(Identity(1)).startswith("<")


def test_slots_take_no_other_attribute():
    with pytest.raises(AttributeError):
        Point(1).w = 2


def test_class_that_is_not_frozen_is_the_standard_library_s():
    counter = Counter()
    counter.count += 1
    assert counter == Counter(1)
    assert Counter.__hash__ is None


def test_each_object_has_a_list_of_its_own_unless_one_is_given():
    given = [0]
    assert (Checked(1).seen, Checked(2).seen) == ([1], [2])
    assert Checked(3, seen=given).seen is given
    assert given == [0, 3]


MISTAKES = {
    "a field without a value": ((), {}),
    "a value too many": ((1, 2, (), 4), {}),
    "a field that the class has not": ((1,), {"w": 2}),
    "a field given twice": ((1,), {"x": 2}),
}


@pytest.mark.parametrize(("values", "named"), MISTAKES.values(), ids=MISTAKES)
def test_refuses(values, named):
    with pytest.raises(TypeError, match="argument"):
        Point(*values, **named)


def test_field_that_is_named_only_takes_no_position():
    with pytest.raises(TypeError, match="positional"):
        Checked(1, [2])
