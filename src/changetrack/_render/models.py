"""What a renderer returns that is more than text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """A diff cut to a budget: its text, and exactly what is left out behind it.

    `tokens` is an upper estimate of what the text costs. `shown` counts the changes (hunks and
    fields) that begin in it, `omitted` those that begin later, `omitted_additions` and
    `omitted_deletions` the lines that are not shown yet. `ids` are those that may be cited.
    `cursor` goes on from here; None at the end.
    """

    text: str
    tokens: int
    shown: int
    omitted: int
    omitted_additions: int
    omitted_deletions: int
    ids: tuple[str, ...]
    cursor: str | None = None
