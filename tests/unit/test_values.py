"""Values: what a frozen dataclass with slots does, done by `frozen`."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from newsearch.values import frozen, frozen_dataclass, replace


@frozen
class Point:
    """A value with a default, a constant of the class and a method."""

    x: int
    y: tuple[int, ...] = (1,)
    unit: ClassVar[str] = "m"

    def shown(self) -> str:
        return f"{self.x}{self.unit}"


@frozen
class Other:
    x: int
    y: tuple[int, ...] = (1,)


@frozen
class Single:
    x: int


@frozen
class Empty:
    """A value without attributes."""


@dataclass(frozen=True, slots=True)
class Reference:
    x: int
    y: tuple[int, ...] = (1,)


def test_a_value_is_what_a_frozen_dataclass_is():
    ours, theirs = Point(3, y=(2, 4)), Reference(3, y=(2, 4))

    assert repr(ours) == repr(theirs).replace("Reference", "Point")
    assert Point.__match_args__ == Reference.__match_args__
    assert Point.__slots__ == Reference.__slots__
    assert (Point(3).y, ours.shown()) == (Reference(3).y, "3m")
    for given, named in (((), {}), ((1, (2,), 3), {}), ((1,), {"z": 1})):
        for kind in (Point, Reference):
            with pytest.raises(TypeError, match="argument"):
                kind(*given, **named)


def test_values_are_equal_by_class_and_attributes():
    assert Point(1) == Point(1, (1,))
    assert len({Point(1), Point(1), Point(2)}) == 2
    assert Point(1) not in (Point(2), Other(1), (1, (1,)))
    assert Empty() == Empty()
    assert Empty() not in (Single(1), ())


def test_a_value_never_changes():
    value = Point(1)

    for change in (lambda: setattr(value, "x", 2), lambda: delattr(value, "x")):
        with pytest.raises(AttributeError, match="x of Point cannot be changed"):
            change()
    with pytest.raises(AttributeError):
        value.more = 1
    assert value == Point(1)


@pytest.mark.parametrize("value", [Point(1, (5,)), Single((1, 2)), Empty()], ids=repr)
def test_a_value_is_copied_and_pickled(value):
    assert pickle.loads(pickle.dumps(value)) == copy.deepcopy(value) == value


def test_a_value_is_made_anew_with_changes():
    assert replace(Point(1, (5,)), x=2) == Point(2, (5,))
    with pytest.raises(TypeError):
        replace(Point(1), z=1)


@frozen_dataclass
class Copied:
    """A value that users copy."""

    x: int
    y: list[int] = field(default_factory=list)
    z: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "z", self.z.strip())


@dataclass(frozen=True, slots=True)
class CopiedReference:
    """A value that users copy."""

    x: int
    y: list[int] = field(default_factory=list)
    z: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "z", self.z.strip())


def test_a_value_of_users_is_a_frozen_dataclass():
    ours, theirs = Copied(3, z=" m "), CopiedReference(3, z=" m ")

    assert repr(ours) == repr(theirs).replace("CopiedReference", "Copied")
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert dataclasses.replace(ours, y=[1]) == Copied(3, [1], "m") != ours
    assert Copied.__slots__ == CopiedReference.__slots__
    assert Copied(3).y is not Copied(3).y
    assert copy.deepcopy(ours) == pickle.loads(pickle.dumps(ours)) == ours
    with pytest.raises(AttributeError, match="x of Copied cannot be changed"):
        ours.x = 2
    for given, named in (((), {}), ((1, [], "", 3), {}), ((1,), {"other": 1})):
        for kind in (Copied, CopiedReference):
            with pytest.raises(TypeError, match="argument"):
                kind(*given, **named)
