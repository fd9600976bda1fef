"""Comparison tables → figures, each in its own folder in all its forms."""
