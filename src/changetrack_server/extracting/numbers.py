"""Numbers as people write them: read where there is one way to read them, and refused elsewhere.

A price that is wrong by a factor of a thousand is worse than none. `1,299` is 1299 to an American
and 1.299 to a German; the language of the page decides, or a currency sign that leaves no doubt,
or nobody does. The rules are a table of docs/reference/extraction.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

__all__ = ["Number", "read_machine_number", "read_number"]

# Whole where it is whole, however it was spelled: `$19` and `$19.00` are one price.
Number: TypeAlias = "int | float"
Mark: TypeAlias = Literal[".", ","]

# A price with all its words is shorter, and so is every number.
_MAX_CHARS = 1_000
# Longer ones are identifiers.
_MAX_DIGITS = 30
_DASHES = str.maketrans({"\u2212": "-", "\u2010": "-", "\u2011": "-", "\ufe63": "-", "\uff0d": "-"})

_SIGNS = "$€£¥₹₽₩₺₴₫฿₪₦₱₡₲₵₸₼₾¢"
_CODES = (
    "AED|ARS|AUD|BGN|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|EUR|GBP|HKD|HUF|IDR|ILS|INR|JPY|KRW|MXN|MYR|"
    "NOK|NZD|PEN|PHP|PLN|RON|RUB|SAR|SEK|SGD|THB|TRY|TWD|UAH|USD|VND|ZAR"
)
_WORDS = "Fr|Ft|Kč|RM|Rs|kr|lei|zł|лв|руб"  # noqa: RUF001 - Russian
_CURRENCY = rf"(?:[A-Z]{{0,3}}[{_SIGNS}]|\b(?:{_CODES})|\b(?:{_WORDS})\.?)"
_BEFORE = re.compile(rf"(?P<sign>(?:^|(?<=[\s(]))[-+])?(?P<currency>{_CURRENCY}\s?)?(?P<late>-)?$")
_AFTER = re.compile(rf"\s?(?P<currency>[{_SIGNS}]|(?:{_CODES})\b|(?:{_WORDS})\b)")
# Where a comma before three digits separates thousands, for nobody has prices of a tenth of a cent;
# pesos are written the other way, but then with a point.
_COMMA_GROUPS = re.compile(r"[$£]|USD|GBP")

# What may stand within a number, with digits on both sides. A number may begin with its mark.
_FIGURE = re.compile(r"(?:(?<![\w.,])[.,])?[0-9]+(?:[.,'\u2019][0-9]+)*")
_WESTERN = re.compile(r"[0-9]{1,3}(?P<mark>[^0-9])[0-9]{3}(?:(?P=mark)[0-9]{3})*")
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")
# `1.2k`, `3 Mio.`, `1e5`, `2½`: a number that is not all that was meant.
_MORE = re.compile(
    r"[kKmMbB](?![A-Za-z])|[eE][+-]?[0-9]|\s?(?:bn|billion|crore|hundred|lakh|mil|million|mio|mln|"
    r"mn|mrd|tausend|thousand|tsd|trillion|tys)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    rf"\s?{_CURRENCY}?\s?(?:[-–—~]|a|à|bis|do|hasta|to|tot|до)?\s?{_CURRENCY}?\s?"
)
_MACHINE = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")

# The decimal mark by language; those that are written both ways are not here.
_MARKS: dict[str, Mark] = {
    **dict.fromkeys(("bn", "en", "gu", "he", "hi", "ja", "km", "ko", "mr", "ms", "my", "ne"), "."),
    **dict.fromkeys(("pa", "si", "ta", "te", "th", "ur", "zh"), "."),
    **dict.fromkeys(("az", "be", "bg", "bs", "ca", "cs", "da", "de", "el", "es", "et", "eu"), ","),
    **dict.fromkeys(("fi", "fo", "fr", "gl", "hr", "hu", "hy", "id", "is", "it", "ka", "kk"), ","),
    **dict.fromkeys(("lt", "lv", "mk", "nb", "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk"), ","),
    **dict.fromkeys(("sl", "sq", "sr", "sv", "tr", "uk", "uz", "vi"), ","),
}
# Where a region does not write as its language does elsewhere; None where it writes both ways.
_REGIONS: dict[str, Mark | None] = {
    **dict.fromkeys(("ch", "do", "gt", "hn", "li", "mx", "ni", "pa", "pr", "sv", "us"), "."),
    "za": None,
}
# Where a space stands between thousands.
_SPACED = frozenset(
    {
        *("be", "bg", "cs", "et", "fi", "fr", "hu", "kk", "lt", "lv", "nb", "nn", "no", "pl", "pt"),
        *("ru", "sk", "sv", "uk", "uz"),
    }
)
# Digits of one group.
_GROUP = 3

_TWO_WAYS = "may be read in two ways, and the language of the page does not decide"
_NO_NUMBER = "holds no number"


class _Figure(NamedTuple):
    """A number as it stands in a text, with the currency beside it."""

    text: str
    start: int
    end: int
    negative: bool = False
    currency: str = ""
    # What is said after it changes its value.
    is_short: bool = False


def read_machine_number(text: str) -> Number | str:
    """Return the number in a text that a program wrote: a point is a decimal point.

    >>> read_machine_number("1.299"), read_machine_number("1e999")
    (1.299, 'holds no number')
    """
    found = _MACHINE.fullmatch(text.strip())
    return _build(found[0]) if found else _NO_NUMBER


def read_number(text: str, language: str | None = None) -> Number | str:
    """Return the number in a text, or in words why none can be read from it.

    >>> read_number("$1,299.00/mo"), read_number("1.299,00 €"), read_number("$19.00")
    (1299, 1299, 19)
    >>> read_number("1,299", "en-GB"), read_number("1,299", "de")
    (1299, 1.299)
    >>> read_number("1,299")
    'may be read in two ways, and the language of the page does not decide'
    """
    if len(text) > _MAX_CHARS:
        return "is too long for a number"
    text = text.translate(_DASHES)
    main, mark = _read_language(language)
    figures = _join_spaced(text, list(_find_figures(text)), is_spaced=main in _SPACED)
    if figures is None:
        return _TWO_WAYS
    money = [each for each in figures if each.currency]
    # `$29 per user, billed every 12 months`, but not `$5-10`, nor `$19 99`.
    chosen = money if len(money) == 1 and not _has_pair(text, figures) else figures
    if len(chosen) != 1:
        return "holds several numbers" if chosen else _NO_NUMBER
    return _read_figure(chosen[0], mark)


def _find_figures(text: str) -> Iterator[_Figure]:
    for found in _FIGURE.finditer(text):
        start, end = found.span()
        before = _BEFORE.search(text, max(0, start - 8), start)
        lead = text[: before.start() if before else start]
        # `v2`, `SKU-12`, `COVID-19`: parts of a name, not numbers.
        if lead[-1:].isalpha() or (lead[-1:] == "-" and lead[-2:-1].isalpha()):
            continue
        after = _AFTER.match(text, end)
        yield _Figure(
            text=found[0],
            start=start,
            end=end,
            negative=bool(before and (before["sign"] == "-" or before["late"])),
            currency=(before and before["currency"]) or (after and after["currency"]) or "",
            is_short=_MORE.match(text, end) is not None or _is_fraction(text[end : end + 1]),
        )


def _is_fraction(char: str) -> bool:
    return char.isnumeric() and not "0" <= char <= "9"


def _join_spaced(text: str, figures: list[_Figure], *, is_spaced: bool) -> list[_Figure] | None:
    """Return the figures with those joined that are thousands of one number: `1 299`.

    None where they may be that or neighbours. They are one where the language writes so, or where
    nothing but a currency stands beside them.
    """
    joined: list[_Figure] = []
    for figure in figures:
        if joined and _may_continue(joined[-1], figure, text):
            last = joined[-1]
            joined[-1] = last._replace(
                text=f"{last.text} {figure.text}",
                end=figure.end,
                currency=last.currency or figure.currency,
                is_short=figure.is_short,
            )
        else:
            joined.append(figure)
    for each in joined:
        around = (text[: each.start] + text[each.end :]).replace(each.currency, "")
        if " " in each.text and not is_spaced and around.strip(" -+"):
            return None
    return joined


def _may_continue(last: _Figure, figure: _Figure, text: str) -> bool:
    head = last.text.rpartition(" ")[2]
    is_head = len(head) == _GROUP if " " in last.text else len(head) <= _GROUP
    is_group = re.match(r"[0-9]{3}(?![0-9])", figure.text) is not None
    return head.isdecimal() and is_head and is_group and text[last.end : figure.start] == " "


def _has_pair(text: str, figures: list[_Figure]) -> bool:
    gaps = (text[one.end : two.start] for one, two in pairwise(figures))
    return any(_BETWEEN.fullmatch(gap) for gap in gaps)


def _read_language(language: str | None) -> tuple[str, Mark | None]:
    """Return the main language, and its decimal mark where there is one."""
    main, *parts = re.split("[-_]", (language or "").lower())
    mark = _MARKS.get(main)
    for part in parts:
        if part in _REGIONS:
            mark = _REGIONS[part]
    return main, mark


def _read_figure(figure: _Figure, mark: Mark | None) -> Number | str:
    if figure.is_short:
        return "is abbreviated or a fraction"
    plain = _spell_plainly(figure, mark)
    if plain is None:
        return _TWO_WAYS
    if not plain:
        return "is no number, such as a date or a version"
    return _build(f"-{plain}" if figure.negative else plain)


def _spell_plainly(figure: _Figure, mark: Mark | None) -> str | None:
    """Return a figure with a decimal point and nothing else; "" where it is none, None in doubt."""
    text = figure.text
    marks = re.sub("[0-9]", "", text)
    if not marks:
        return text
    last = marks[-1]
    whole, _, rest = text.rpartition(last)
    if marks.count(last) > 1 or last not in ".,":
        return _join_groups(text)
    if len(marks) > 1:
        # Two kinds of marks: the last one is the decimal mark.
        head = _join_groups(whole)
        return f"{head}.{rest}" if head else ""
    if len(rest) != _GROUP or len(whole) > _GROUP or whole in {"", "0"}:
        return f"{whole or '0'}.{rest}"
    if mark is None and last == "," and _COMMA_GROUPS.search(figure.currency):
        mark = "."
    if mark is None:
        return None
    return f"{whole}.{rest}" if mark == last else whole + rest


def _join_groups(text: str) -> str:
    """Return the digits of a number whose thousands are separated; "" where they are not."""
    is_grouped = _WESTERN.fullmatch(text) or _INDIAN.fullmatch(text)
    return re.sub("[^0-9]", "", text) if is_grouped else ""


def _build(plain: str) -> Number | str:
    """Return the number of a spelling with a decimal point."""
    if sum(map(str.isdecimal, plain)) > _MAX_DIGITS:
        return "has too many digits"
    whole, _, rest = plain.partition(".")
    if not rest.strip("0") and "e" not in plain.lower():
        return int(whole)
    value = float(plain)
    if not math.isfinite(value):
        return _NO_NUMBER
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
