"""What users can ask for, each told once: a name, typed options, a function, an answer.

The command, its help and the description for other programs derive from it. An operation is a
module with an `OPERATION`, and a line below; none knows another, nor which engine it asks.
"""

from __future__ import annotations

import importlib
from typing import Any

from newsearch.operations.base import Operation

_MODULES = {
    "query": "search",
    "count": "count",
    "facets": "facets",
    "concordance": "concordance",
    "related": "related",
    "timeline": "timeline",
    "suggest": "suggest",
    "explain": "explain",
    "stats": "stats",
    "coverage": "coverage",
}

NAMES = tuple(_MODULES)
"""The names of all operations."""


def operation(name: str) -> Operation[Any, Any]:
    """Return the operation of a name, one of `NAMES`; its module is loaded then."""
    module = importlib.import_module(f"newsearch.operations.{_MODULES[name]}")
    found: Operation[Any, Any] = module.OPERATION
    return found
