"""``python -m newsearch``: the command line."""

from newsearch.cli import main

main()
