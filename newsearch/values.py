"""Classes of a few attributes that never change, made and filled quickly.

A frozen dataclass with slots takes 0.5 to 1 ms to make, five times what one of these takes, and a
query in a process of its own makes fifty; filling one takes twice as long, too. What users may copy
with ``dataclasses.replace`` is made by `frozen_dataclass`; the rest by `frozen`, which is quicker.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Never, TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
def frozen(cls: type[_T]) -> type[_T]:
    """Make of a class with annotations what ``dataclass(frozen=True, slots=True)`` would.

    Defaults must be immutable; annotations are strings, as ``from __future__ import annotations``
    leaves them. An ``__init__`` of the class's own stays.
    """
    namespace: dict[str, Any] = {
        name: one for name, one in vars(cls).items() if name not in ("__dict__", "__weakref__")
    }
    told = namespace.get("__annotations__", {})
    names = tuple(name for name, kind in told.items() if not kind.startswith("ClassVar"))
    defaults = {name: namespace.pop(name) for name in names if name in namespace}
    namespace = _shared(names) | namespace | {"__slots__": names, "__match_args__": names}
    made: Any = type(cls.__name__, cls.__bases__, namespace)
    if "__init__" not in namespace:
        made.__init__ = _filler(made, names, defaults)
    return made  # type: ignore[no-any-return]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen_dataclass(cls: type[_T]) -> type[_T]:
    """Make of a class what ``dataclass(frozen=True, slots=True)`` would, a dataclass too.

    A ``__post_init__`` is called; an ``__eq__`` and the like of the class's own stay.
    """
    own = vars(cls).keys()
    made: Any = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    told = fields(made)
    names = tuple(one.name for one in told)
    for name, method in _shared(names).items():
        if name not in own:
            setattr(made, name, method)
    defaults = {one.name: one.default for one in told if one.default is not MISSING}
    factories = {
        one.name: one.default_factory for one in told if one.default_factory is not MISSING
    }
    made.__init__ = _filler(made, names, defaults, factories)
    return made  # type: ignore[no-any-return]


def replace(given: _T, **changes: object) -> _T:
    """Return a value with some of its attributes changed."""
    old = {name: getattr(given, name) for name in given.__match_args__}  # type: ignore[attr-defined]
    return given.__class__(**(old | changes))


def _filler(
    made: type,
    names: tuple[str, ...],
    defaults: dict[str, object],
    factories: Mapping[str, Any] = MappingProxyType({}),
) -> Any:
    """Make the ``__init__``, which writes each slot by its descriptor."""
    known = {f"_default_{name}": default for name, default in defaults.items()}
    known |= {f"_default_{name}": MISSING for name in factories}
    known |= {f"_set_{name}": getattr(made, name).__set__ for name in names}
    known |= {f"_make_{name}": make for name, make in factories.items()}
    given = (f"{name}=_default_{name}" if f"_default_{name}" in known else name for name in names)
    values = {
        name: f"_make_{name}() if {name} is _default_{name} else {name}" for name in factories
    }
    steps = [f"_set_{name}(self, {values.get(name, name)})" for name in names]
    if hasattr(made, "__post_init__"):
        steps.append("self.__post_init__()")
    exec(f"def __init__(self, {', '.join(given)}): {'; '.join(steps) or 'pass'}", known)
    return known["__init__"]


def _shared(names: tuple[str, ...]) -> dict[str, Any]:
    """Make the methods that need to know no more than the names of the attributes."""
    values: Any = attrgetter(*names) if names else lambda _: ()

    def equal(self: object, other: object) -> Any:
        if self.__class__ is not other.__class__:
            return NotImplemented
        return values(self) == values(other)

    def hashed(self: object) -> int:
        return hash(values(self))

    def shown(self: object) -> str:
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{self.__class__.__qualname__}({told})"

    def reduced(self: object) -> tuple[Any, ...]:
        return self.__class__, values(self) if len(names) != 1 else (values(self),)

    return {
        "__eq__": equal,
        "__hash__": hashed,
        "__repr__": shown,
        "__reduce__": reduced,
        "__setattr__": _refuse,
        "__delattr__": _refuse,
    }


def _refuse(self: object, name: str, *_: object) -> Never:
    raise AttributeError(f"{name} of {self.__class__.__name__} cannot be changed")
