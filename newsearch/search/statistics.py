"""What a snapshot says of its words: constants first."""

from __future__ import annotations

PATTERN_SCORE = 1.0
"""Score of a prefix, wildcard or fuzzy match: how often a word matches says little there."""
