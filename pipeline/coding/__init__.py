"""Turns, codebook and people's codings → codings, segments, suggestions."""
