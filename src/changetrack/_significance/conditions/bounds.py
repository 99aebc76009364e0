"""How large a number may be: one or more comparisons, all of which must hold."""

from __future__ import annotations

from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

# A comparison by its name, and what it compares with.
Bounds: TypeAlias = "tuple[tuple[str, float], ...]"

COMPARISONS: dict[str, tuple[str, Callable[[float, float], bool]]] = {
    "lt": ("<", lt),
    "lte": ("≤", le),
    "gt": (">", gt),
    "gte": ("≥", ge),
    "eq": ("=", eq),
}

# 0.3 - 0.1 is not 0.2 in binary, but people write it so: beyond so many decimals nothing counts.
_DECIMALS = 9


def is_within(number: float, bounds: Bounds) -> bool:
    """Return whether a number is within the bounds.

    >>> is_within(0.3 - 0.1, (("eq", 0.2),)), is_within(5, (("gte", 1), ("lt", 5)))
    (True, False)
    """
    rounded = round(number, _DECIMALS)
    return all(COMPARISONS[name][1](rounded, round(bound, _DECIMALS)) for name, bound in bounds)


def spell_bounds(bounds: Bounds, unit: str = "") -> str:
    """Return the bounds as a reader would say them.

    >>> spell_bounds((("gte", 1), ("lt", 5.5)), " %")
    '≥ 1 % and < 5.5 %'
    """
    return " and ".join(
        f"{COMPARISONS[name][0]} {spell_number(bound)}{unit}" for name, bound in bounds
    )


def spell_number(number: float) -> str:
    """Return a number without more digits than it has.

    >>> spell_number(29.0), spell_number(0.1 + 0.2), spell_number(10**21), spell_number(-17.25)
    ('29', '0.3', '1e+21', '-17.25')
    """
    # As many digits as a double has for sure; a longer integer would be a page in a sentence.
    return f"{number:.15g}"
