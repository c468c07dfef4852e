"""Arrays to files and back: the segment format of newsearch, specified in FORMAT.md."""
