"""Exports of news databases: many articles a file, with labels of the database's own."""
