"""A diff as HTML that stands on its own: for pages, notebooks, paper, and mails.

It loads nothing, runs nothing, and nothing that a page wrote can be clicked. Text and attributes
are escaped by what builds them; there is no other way to build.
"""

from __future__ import annotations

from changetrack._render.html.dresses import FEED, LETTER
from changetrack._render.html.fragments import render_html, write_parts
from changetrack._render.html.styles import MAIL_DARK

__all__ = ["FEED", "LETTER", "MAIL_DARK", "render_html", "write_parts"]
