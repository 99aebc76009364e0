"""The two spellings of a name: ours, and that of the wire."""

from __future__ import annotations

from functools import cache


@cache
def to_camel(name: str) -> str:
    """Return a name as the wire spells it.

    >>> to_camel("old_start")
    'oldStart'
    """
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


@cache
def to_snake(name: str) -> str:
    """Return a name as Python spells it.

    >>> to_snake("oldStart")
    'old_start'
    """
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
