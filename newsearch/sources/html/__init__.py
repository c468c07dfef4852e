"""Saved web pages: the blocks of one, which of them are the article, and what the page declares."""
