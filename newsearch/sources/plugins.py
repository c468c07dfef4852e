"""Formats that other installed packages bring, found by their entry points.

A package names its formats under ``newsearch.readers``: the name of the entry point is that of the
format, and what it points to is a `Format`. Packages are looked for when articles are read, and
imported when one of their formats is asked for, or a file has a name that no other format knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsearch.errors import SourceError
from newsearch.sources.reader import Reader

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "newsearch.readers"


@dataclass(frozen=True, slots=True)
class Format:
    """How files of one kind are known, and what reads them.

    Parameters
    ----------
    suffixes
        Ends of file names, lower case, such as ``.xml``; ``.xml.gz`` is then known too.
    reader
        See `Reader`.
    test
        Whether a file is surely of this kind, by its first kilobytes; wide letters are UTF-8 then.
        A file of another name is read so too, and one of this name that fails the test as what
        another format's test says, if any. None: the name says all.
    """

    suffixes: tuple[str, ...]
    reader: Reader
    test: Callable[[bytes], bool] | None = None

    def __post_init__(self) -> None:
        if not all(suffix.startswith(".") for suffix in self.suffixes):
            raise SourceError("suffixes", "each starts with a full stop; write ['.xml']")


def plugin_names() -> list[str]:
    """Return the names of the formats of other packages, ascending; imports none of them."""
    return sorted({point.name for point in _entry_points()})


def plugin_versions() -> list[str]:
    """Return the names and versions of the packages that bring formats."""
    packages = {one.dist for one in _entry_points() if one.dist}
    return sorted(f"{package.name} {package.version}" for package in packages)


def plugin_format(name: str) -> Format:
    """Return one of `plugin_names`; of two packages that have it, that whose name comes first.

    Raises
    ------
    SourceError
        Its package cannot be imported.
    """
    return _load(min((one for one in _entry_points() if one.name == name), key=_package))


def _entry_points() -> tuple[EntryPoint, ...]:
    from importlib.metadata import entry_points  # 20 ms, which queries need not wait for

    return tuple(entry_points(group=GROUP))


def _load(point: EntryPoint) -> Format:
    # Anything can go wrong in the code of others, and none of it must end a load.
    try:
        found = point.load()
        if not isinstance(found, Format):
            raise TypeError(f"{point.value} is a {type(found).__name__}, not a Format")
    except Exception as error:
        message = " ".join(str(error).split())
        reason = (
            f"its reader of {point.name!r} cannot be loaded: {type(error).__name__}: {message}; "
            "update or remove the package"
        )
        raise SourceError(_package(point), reason) from error
    return found


def _package(point: EntryPoint) -> str:
    return f"package {point.dist.name}" if point.dist else f"package of {point.value}"
