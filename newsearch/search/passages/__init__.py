"""Where and why an article matches: highlights and snippets."""
