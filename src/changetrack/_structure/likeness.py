"""How alike two texts are, by the words that they share, wherever these stand."""

from __future__ import annotations

from typing import NamedTuple

from changetrack._structure.words import LINE_CHARS, split_words


class WordBag(NamedTuple):
    """The words and signs of a text, each once, and the characters that they take in all."""

    words: frozenset[str]
    size: int


def read_bag(text: str) -> WordBag:
    """Return the words and signs of a text; of a very long one, those it begins with."""
    words = frozenset(split_words(text[:LINE_CHARS])) - _BLANKS
    return WordBag(words, sum(map(len, words)))


# Whatever else is blank is rare in a line, and as a word it does no harm.
_BLANKS = frozenset((" ", "\u00a0", "\t"))


def measure_likeness(one: WordBag, other: WordBag) -> float:
    """Return how much of two texts is shared: 0.0 for nothing, 1.0 for all.

    >>> measure_likeness(read_bag("Pro for 49"), read_bag("Pro for 59"))
    0.75
    """
    size = one.size + other.size
    return 2 * sum(map(len, one.words & other.words)) / size if size else 0.0
