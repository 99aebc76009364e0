"""Whether two numbers differ by less than their tolerance, exactly (DESIGN §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._fielddiff.amounts import Amount, read_number

if TYPE_CHECKING:
    from changetrack._fielddiff.rules import Margin
    from changetrack._fielddiff.sides import Side

# What numbers are written with: without it, texts of one shape are the same.
_SPELLING = dict.fromkeys(map(ord, "0123456789.,'’ \u00a0\u202f"))


def is_within(old: Side, new: Side, margin: Margin) -> bool:
    """Return whether one number is within a margin of the other; within either part is enough.

    Numbers are taken as they are written: 20.00 is within 0.01 of 19.99. Two texts are within it if
    they differ in one number and nothing else.
    """
    one, other = _read_pair(old, new)
    if one is None or other is None:
        return False
    scale = max(one.scale, other.scale)
    before = one.mantissa * 10 ** (scale - one.scale)
    apart = abs(other.mantissa * 10 ** (scale - other.scale) - before)
    absolute, percent = _read(margin.absolute), _read(margin.percent)
    if absolute and apart * 10**absolute.scale <= absolute.mantissa * 10**scale:
        return True
    if percent is None:
        return False
    return bool(apart * 100 * 10**percent.scale <= abs(before) * percent.mantissa)


def _read_pair(old: Side, new: Side) -> tuple[Amount | None, Amount | None]:
    if not isinstance(old, str) or not isinstance(new, str):
        return _read(old), _read(new)
    if old.translate(_SPELLING) != new.translate(_SPELLING):
        return None, None
    from changetrack._fielddiff.values import understand

    delta = understand(old, new)
    if delta is None or delta.kind != "number":
        return None, None
    return _read(delta.previous), _read(delta.current)


def _read(value: object) -> Amount | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return read_number(value) if is_number else None  # type: ignore[arg-type]
