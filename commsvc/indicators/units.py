"""Notes one after another."""

from __future__ import annotations


def joined_notes(*notes: str) -> str:
    """Notes one after another, each once.

    >>> joined_notes("rounded", "", "a census", "rounded")
    'rounded; a census'
    """
    return "; ".join(dict.fromkeys(note for note in notes if note))
