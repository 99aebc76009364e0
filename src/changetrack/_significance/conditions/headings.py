"""Names of places in a text, as people write them: case, marks and blanks do not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._significance.markup import list_words, read_visible

if TYPE_CHECKING:
    from collections.abc import Sequence


def fold_name(name: str) -> str:
    """Return what two spellings of a heading, or of a cell, share.

    >>> fold_name("**Pro**  plan"), fold_name("pro plan")
    ('pro plan', 'pro plan')
    """
    return " ".join(list_words(read_visible(name).text)).casefold()


def holds(path: Sequence[str], wanted: Sequence[str]) -> bool:
    """Return whether these headings, folded, follow each other somewhere on a way down a page.

    >>> holds(["Docs", "Pricing", "Pro"], ["pricing", "pro"]), holds(["Docs"], ["pricing"])
    (True, False)
    """
    folded = [fold_name(part) for part in path]
    last = len(folded) - len(wanted)
    return any(folded[at : at + len(wanted)] == [*wanted] for at in range(last + 1))
