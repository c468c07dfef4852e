"""What is closed at the end of a ``with`` block."""

from __future__ import annotations

from abc import abstractmethod
from typing import Self


class Closing:
    """Base of what holds a file or a lock; leaving its ``with`` block calls `close`."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Free what is held; a second call does nothing."""
