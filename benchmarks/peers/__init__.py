"""The engines that are compared, each behind one adapter, loaded by name."""

from __future__ import annotations

import importlib

from benchmarks.peers.base import Answer, Key, Peer

_ADAPTERS = {
    "newsearch": ("newsearch_peer", "NewsearchPeer"),
    "whoosh": ("whoosh_peer", "WhooshPeer"),
    "tantivy": ("tantivy_peer", "TantivyPeer"),
    "lucene": ("lucene_peer", "LucenePeer"),
    "lucene-bp": ("lucene_peer", "ReorderedLucenePeer"),
    "xapian": ("xapian_peer", "XapianPeer"),
    "sqlite-fts5": ("sqlite_peer", "SqlitePeer"),
    "pisa": ("pisa_peer", "PisaPeer"),
    "bm25s": ("bm25s_peer", "Bm25sPeer"),
    "bm25-turbo": ("bm25_turbo_peer", "Bm25TurboPeer"),
    "duckdb": ("duckdb_peer", "DuckdbPeer"),
    "lancedb": ("lancedb_peer", "LancedbPeer"),
    "newsearch-daily": ("newsearch_peer", "DailyNewsearchPeer"),
    "newsearch-deleted": ("newsearch_peer", "DeletedNewsearchPeer"),
}

PEER_NAMES = tuple(_ADAPTERS)
"""In the order of every table."""

VARIANTS = ("newsearch-daily", "newsearch-deleted")
"""Those that are newsearch with the same articles, indexed in another way."""


def peer_class(name: str) -> type[Peer]:
    """Load one adapter.

    Raises
    ------
    KeyError
        For a name that is not in `PEER_NAMES`.
    """
    module, class_name = _ADAPTERS[name]
    adapter: type[Peer] = getattr(importlib.import_module(f"benchmarks.peers.{module}"), class_name)
    return adapter


__all__ = ["PEER_NAMES", "VARIANTS", "Answer", "Key", "Peer", "peer_class"]
