"""What somebody may have meant: the most alike of some phrases."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["find_nearest"]

# Below this, two phrases share little more than common letters: no guess is better than a bad one.
_ALIKE = 0.4


def find_nearest(text: str, phrases: Iterable[str], *, least: float = _ALIKE) -> str | None:
    """Return the phrase that shares most pairs of letters with a text; None: none is like it.

    `least` is how many of all their pairs two must have in common, as a fraction.

    >>> find_nearest("evry 30 mins", ["every 30 minutes", "daily at 9am"])
    'every 30 minutes'
    """
    sought = _list_pairs(text)
    best, most = None, 0.0
    for phrase in phrases:
        pairs = _list_pairs(phrase)
        alike = 2 * len(sought & pairs) / (len(sought) + len(pairs) or 1)
        # A name that ends in what was written is meant: Berlin.
        alike += text != "" and phrase.lower().endswith(f"/{text.lower()}")
        if alike >= least and alike > most:
            best, most = phrase, alike
    return best


def _list_pairs(text: str) -> frozenset[str]:
    spelled = f" {text.lower()} "
    return frozenset(spelled[at : at + 2] for at in range(len(spelled) - 1))
