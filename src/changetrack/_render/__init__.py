"""Diffs for people: rendered from what the edit script and the field list say, and nothing else."""

from __future__ import annotations

from changetrack._render.ansi import escape_controls, paint_diff
from changetrack._render.budget import render_budget
from changetrack._render.fields import list_fields
from changetrack._render.html import render_html
from changetrack._render.models import Rendering
from changetrack._render.summary import summarize
from changetrack._render.terminal import render_terminal
from changetrack._render.views import render_added, render_removed

__all__ = [
    "Rendering",
    "escape_controls",
    "list_fields",
    "paint_diff",
    "render_added",
    "render_budget",
    "render_html",
    "render_removed",
    "render_terminal",
    "summarize",
]
