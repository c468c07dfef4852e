"""The article on a page: lines, head, body, credits, and the wording they go by."""
