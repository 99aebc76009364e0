"""Two sets of things compared by identity: one algorithm for pages, assets, links, items."""

from __future__ import annotations

from changetrack._sets.diff import FindKey, diff_set
from changetrack._sets.models import PageState, Pair, SetDiff
from changetrack._sets.pages import diff_pages, read_pages

__all__ = ["FindKey", "PageState", "Pair", "SetDiff", "diff_pages", "diff_set", "read_pages"]
