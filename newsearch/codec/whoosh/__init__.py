"""Whoosh's view of the files: its codec, segment, readers and matcher."""
