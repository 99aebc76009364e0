"""The whole of a diff as one element: what it comes to, its fields, its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._render.html.dresses import Dress
from changetrack._render.html.styles import ROOT, SHEET
from changetrack._render.html.tables import Caps, write_fields, write_lines
from changetrack._render.markup import Markup, element
from changetrack._render.wording import shorten

if TYPE_CHECKING:
    from changetrack._diffs import Diff
    from changetrack._render.rows import Layout

# As many rows as the tree of a diff has entries: a browser lays them out in a second, and nobody
# reads more.
PAGE_CAPS = Caps(rows=5_000, chars=2_000_000, line_chars=4_000, fields=1_000, value_chars=600)
# Mail programs cut a mail off at about 100 KB, and a row with all its styles has some 700 bytes.
MAIL_CAPS = Caps(rows=100, chars=16_000, line_chars=600, fields=30, value_chars=200)

_TITLE_CHARS = 400


def render_html(
    diff: Diff, *, layout: Layout = "split", mail: bool = False, title: str | None = None
) -> str:
    """Return a diff as one HTML element that needs nothing else.

    Side by side ("split") or one below the other ("inline"); in light or dark, as the reader has
    it; on a narrow screen the sides are stacked. Where a diff is larger than `PAGE_CAPS`, the last
    row says exactly how many lines are left out. With `mail`, every element carries its own style,
    and the lines are always one below the other: a mail has no room for two columns. Whatever the
    page holds is text: nothing of it is run, loaded or clicked.

    >>> from changetrack import Diff, diff_text
    >>> "<ins>$24</ins>" in render_html(Diff(diff_text("Starter $19", "Starter $24")))
    True
    """
    dress = Dress(is_mail=mail)
    parts = _write_parts(diff, dress, "inline" if mail else layout)
    head = [element("p", shorten(title, _TITLE_CHARS), **dress.wear("title"))] if title else []
    if not parts and not head:
        parts = [element("p", "Nothing changed.", **dress.wear("words"))]
    if mail:
        return element("div", *head, *parts)
    # Made of a table of colours and of nothing else.
    sheet = element("style", Markup(SHEET))
    return element("section", sheet, *head, *parts, class_=ROOT, aria_label="What changed")


def _write_parts(diff: Diff, dress: Dress, layout: Layout) -> list[Markup]:
    caps = MAIL_CAPS if dress.is_mail else PAGE_CAPS
    parts = []
    if diff.fields:
        parts.append(write_fields(diff, dress, caps))
    if diff.text_diff:
        parts.append(write_lines(diff, dress, caps, layout))
    return parts
