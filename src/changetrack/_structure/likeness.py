"""How alike two texts are, by the words that they share, wherever these stand."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from changetrack._structure.words import LINE_CHARS, split_words


class WordBag(NamedTuple):
    """The words of a text, each with the characters that it takes in all, and their sum."""

    words: Counter[str]
    size: int


def read_bag(text: str) -> WordBag:
    """Return the words and signs of a text; of a very long one, those it begins with."""
    words = Counter(split_words(text[:LINE_CHARS]))
    for word in words:
        words[word] *= 0 if word.isspace() else len(word)
    return WordBag(words, sum(words.values()))


def measure_likeness(one: WordBag, other: WordBag) -> float:
    """Return how much of two texts is shared: 0.0 for nothing, 1.0 for all.

    >>> measure_likeness(read_bag("Pro for 49"), read_bag("Pro for 59"))
    0.75
    """
    size = one.size + other.size
    return 2 * sum((one.words & other.words).values()) / size if size else 0.0
