"""Diffs for people: rendered from what the edit script and the field list say, and nothing else."""

from __future__ import annotations

from changetrack._render.ansi import escape_controls, paint_diff
from changetrack._render.fields import list_fields
from changetrack._render.html import render_html
from changetrack._render.models import Rendering

__all__ = ["Rendering", "escape_controls", "list_fields", "paint_diff", "render_html"]
