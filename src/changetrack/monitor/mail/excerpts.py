"""How much of each diff a mail has room for; how it looks is what every diff looks like."""

from __future__ import annotations

from typing import NamedTuple

from changetrack._models import JsonObject
from changetrack._render.caps import Caps
from changetrack._render.html import LETTER, write_parts
from changetrack._render.stored import StoredDiff, read_stored
from changetrack._render.summary import tell_changes as tell
from changetrack._render.terminal import list_plain_lines
from changetrack.monitor.mail.markup import Markup, join

__all__ = ["EXCERPT_CAPS", "Excerpt", "Room", "tell_changes"]

# Of lines of one kind in a row, so that a page that was rewritten shows both its sides.
_RUN = 12
# Of one page. More is not read in a mail.
EXCERPT_CAPS = Caps(rows=40, chars=4_000, line_chars=200, fields=12, value_chars=80, run=_RUN)
# Mail programs cut a mail off at about 100 KB. Of that, each page may take so much for its name,
# its address and what was said of it.
_BYTES = 88_000
_PAGE_BYTES = 2_600
# What went and what came, however little room there is; and one field.
_LEAST_ROWS = 2


class Excerpt(NamedTuple):
    """What is shown of a diff, in both parts of a mail."""

    lines: tuple[str, ...]
    html: Markup


def tell_changes(diff: JsonObject | None) -> str:
    """Return one sentence for a diff that there is no room for; none where too much changed."""
    stored = read_stored(diff)
    text = stored.text_diff
    is_told = text.is_whole if text else bool(stored.fields)
    return tell(stored) if is_told else ""


class Room:
    """What there is room for in a mail of so many pages, of which so many may show their diff."""

    def __init__(self, pages: int, diffs: int) -> None:
        self._bytes = _BYTES - pages * _PAGE_BYTES
        self._pages = pages
        self._diffs = diffs

    def write(self, diff: JsonObject | None) -> Excerpt | None:
        """Return what is shown of the diff of a page; None where it says nothing, or is one more.

        Both parts show the same rows and count the same that is left out. Whatever the page holds
        is text.
        """
        stored = read_stored(diff) if self._diffs else StoredDiff()
        sharers = min(self._pages, self._diffs)
        self._pages -= 1
        if not stored.text_diff and not stored.fields:
            return None
        room, caps = self._bytes // sharers, EXCERPT_CAPS
        html = join(write_parts(stored, LETTER, caps))
        while len(html.encode()) > room and caps.rows > _LEAST_ROWS:
            caps = _halve(caps)
            html = join(write_parts(stored, LETTER, caps))
        self._diffs -= 1
        self._bytes -= len(html.encode())
        return Excerpt(tuple(list_plain_lines(stored, caps)), html)


def _halve(caps: Caps) -> Caps:
    rows = caps.rows // 2
    return caps._replace(rows=rows, fields=max(caps.fields // 2, 1), run=min(_RUN, rows // 2))
