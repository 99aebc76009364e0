"""Numbers, exactly as they are written: integers with a count of decimals, never binary ones.

What two of them differ by is exact to the digits that were written; no context of the process has
a say in it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

# Decimals of a percentage: finer than anybody reads, and coarse enough to hide the division.
_PERCENT_DIGITS = 4
# What no double can hold is no amount of anything, and no consumer could read it.
_MAX_BITS = 1_023


class Amount(NamedTuple):
    """The number `mantissa` / 10 ** `scale`; `whole` when it was written without decimals."""

    mantissa: int
    scale: int = 0
    whole: bool = True
    currency: str | None = None
    unit: str | None = None

    @property
    def value(self) -> int | float:
        """The number itself: an integer when it was written as one, else the nearest double."""
        return self.mantissa if self.whole else self.mantissa / 10**self.scale


def read_number(value: float) -> Amount | None:
    """Return a JSON number as it is written; None if no double can hold it.

    >>> read_number(1299.10)[:3], read_number(24)[:3]
    ((12991, 1, False), (24, 0, True))
    """
    if isinstance(value, int):
        return Amount(value) if value.bit_length() <= _MAX_BITS else None
    if not math.isfinite(value):
        return None
    digits, _, exponent = repr(value).partition("e")
    head, _, decimals = digits.partition(".")
    scale = len(decimals) - int(exponent or 0)
    mantissa = int(head + decimals) * 10 ** max(-scale, 0)
    scale = max(scale, 0)
    while scale and mantissa % 10 == 0:
        mantissa, scale = mantissa // 10, scale - 1
    return Amount(mantissa, scale, whole=False)


def subtract(current: Amount, previous: Amount) -> int | float | None:
    """Return by how much one number is larger than another; None when no double can hold it.

    >>> subtract(Amount(129910, 2, whole=False), Amount(129880, 2, whole=False))
    0.3
    """
    new, old, scale = _align(current, previous)
    if current.whole and previous.whole:
        return new - old
    return _divide(new - old, 10**scale)


def compare_percent(current: Amount, previous: Amount) -> float | None:
    """Return by how many percent of the previous number the current one is larger.

    Rounded to four decimals, halves to the even digit; the sign is that of the difference. None
    when the previous number is zero, or the result larger than a double.

    >>> compare_percent(Amount(24), Amount(19)), compare_percent(Amount(-4), Amount(-5))
    (26.3158, 20.0)
    """
    new, old, _ = _align(current, previous)
    if not old:
        return None
    steps, rest = divmod(abs(new - old) * 10 ** (_PERCENT_DIGITS + 2), abs(old))
    if 2 * rest > abs(old) or (2 * rest == abs(old) and steps % 2):
        steps += 1
    return _divide(steps if new >= old else -steps, 10**_PERCENT_DIGITS)


def _align(one: Amount, other: Amount) -> tuple[int, int, int]:
    scale = max(one.scale, other.scale)
    return (
        one.mantissa * 10 ** (scale - one.scale),
        other.mantissa * 10 ** (scale - other.scale),
        scale,
    )


def _divide(number: int, by: int) -> float | None:
    try:
        return number / by
    except OverflowError:
        return None
