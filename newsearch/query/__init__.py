"""The query language: from what a reader types to a tree that can be searched."""
