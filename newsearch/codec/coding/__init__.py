"""Numbers of postings and their bytes: encoders and decoders, NumPy and compiled side by side."""
