"""The public Index over everything below."""
