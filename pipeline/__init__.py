"""From interviews and initiative sheets to a book: see docs/ and `python -m pipeline --help`."""
