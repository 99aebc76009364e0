"""The page that shows people what a server offers, at /docs."""

from __future__ import annotations

from changetrack_server.docs_page.page import DocsPage, render_docs

__all__ = ["DocsPage", "render_docs"]
