"""Numbers inside text: where they stand, and what belongs to them.

A number is read or left alone, never half understood: parts of dates, times, versions, telephone
numbers, identifiers and addresses are no numbers here.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from changetrack._fielddiff.currencies import (
    COUNTERS,
    UNSPACED_MULTIPLIERS,
    find_multiplier,
    is_ambiguous,
    name_currency,
    spell_currencies,
    spell_measures,
    spell_multipliers,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

# More digits than any amount has; longer runs are identifiers.
_MAX_DIGITS = 40
# A currency of four characters with a blank and two signs; looking back further finds nothing.
_REACH = 8

_GAP = r"[ \u00a0]?"
# Where a word ends; a digit may be a part of one, as in m2.
_STOP = r"(?![^\W_])"


class Numeral(NamedTuple):
    """A run of digits in a text, with everything around it that belongs to it.

    The number is `start` to `end`, sign and multiplier included; `outer_start` and `outer_end` take
    in its currency and unit. `digits` are as written, in ASCII; None says that they are no number.
    `wrapped` says that there are parentheses around an amount of money: where nothing else is
    there, it is a loss, and they belong to it.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    digits: str | None
    negative: bool = False
    currency: str | None = None
    factor: int = 1
    unit: str | None = None
    wrapped: bool = False


class _Behind(NamedTuple):
    """What follows a number: where it and all of that end, and what it was."""

    end: int
    outer_end: int
    factor: int = 1
    currency: str | None = None
    unit: str | None = None


def find_numerals(text: str, taken: Sequence[tuple[int, int]] = ()) -> list[Numeral]:
    """Return the runs of digits in a text, from left to right.

    The text is what `plain_text` gave. The ranges in `taken`, which are dates, are left out.
    """
    found: list[Numeral] = []
    telephones = _find_telephones(text)
    for match in _digits().finditer(text):
        if not any(match.start() < end and start < match.end() for start, end in taken):
            numeral = _read(text, match, found[-1].outer_end if found else 0)
            if match.start() in telephones:
                numeral = numeral._replace(digits=None)
            found.append(numeral)
    return found


def _find_telephones(text: str) -> set[int]:
    """Return the places of telephone numbers: they begin with a plus, a zero or a parenthesis."""
    places: set[int] = set()
    for match in _TELEPHONE.finditer(text) if _TELEPHONE_START.search(text) else ():
        first, *others = _RUN.findall(match[0])
        count = len(first) + sum(map(len, others))
        # +1 250 000 visitors are an amount.
        is_grouped = match[0][0] == "+" and all(len(each) == _GROUP for each in others)
        if count >= _TELEPHONE_DIGITS[is_grouped]:
            places.update(range(*match.span()))
    return places


_TELEPHONE_START = re.compile(r"[+(]\d|(?<![\w.,])0\d")
_TELEPHONE = re.compile(
    r"(?<![\w.,])(?:\+\d{1,6}|\(\d{2,5}\)|0\d{1,5})(?:[ \u00a0/.()-]{1,3}\d{1,12}){1,6}"
)
_RUN = re.compile(r"\d+")
_GROUP = 3
# Local numbers have seven with their area; with groups of three, an amount would be a billion.
_TELEPHONE_DIGITS = (7, 10)


def plain_text(text: str) -> str:
    """Return a text with one spelling for what only looks different.

    These are blanks, signs, full width, and letters with their accents apart.
    """
    if not text.isascii():
        from unicodedata import is_normalized, normalize  # 1 MB of tables

        text = text if is_normalized("NFC", text) else normalize("NFC", text)
    return " ".join(each for each in re.split(r"[ \t\r\n]+", text.translate(_twins())) if each)


@cache
def _twins() -> dict[int, str]:
    twins = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    groups = {
        "\u00a0": "\u202f\u2009\u2007",  # blanks that hold a number together
        "-": "\u2212\ufe63\u2011",
        "'": "\u2019\u02bc\u066c",
        "%": "\u066a",
        "¥": "\uffe5",
        "£": "\uffe1",
        "¢": "\uffe0",
        " ": "\u3000",
    }
    return twins | {ord(twin): char for char, each in groups.items() for twin in each}


@cache
def _digits() -> re.Pattern[str]:
    # Blanks group digits only where exactly three follow; 1'299.– has no cents.
    blank = r"[ \u00a0](?=\d{3}(?!\d))"
    return re.compile(
        rf"(?:(?<![\w.,])[.,])?\d+(?:(?:[.,'\u066b]|{blank})\d+)*(?:[.,][-–—]{{1,2}}(?!\d))?"
    )


@cache
def _before() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<outer>(?<![\w)\]])[-+])?(?:(?P<currency>{spell_currencies()}){_GAP}(?P<inner>[-+])?)?$"
    )


@cache
def _multiplier() -> re.Pattern[str]:
    spaced = rf"(?:{spell_multipliers()})(?=\.?{_STOP})"
    return re.compile(rf"{_GAP}(?P<word>{spaced}|[{UNSPACED_MULTIPLIERS}])\.?")


@cache
def _after() -> re.Pattern[str]:
    leads = "per|pro|par|por|je|al"
    word = rf"(?P<each>[^\W\d_]{{1,12}}){_STOP}"
    return re.compile(
        rf"(?:{_GAP}(?P<currency>{spell_currencies()})(?!\d))?"
        rf"(?:{_GAP}(?P<sign>[%‰]|°(?:[CF]{_STOP})?)|{_GAP}(?:/{_GAP}|(?:{leads})[ \u00a0]){word}"
        rf"|[ \u00a0-]?(?P<measure>{spell_measures()}){_STOP}|(?P<counter>[{COUNTERS}]))?"
    )


