"""A diff as HTML that stands on its own: for pages, notebooks, paper, and mails.

It loads nothing, runs nothing, and nothing that a page wrote can be clicked. Text and attributes
are escaped by what builds them; there is no other way to build.
"""

from __future__ import annotations

from changetrack._render.html.fragments import MAIL_CAPS, PAGE_CAPS, render_html

__all__ = ["MAIL_CAPS", "PAGE_CAPS", "render_html"]
