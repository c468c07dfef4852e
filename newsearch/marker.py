"""The file by which an index directory is known, to those who open it and those who pass it by."""

from __future__ import annotations

INDEX_MARKER = "newsearch.json"
"""Its name; a folder that holds it is no source of articles."""
