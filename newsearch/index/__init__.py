"""The life of an index: loading articles, committing, fixed views for readers."""
