"""Benchmarks of newsearch and its peers; ``python -m benchmarks --help``, method in README.md."""
