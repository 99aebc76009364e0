"""One judgment: whether something holds, and by what."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

# A sentence quotes so many characters of a page.
_MAX_QUOTE = 80


class Judged(NamedTuple):
    """Whether a condition is met, and what says so."""

    met: bool
    because: str


def choose(judged: Iterable[Judged], nothing: str) -> Judged:
    """Return the first that is met, else the first that is not; `nothing` where there is none."""
    first = None
    for each in judged:
        if each.met:
            return each
        first = first or each
    return first or Judged(met=False, because=nothing)


def cut(text: str) -> str:
    r"""Return the beginning of a text, safe to show.

    >>> cut("a\x1bb"), len(cut("a" * 100))
    ('a\\x1bb', 81)
    """
    shown = text if len(text) <= _MAX_QUOTE else f"{text[:_MAX_QUOTE]}…"
    if shown.isprintable():
        return shown
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in shown)
