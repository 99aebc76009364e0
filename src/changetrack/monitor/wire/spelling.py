"""Names as callers write them: in either spelling, and sometimes wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from changetrack._reader import Reader
from changetrack.errors.likeness import find_nearest

__all__ = ["find_meant", "is_given", "list_unknown", "name_unknown", "quote", "to_camel"]

# Pairs of letters in common, of all that there are: from here on, one was meant to be the other.
_LIKENESS = 0.5
# No key of ours is so long; more of one is not looked at.
_MOST_CHARS = 60


def find_meant(name: str, known: Iterable[str]) -> str | None:
    """Return which of the known names was probably meant.

    >>> find_meant("judge_enable", ["goal", "judgeEnabled"])
    'judgeEnabled'
    >>> find_meant("colour", ["goal", "judgeEnabled"])
    """
    return find_nearest(name[:_MOST_CHARS].replace("_", ""), known, least=_LIKENESS)


@cache
def _to_snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def list_unknown(fields: Reader, known: frozenset[str]) -> Iterator[str]:
    """Yield the names of an object, as they were sent, that none of these is in any spelling."""
    spelled = known | {_to_snake(name) for name in known}
    return (name for name in fields.names if name not in spelled)


def name_unknown(fields: Reader, known: frozenset[str], what: str) -> Iterator[str]:
    """Yield a warning for each name that none of these is, and so is passed over."""
    for name in list_unknown(fields, known):
        yield f"{fields.place(quote(name)[1:-1])} was ignored: it is no {what}"


def is_given(fields: Reader, name: str) -> bool:
    """Tell whether a field is there in either spelling, be it null."""
    return name in fields.names or _to_snake(name) in fields.names


def to_camel(name: str) -> str:
    """Return a name as the wire has it.

    >>> to_camel("only_main_content")
    'onlyMainContent'
    """
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def quote(name: str) -> str:
    """Return what somebody sent, short enough for a sentence."""
    shown = name if len(name) <= _MOST_CHARS else f"{name[:_MOST_CHARS]}…"
    return repr(shown) if shown.isprintable() else ascii(shown)
