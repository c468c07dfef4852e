"""A query tree to ranked hits with snippets."""
