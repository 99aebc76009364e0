"""Diffs for people: rendered from what the edit script and the field list say, and nothing else."""

from __future__ import annotations

from changetrack._render.ansi import escape_controls, paint_diff
from changetrack._render.fields import list_fields

__all__ = ["escape_controls", "list_fields", "paint_diff"]
