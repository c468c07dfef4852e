"""Regular expressions that are compiled when first used.

A plain query needs few of those that its modules have; all of them take a tenth of the time that
its own modules do.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, Final, cast

_METHODS: Final = ("search", "match", "fullmatch", "sub", "split", "findall", "finditer")


class _LazyPattern:
    def __init__(self, text: str | bytes, flags: int) -> None:
        self._given: Any = text, flags

    def __getattr__(self, name: str) -> Any:
        compiled: Any = re.compile(*self._given)
        for method in _METHODS:  # kept here, so that this is done once
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy_pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what ``re.compile`` does, and is not compiled before one of its methods is used."""
    return cast("re.Pattern[AnyStr]", _LazyPattern(text, flags))
