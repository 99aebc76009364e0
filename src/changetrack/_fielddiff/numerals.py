"""Numbers inside text: where they stand, what they are worth, what they count.

A number is read or left alone, never half understood: parts of dates, times, versions, telephone
numbers, identifiers and addresses are no numbers here. `1.299` and `1,299` are ambiguous; what the
rest of the text, or the text on the other side, writes decides, and failing that a rule:

- a comma before exactly three digits groups them;
- a dot does so beside a currency that is not written with a decimal point (`1.299 €`), and is the
  decimal point everywhere else (`1.299`, `$3.299`).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from changetrack._fielddiff.amounts import Amount
from changetrack._fielddiff.currencies import (
    find_multiplier,
    name_currency,
    spell_currencies,
    spell_measures,
    spell_multipliers,
    writes_dots,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

# More digits than any amount has; longer runs are identifiers.
_MAX_DIGITS = 40
# The longest currency, sign and blanks before a number; looking back further finds nothing.
_REACH = 8

_DIGIT_GROUP = 3


class Numeral(NamedTuple):
    """A run of digits in a text, with everything around it that belongs to it.

    The number itself is `text[start:end]`, sign and multiplier included; `outer_start` and
    `outer_end` take in its currency and unit. `digits` are as written, in ASCII; None says that
    they are no number.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    digits: str | None
    negative: bool = False
    currency: str | None = None
    multiplier: int = 1
    unit: str | None = None


class Marks(NamedTuple):
    """The characters that are known to be decimal marks, and those known to group digits."""

    decimal: frozenset[str] = frozenset()
    grouping: frozenset[str] = frozenset()


def find_numerals(text: str, taken: Iterable[tuple[int, int]] = ()) -> list[Numeral]:
    """Return the runs of digits in a text that was plain (`plain_text`), from left to right.

    The ranges in `taken`, which are dates, are left out.
    """
    found: list[Numeral] = []
    spans = list(taken)
    for match in _pattern().finditer(text):
        if any(match.start() < end and start < match.end() for start, end in spans):
            continue
        found.append(_read(text, match, found[-1].outer_end if found else 0))
    return found


@cache
def _pattern() -> re.Pattern[str]:
    # A plain blank groups digits only where exactly three follow.
    blank = r"[ \u00a0](?=\d{3}(?!\d))"
    return re.compile(rf"(?:(?<![\w.,])[.,])?\d+(?:(?:[.,'٫]|{blank})\d+)*")


@cache
def _before() -> re.Pattern[str]:
    sign = r"(?<![\w)\]])[-+]"
    return re.compile(
        rf"(?P<outer>{sign})?(?:(?P<currency>{spell_currencies()})[ \u00a0]?)?(?P<inner>[-+])?$"
    )


@cache
def _after() -> re.Pattern[str]:
    gap = r"[ \u00a0]?"
    word = r"[^\W\d_]{1,12}"
    stop = r"(?![^\W_])"
    return re.compile(
        rf"(?:[.,][-–—]{{1,2}}(?!\d))?"  # 1'299.– has no cents
        rf"(?P<multiplier>{gap}(?:{spell_multipliers()})\.?{stop})?"
        rf"(?:{gap}(?P<currency>{spell_currencies()})(?!\d))?"
        rf"(?P<unit>{gap}(?:[%‰]|°[CF]?{stop})|{gap}/{gap}{word}{stop}"
        rf"|{gap}(?:per|pro|par|por|je|al){gap}{word}{stop}|[ \u00a0-]?(?:{spell_measures()}){stop})?"
    )


_UNIT_LEAD = re.compile(r"^[ \u00a0-]*(?:/|(?:per|pro|par|por|je|al)(?=[ \u00a0]))?[ \u00a0]*")
# What may stand before a number, and behind it: it may not be a part of anything longer.
_OPEN = re.compile(r"(?:^|[\s\u00a0(\[{\"'«“„‘:~≈<>=≤≥±*|,;#!?…–—])$")
_CLOSED = re.compile(r"(?![\w@#°]|[-–—/:.,+x×*'][\d.]|/)")
_RANGE = re.compile(r"\d[-–—/:+x×*']$")
# A number with decimals out of another one is a rating: 4.5/5. Without, it may be a date.
_OUT_OF = re.compile(r"/\d{1,3}(?![\w/])")


def _read(text: str, match: re.Match[str], floor: int) -> Numeral:
    before = _before().search(text, max(floor, match.start() - _REACH), match.start())
    after = _after().match(text, match.end())
    assert before is not None and after is not None  # noqa: S101, PT018 - both match nothing, too
    digits: str | None = match[0]
    start, end = match.start(), match.end()
    raise NotImplementedError
