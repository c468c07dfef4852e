"""Bytes to a stream of articles. Knows nothing of search."""
