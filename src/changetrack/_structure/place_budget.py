"""What the places of one diff may repeat: a heading is written once, and told with each change.

Six long headings above thousands of changed lines, or the header of a wide table above thousands of
changed rows, would make an answer hundreds of times as long as the page.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from changetrack._structure.models import Place, TablePlace

if TYPE_CHECKING:
    from changetrack._textdiff import TextDiff

# Of a heading, or the name of a column: what names something is not longer, and nobody reads on.
NAME_CHARS = 200
# Of a header; no reader has so many columns before them.
MOST_COLUMNS = 100
_CUT = "…"

# Of all places together, as many as `Limits.field_path_chars` has for the paths of fields …
_MOST_CHARS = 4_000_000
# … and no more than so many for each character of both pages, so that no answer is out of
# proportion: places that people write repeat about one …
_CHARS_EACH = 4
# … but for a page so small that nobody minds.
_LEAST_CHARS = 20_000


def cut_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names with an ellipsis at the end of those that are too long.

    >>> [len(name) for name in cut_names(("a" * 300, "b"))]
    [200, 1]
    """
    if len("".join(names)) <= NAME_CHARS:
        return names
    return tuple([_cut_name(name) for name in names])


def _cut_name(name: str) -> str:
    return name if len(name) <= NAME_CHARS else f"{name[: NAME_CHARS - 1]}{_CUT}"


class PlaceBudget:
    """Counts what the places of a diff repeat, and leaves it out where that is too much."""

    def __init__(self, diff: TextDiff) -> None:
        self._diff = diff
        self._spent = 0
        # The pages are measured when that matters, which is hardly ever.
        self._most: int | None = None

    def fit(self, place: Place) -> Place:
        """Return a place, without all that it repeats if there is no room for it."""
        table = place.table
        spent = self._spent + len("".join(place.heading)) + len(place.slug)
        if table:
            spent += len("".join(table.header))
        if spent <= _LEAST_CHARS or spent <= self._measure():
            self._spent = spent
            return place
        bare = TablePlace(header=(), row_key=table.row_key) if table else None
        return replace(place, heading=(), slug="", table=bare)

    def _measure(self) -> int:
        if self._most is None:
            both = sum(map(len, self._diff.old)) + sum(map(len, self._diff.new))
            self._most = min(_MOST_CHARS, max(_LEAST_CHARS, _CHARS_EACH * both))
        return self._most
