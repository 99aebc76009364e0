"""What a written number is worth: which of its marks is the decimal one.

`1.299` and `1,299` say nothing by themselves. What the other numbers of both texts write decides,
and failing that a rule: a comma before exactly three digits groups them; a dot does so beside a
currency that is not written with a decimal point, or has no decimals (`1.299 €`, `12.800円`), and
is the decimal point beside one that is (`$3.299`), and where nothing else is there (`1.299`).
Beside words it may be either, so `1.299 visitors` are none that we know.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from changetrack._fielddiff.amounts import Amount
from changetrack._fielddiff.currencies import writes_dots

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from changetrack._fielddiff.numerals import Numeral

_MARK = re.compile(r"([^0-9])")
_GROUP = 3  # digits between two marks, everywhere but in India
_ARABIC_MARK = "\u066b"


class Marks(NamedTuple):
    """The characters that texts are known to use as decimal marks, and those to group digits."""

    decimal: frozenset[str] = frozenset()
    grouping: frozenset[str] = frozenset()


def list_marks(numerals: Iterable[Numeral]) -> Marks:
    """Return what is known from the numbers that can be read in one way only."""
    decimal: set[str] = set()
    grouping: set[str] = set()
    for numeral in numerals:
        groups, marks = _split(numeral.digits or "")
        if len(marks) > 1 or (marks and _has_odd_groups(groups)):
            has_decimals = len(marks) == 1 or marks[-1] not in marks[:-1]
            decimal.update(marks[-1:] if has_decimals else ())
            grouping.update(marks[:-1])
    return Marks(frozenset(decimal), frozenset(grouping))


def read_numeral(
    numeral: Numeral, marks: Marks, currency: str | None, *, is_alone: bool = False
) -> Amount | None:
    """Return what a numeral is worth; None where it is no number, or may be one of two.

    `currency` is the one that the texts mention, for a number that names none itself; `is_alone`
    says that nothing else stands in its text.

    >>> from changetrack._fielddiff.numerals import find_numerals
    >>> [read_numeral(each, Marks(), each.currency).value for each in find_numerals("1.299 €")]
    [1299]
    """
    if numeral.digits is None:
        return None
    groups, found = _split(numeral.digits)
    is_point = _suppose(numeral, currency, is_alone=is_alone)
    has_decimals = bool(found) and _has_decimals(groups, found, marks, is_point=is_point)
    if has_decimals is None:
        return None
    head, decimals = (groups[:-1], groups[-1]) if has_decimals else (groups, "")
    if not _is_grouped(head, found[:-1] if has_decimals else found):
        return None
    whole = "".join(head)
    if whole.startswith("0") and whole != "0":
        return None  # a code, an hour, the start of a telephone number
    mantissa = int(whole + decimals) * numeral.factor
    return Amount(
        -mantissa if numeral.negative else mantissa,
        len(decimals),
        not decimals,
        numeral.currency,
        numeral.unit,
    )


def _split(digits: str) -> tuple[list[str], list[str]]:
    parts = _MARK.split(digits)
    return parts[0::2], parts[1::2]


def _has_odd_groups(groups: Sequence[str]) -> bool:
    """Return whether one mark between two groups cannot be one that groups digits."""
    return len(groups[-1]) != _GROUP or not 0 < len(groups[0]) <= _GROUP or groups[0][0] == "0"


def _suppose(numeral: Numeral, currency: str | None, *, is_alone: bool) -> bool | None:
    """Return whether a lone dot of which nothing else tells is a decimal point; None if unknown."""
    named = numeral.currency or currency
    if named is not None:
        return writes_dots(named)
    # What programs write has a point, and nobody has so many percent.
    is_plain = numeral.unit is None or numeral.unit[:1] in _SHARES
    return True if is_plain and (is_alone or numeral.unit is not None) else None


_SHARES = frozenset("%‰°")


def _has_decimals(
    groups: Sequence[str], found: Sequence[str], marks: Marks, *, is_point: bool | None
) -> bool | None:
    last = found[-1]
    if last not in {".", ","}:
        return last == _ARABIC_MARK
    if len(found) > 1:
        return last not in found[:-1]
    if _has_odd_groups(groups):
        return True
    other = "," if last == "." else "."
    is_decimal = last in marks.decimal or other in marks.grouping
    is_grouping = last in marks.grouping or other in marks.decimal
    if is_decimal != is_grouping:
        return is_decimal
    return is_point if last == "." else False


def _is_grouped(groups: Sequence[str], marks: Sequence[str]) -> bool:
    if not marks:
        return True
    lengths = [len(group) for group in groups]
    is_western = lengths[0] <= _GROUP and all(length == _GROUP for length in lengths[1:])
    is_indian = lengths[0] < _GROUP and lengths[-1] == _GROUP and set(lengths[1:-1]) == {_GROUP - 1}
    one_mark = len(set(marks)) == 1 and marks[0] != _ARABIC_MARK
    return one_mark and lengths[0] > 0 and (is_western or (is_indian and marks[0] == ","))
