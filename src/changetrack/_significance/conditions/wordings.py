"""Texts before and after, and how often a phrase stands in them."""

from __future__ import annotations

import re
from typing import NamedTuple

from changetrack._significance.markup import read_visible
from changetrack._significance.words import bound_phrase

_EMPHASIS = dict.fromkeys(map(ord, "*`"))


class Text(NamedTuple):
    """A line, or a string of the JSON, as it is written and as its reader sees it."""

    written: str
    seen: str

    @classmethod
    def read(cls, written: str, visible: str | None = None) -> Text:
        """Return a text and what is seen of it; `visible` is it without markers and targets."""
        if visible is None:
            visible = read_visible(written).text
        return cls(written, " ".join(visible.translate(_EMPHASIS).split()))


class Wording(NamedTuple):
    """A text before and after; None where there was or is none."""

    previous: Text | None
    current: Text | None

    @property
    def lowered(self) -> Wording:
        """The same in small letters."""
        return Wording(_lower(self.previous), _lower(self.current))


def _lower(text: Text | None) -> Text | None:
    return None if text is None else Text(text.written.lower(), text.seen.lower())


class Phrase:
    """Words as whole words, with any blanks between them."""

    def __init__(self, words: str) -> None:
        self._pattern = re.compile(bound_phrase(words))
        # The quickest way to see that a text has them not.
        self._first = words.split(maxsplit=1)[0]

    def count(self, text: Text | None) -> int:
        """Return how often they stand in a text, as it is written or as it is seen.

        >>> Phrase("sold out").count(Text.read("**Not** sold *out*, unsold out"))
        1
        """
        if text is None or not (self._first in text.written or self._first in text.seen):
            return 0
        return max(sum(1 for _ in self._pattern.finditer(each)) for each in text)