# What may stand before a number, and behind it: it may not be a part of anything longer.
_OPEN = re.compile(r"[\s(\[{«“„\u2018~≈<>=≤≥±|;#!?…]|(?<!\d)[:,*'\"]")
_SHUT = re.compile(r"(?![\w@#°/]|[-–—:.,+×*'][\d.])")
# Scripts without blanks: 月額980円です. What they number is no amount (第3部), nor is
# half of one (1億2000万円). And there may be a dash between two amounts: $10–$20.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_BESIDE = re.compile(rf"(?<=\w)[-–—]|(?![第{UNSPACED_MULTIPLIERS}]){_UNSPACED.pattern}")
# 4.5/5 is a rating; 4/5 may be a date.
_OUT_OF = re.compile(r"/\d{1,3}(?![\w/])")
# Versions count, but not in tens: 1.10 comes after 1.9.
_VERSION = re.compile(r"\b(?:version|release|build|rev|ver|v)\.?[ \u00a0]?$", re.IGNORECASE)
_LONGEST_VERSION = len("version. ") + 1


def _read(text: str, match: re.Match[str], floor: int) -> Numeral:
    before = _before().search(text, max(floor, match.start() - _REACH), match.start())
    outer = before.start() if before else match.start()
    currency = before["currency"] if before else None
    sign = (before["inner"] if currency else before["outer"]) if before else None
    behind = _read_behind(text, match.end(), currency)
    numeral = Numeral(
        start=match.start() - len(sign or ""),
        end=behind.end,
        outer_start=outer,
        outer_end=behind.outer_end,
        digits=None,
        negative="-" in text[outer : match.start()],
        currency=behind.currency,
        factor=behind.factor,
        unit=behind.unit,
    )
    written = match[0].rstrip("-–—")  # the mark before them stays: it is the decimal one
    if len(written) > _MAX_DIGITS or not _stands_alone(text, numeral, written):
        return numeral
    numeral = numeral._replace(digits=_spell_ascii(written))
    is_signed = "+" in text[outer : match.start()] or numeral.negative
    return numeral if is_signed else _unwrap(text, numeral)


def _unwrap(text: str, numeral: Numeral) -> Numeral:
    """Return an amount of money as accountants write it: a loss stands in parentheses."""
    start, end = numeral.outer_start - 1, numeral.outer_end + 1
    if numeral.currency is None or start < 0 or (text[start], text[end - 1 : end]) != ("(", ")"):
        return numeral
    if end - start < len(text):  # what stands behind words may be an aside
        return numeral._replace(wrapped=True)
    return numeral._replace(outer_start=start, outer_end=end, negative=True, wrapped=True)


def _read_behind(text: str, end: int, lead: str | None) -> _Behind:
    """Read the multiplier, the currency and the unit; a currency may stand on one side only."""
    found = _multiplier().match(text, end)
    if found:
        after = _match_after(text, found.end())
        is_money = bool(lead or after["currency"])
        factor = find_multiplier(found["word"], money=is_money)
        # A letter after a blank is a word of its own, unless the word is for money: 1,2 M€.
        if factor and (is_money or len(found["word"]) > 1 or found.start("word") == end):
            return _join(after, lead, found.end(), factor)
    return _join(_match_after(text, end), lead, end, 1)


def _match_after(text: str, end: int) -> re.Match[str]:
    found = _after().match(text, end)
    if found is None:  # every part of it may be missing
        raise AssertionError
    return found


def _join(after: re.Match[str], lead: str | None, end: int, factor: int) -> _Behind:
    before = name_currency(lead) if lead else None
    behind = name_currency(after["currency"]) if after["currency"] else None
    if before and behind and before != behind and not is_ambiguous(before):
        return _Behind(end, end, factor, before)  # it is the next number's: USD 24 EUR 19
    unit = after["sign"] or after["each"] or after["measure"] or after["counter"]
    return _Behind(end, after.end(), factor, behind or before, unit)


def _stands_alone(text: str, numeral: Numeral, written: str) -> bool:
    """Return whether a run of digits is a number, and no part of something longer."""
    start, end = numeral.outer_start, numeral.outer_end
    # Money, and what is counted as 3席 are, are amounts among letters without blanks, too.
    is_counted = numeral.unit is not None and numeral.unit in COUNTERS
    is_told = numeral.currency is not None or is_counted
    opens = not start or _OPEN.match(text, start - 1)
    if not opens and not (is_told and _BESIDE.match(text, start - 1)):
        return False
    is_rating = not written.isdecimal() and _OUT_OF.match(text, end)
    is_beside = is_told and _UNSPACED.match(text, end)
    if not _SHUT.match(text, end) and not is_rating and not is_beside:
        return False
    if _VERSION.search(text, max(0, start - _LONGEST_VERSION), start):
        return False
    # Two numbers may stand side by side; what makes them one is that nothing else is there.
    is_alone = (start == 0 and end == len(text)) or numeral.currency or numeral.unit
    return bool(is_alone) or " " not in written


def _spell_ascii(written: str) -> str:
    if written.isascii():
        return written
    return "".join(str(int(char)) if char.isdecimal() else char for char in written)
