"""A diff as a whole HTML document, ready to be opened in a browser, printed or mailed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._render import render_html
from changetrack._render.markup import Markup, element, void

if TYPE_CHECKING:
    from changetrack._diffs import Diff
    from changetrack._render.rows import Layout

__all__ = ["write_document"]

# The diff has its own looks; this is only the paper that it lies on.
_PAPER = "margin:16px"


def write_document(
    diff: Diff, summary: str, page: str, *, layout: Layout = "split", mail: bool = False
) -> str:
    """Return the document; its title is what a tab of a browser, or a file, is found by.

    A mail is light whatever the reader has, and its elements carry their own styles.
    """
    shown = Markup(render_html(diff, layout=layout, mail=mail, title=summary))
    head = [void("meta", charset="utf-8"), element("title", f"{page}: {summary}")]
    if not mail:
        head += [
            void("meta", name="viewport", content="width=device-width, initial-scale=1"),
            void("meta", name="color-scheme", content="light dark"),
        ]
    body = element("body", shown, style=_PAPER)
    return f"<!doctype html>\n{element('html', element('head', *head), body, lang='en')}\n"
