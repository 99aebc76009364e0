"""How wide text stands on a terminal, and where it breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._structure.graphemes import find_cut, is_cuttable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from changetrack._render.lines import Piece

# A terminal has stops every eight columns; beside another text there is no room for that.
_TAB = "    "

_WIDE = frozenset("WF")
# Marks that stand on the letter before them, and characters that only say how others are joined.
_WIDTHLESS = frozenset(("Mn", "Me", "Cf"))


def measure(text: str) -> int:
    r"""Return how many columns a text takes.

    >>> measure("Pro"), measure("東京"), measure("e\u0301")
    (3, 4, 1)
    """
    return len(text) if text.isascii() else sum(map(_measure_one, text))


def _measure_one(character: str) -> int:
    if character.isascii():
        return 1
    from unicodedata import category, east_asian_width

    if category(character) in _WIDTHLESS:
        return 0
    return 2 if east_asian_width(character) in _WIDE else 1


def expand_tabs(text: str) -> str:
    """Return a text whose width does not depend on where it stands."""
    return text.replace("\t", _TAB)


def wrap_pieces(pieces: Iterable[Piece], width: int) -> Iterator[list[Piece]]:
    """Yield the rows of a line that is wrapped at so many columns; an empty line is one row.

    It breaks behind a blank where there is one. What a reader sees as one character is not split
    unless it is wider than a whole row.
    """
    row: list[Piece] = []
    room = width
    for piece in pieces:
        at = 0
        while at < len(piece.text):
            end, used = _find_break(piece.text, at, room)
            if at < end < len(piece.text):
                end, used = _choose_break(piece.text, at, end, is_whole=room == width), room
            if end == at and row:
                yield row
                row, room = [], width
                continue
            if end == at:
                # A column that is narrower than one character still shows it.
                end, used = at + 1, room
            row.append(piece._replace(text=piece.text[at:end]))
            room -= used
            at = end
    yield row


def _choose_break(text: str, start: int, at: int, *, is_whole: bool) -> int:
    """Return where to break up to there: behind a blank, or else between what is seen as one.

    A row that is not whole breaks at its start rather than within; what is behind a break does not
    fit anyway.
    """
    blank = text.rfind(" ", start, at)
    if blank > start:
        return blank + 1
    cut = find_cut(text, start, at)
    return cut if is_whole or is_cuttable(text, cut) else start


def _find_break(text: str, start: int, room: int) -> tuple[int, int]:
    """Return where a text no longer fits, and how many columns it takes up to there."""
    used = 0
    for at in range(start, len(text)):
        width = _measure_one(text[at])
        if used + width > room:
            return at, used
        used += width
    return len(text), used
