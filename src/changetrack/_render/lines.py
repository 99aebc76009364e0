"""A line in pieces: what differs in it, what does not, and what there is no room for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from changetrack._structure.models import Span

PieceKind: TypeAlias = Literal["plain", "marked", "gap"]

# Of the text around what differs, at least, where a line is too long to be shown whole: ten words.
_AROUND = 60


class Piece(NamedTuple):
    """A part of a line; a gap says how many characters stand in its place."""

    kind: PieceKind
    text: str


def cut_line(text: str, spans: Sequence[Span], chars: int) -> list[Piece]:
    """Return the pieces of a line, of about so many characters at most.

    A line that is longer is cut around what differs in it, which may be far from its beginning.

    >>> from changetrack._structure.models import Span
    >>> [piece.text for piece in cut_line("Pro is $29 a month", [Span(8, 10)], 80)]
    ['Pro is $', '29', ' a month']
    """
    pieces: list[Piece] = []
    end = 0
    for start, stop in _find_windows(text, spans, chars):
        pieces += _skip(start - end)
        pieces += _mark(text, spans, start, stop)
        end = stop
    return pieces + _skip(len(text) - end)


def _find_windows(text: str, spans: Sequence[Span], chars: int) -> list[tuple[int, int]]:
    """Return the parts of a line that are shown."""
    if len(text) <= chars:
        return [(0, len(text))]
    windows: list[tuple[int, int]] = []
    room = chars
    # Half of what there is room for is shared by what differs, on both its sides.
    around = max(_AROUND, chars // (4 * max(len(spans), 1)))
    for span in spans:
        # Of little room, most is for what differs itself.
        start = max(span.start - min(around, room // 4), windows[-1][1] if windows else 0)
        stop = min(span.end + around, len(text), start + room)
        if stop <= start or span.start == span.end:
            continue
        if windows and windows[-1][1] == start:
            windows[-1] = windows[-1][0], stop
        else:
            windows.append((start, stop))
        room -= stop - start
        if room <= 0:
            break
    return windows or [(0, chars)]


def _skip(size: int) -> list[Piece]:
    return [Piece("gap", f"… {size:,} character{'' if size == 1 else 's'} …")] if size else []


def _mark(text: str, spans: Sequence[Span], start: int, stop: int) -> Iterator[Piece]:
    """Yield what is between two places, cut where what differs begins and ends."""
    at = start
    for span in spans:
        if span.start >= stop:
            break
        begin, end = max(span.start, at), min(span.end, stop)
        if begin >= end:
            continue
        if at < begin:
            yield Piece("plain", text[at:begin])
        yield Piece("marked", text[begin:end])
        at = end
    if at < stop:
        yield Piece("plain", text[at:stop])
