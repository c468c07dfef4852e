"""Text to terms. Knows nothing of files."""
