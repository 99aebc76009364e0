"""Texts before and after, and how often a phrase stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from changetrack._significance.markup import read_visible
from changetrack._significance.words import is_letter, is_spaced_letter

if TYPE_CHECKING:
    from collections.abc import Iterable


class Text(NamedTuple):
    """A line, or a string of the JSON, as it is written and as its reader sees it."""

    written: str
    seen: str

    @classmethod
    def read(cls, written: str) -> Text:
        """Return a text and what is seen of it, both with single blanks."""
        return cls(" ".join(written.split()), " ".join(read_visible(written).text.split()))


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


def join_texts(wordings: Iterable[Wording]) -> str:
    """Return all texts as one, in which no phrase reaches from one into another."""
    sides = (side for wording in wordings for side in wording if side)
    return "\n".join(text for side in sides for text in side)


class Phrase:
    """Words as whole words; the blanks between them may be any."""

    def __init__(self, words: str) -> None:
        self.text = " ".join(words.split())
        self._is_bound = tuple(is_spaced_letter(self.text[at]) for at in (0, -1))

    def count(self, text: Text | None) -> int:
        """Return how often they stand in a text, as it is written or as it is seen.

        >>> Phrase("sold  out").count(Text.read("**Not** sold *out*, unsold out"))
        1
        """
        return 0 if text is None else max(map(self._count, text))

    def _count(self, text: str) -> int:
        count, size = 0, len(self.text)
        at = text.find(self.text)
        while at >= 0:
            before = at > 0 and is_letter(text[at - 1])
            after = at + size < len(text) and is_letter(text[at + size])
            if not (self._is_bound[0] and before) and not (self._is_bound[1] and after):
                count += 1
            at = text.find(self.text, at + size)
        return count
