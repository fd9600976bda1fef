"""Everything → what leaves: the book. Only what is cleared for the book is read here."""
