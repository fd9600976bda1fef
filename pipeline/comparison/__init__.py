"""Cleared codings → tables that answer the four questions, and the facts that prose may quote."""
