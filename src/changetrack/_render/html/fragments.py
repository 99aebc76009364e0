"""The whole of a diff as one element: what it comes to, its fields, its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._render.caps import MAIL_CAPS, PAGE_CAPS
from changetrack._render.html.dresses import MAIL_DRESS, PAGE
from changetrack._render.html.styles import ROOT, SHEET
from changetrack._render.html.tables import write_fields, write_lines
from changetrack._render.markup import Markup, element
from changetrack._render.wording import shorten

if TYPE_CHECKING:
    from changetrack._diffs import Diff
    from changetrack._render.caps import Caps
    from changetrack._render.html.dresses import Dress
    from changetrack._render.rows import Layout
    from changetrack._render.shown import Shown

_TITLE_CHARS = 400


def render_html(
    diff: Diff, *, layout: Layout = "split", mail: bool = False, title: str | None = None
) -> str:
    """Return a diff as one HTML element that needs nothing else.

    Side by side ("split") or one below the other ("inline"); in light or dark, as the reader has
    it; on a narrow screen the sides are stacked. Where a diff has more than 5,000 rows, or more
    than 2,000,000 characters, the last row says exactly how many lines are left out. With `mail`,
    every element carries its own style, and the lines are always one below the other: a mail has no
    room for two columns. Whatever the page holds is text: nothing of it is run, loaded or clicked.

    >>> from changetrack import Diff, diff_text
    >>> "<ins>$24</ins>" in render_html(Diff(diff_text("Starter $19", "Starter $24")))
    True
    """
    dress = MAIL_DRESS if mail else PAGE
    parts = (
        write_parts(diff, dress, MAIL_CAPS) if mail else write_parts(diff, dress, PAGE_CAPS, layout)
    )
    head = [element("p", shorten(title, _TITLE_CHARS), **dress.wear("title"))] if title else []
    if not parts and not head:
        parts = [element("p", "Nothing changed.", **dress.wear("words"))]
    if mail:
        return element("div", *head, *parts)
    # Made of a table of colours and of nothing else.
    sheet = element("style", Markup(SHEET))
    return element("section", sheet, *head, *parts, class_=ROOT, aria_label="What changed")


def write_parts(diff: Shown, dress: Dress, caps: Caps, layout: Layout = "inline") -> list[Markup]:
    """Return the table of fields and that of lines, each where there is something in it."""
    parts = []
    if diff.field_count:
        parts.append(write_fields(diff, dress, caps))
    if diff.text_diff:
        parts.append(write_lines(diff, dress, caps, layout))
    return parts
