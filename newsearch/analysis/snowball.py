"""NLTK's Snowball stemmers, without the rest of NLTK, which takes longer to import than a search.

The module of the stemmers is run from its file, and what it imports from NLTK is given to it the
same way: modules are run from their files, packages are not run at all. ``nltk`` itself is neither
imported nor changed. What no stemmer of ours needs takes two thirds of the time, and is not run.
"""

from __future__ import annotations

import builtins
import importlib.util
import re
from collections.abc import Callable
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

_INSTEAD = {
    "nltk.redos": SimpleNamespace(compile=re.compile),
    "nltk.stem.porter": SimpleNamespace(PorterStemmer=object),
    "nltk.termsec": SimpleNamespace(safe_print=print),
}
"""What stands for modules of which the stemmers use this only."""


@cache
def snowball_stemmer(language: str) -> Callable[[str], str]:
    """Return what stems words of a language in NLTK's Snowball, in lower case.

    Raises ImportError where NLTK is not installed.
    """
    stemmers: Any = _module("nltk.stem.snowball")
    if language == "arabic":
        # NLTK's Arabic stemmer keeps state from word to word: a used one answers differently.
        return lambda form: str(stemmers.SnowballStemmer("arabic").stem(form))
    method: Callable[[str], str] = stemmers.SnowballStemmer(language).stem
    return method


@cache
def _module(name: str) -> ModuleType:
    """Run a module of NLTK from its file."""
    spec = importlib.util.spec_from_file_location(f"newsearch.{name}", _file(name))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    vars(module)["__builtins__"] = vars(builtins) | {"__import__": _import}
    spec.loader.exec_module(module)
    return module


def _import(
    name: str,
    globals_: dict[str, Any] | None = None,
    locals_: dict[str, Any] | None = None,
    names: tuple[str, ...] = (),
    level: int = 0,
) -> object:
    """Import as `__import__` does, but NLTK's modules from their files."""
    if name.partition(".")[0] != "nltk":
        return builtins.__import__(name, globals_, locals_, names, level)
    return _found(name) or SimpleNamespace(**{part: _found(f"{name}.{part}") for part in names})


def _found(name: str) -> object:
    """Return a module of NLTK, or what stands for it; None where there is no such file."""
    return _INSTEAD.get(name) or (_module(name) if _file(name).exists() else None)


def _file(name: str) -> Path:
    return _folder().joinpath(*name.split(".")[1:]).with_suffix(".py")


@cache
def _folder() -> Path:
    spec = PathFinder.find_spec("nltk")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("No module named 'nltk'", name="nltk")
    return Path(spec.origin).parent
