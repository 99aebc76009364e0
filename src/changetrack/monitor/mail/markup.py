"""HTML by construction, as every page and mail of ours is made."""

from __future__ import annotations

from changetrack._render.markup import Markup, element, join, void

__all__ = ["Markup", "element", "join", "void"]
