"""By how much one value differs from another: numbers, numbers in text, dates, booleans."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from changetrack._fielddiff.amounts import Amount, compare_percent, read_number, subtract
from changetrack._fielddiff.currencies import fold_unit
from changetrack._fielddiff.dates import Moment, find_dates, settle_order
from changetrack._fielddiff.figures import list_marks, read_numeral
from changetrack._fielddiff.models import Delta
from changetrack._fielddiff.numerals import Numeral, find_numerals, plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changetrack._models import JsonValue

# A value is a line at most, with a few numbers. What is longer is prose, which the text diff is
# for, or a table; to read all of it in thousands of fields would take seconds.
_MAX_CHARS = 200
_MAX_NUMBERS = 16

_DIGITS = re.compile(r"\d+")


class _Token(NamedTuple):
    """A date or a number in a text; one that is neither has only its text."""

    start: int
    end: int
    text: str
    value: Amount | Moment | None


class _Sentence(NamedTuple):
    """A text with its tokens taken out; what is left of it are its `words`."""

    words: tuple[str, ...]
    tokens: tuple[_Token, ...]
    # Whether there is nothing but one number with its currency and unit.
    is_bare: bool
    # Whether that number stands in parentheses among other words: it may be a loss.
    is_aside: bool = False


def understand(previous: JsonValue, current: JsonValue) -> Delta | None:
    """Return by how much two values differ; None where they are not understood as a pair.

    Text is understood when it holds nothing but a number with its currency and unit, or one amount
    of one currency, or when exactly one of its numbers and dates differs and all else is the same.
    Differences are exact to the digits that were written; percentages have four decimals.

    >>> delta = understand("$1,299.00/mo", "$1,199.00/mo")
    >>> delta.absolute, delta.percent, delta.currency, delta.unit
    (-100.0, -7.6982, '$', 'mo')
    """
    if isinstance(previous, bool) or isinstance(current, bool):
        if isinstance(previous, bool) and isinstance(current, bool):
            return Delta(kind="boolean", previous=previous, current=current)
        return None
    if isinstance(previous, str) and isinstance(current, str):
        return _compare_texts(previous, current)
    old, new = _read_alone(previous), _read_alone(current)
    if old is None or new is None:
        return None
    # Where the number is the same, only the type differs: that is no difference of +0 %.
    is_same = type(previous) is not type(current) and subtract(old, new) == 0
    return None if is_same else _compare_amounts(old, new)


def _read_alone(value: JsonValue) -> Amount | None:
    """Return the one number that a value is, as JSON or as text."""
    if isinstance(value, (int, float)):
        return read_number(value)
    if not isinstance(value, str) or not _is_readable(value):
        return None
    (sentence,) = _read_texts(value)
    return _find_amount(sentence) if sentence.is_bare else None


def _is_readable(text: str) -> bool:
    """Return whether there may be something to understand; an address is nothing of the kind."""
    if len(text) > _MAX_CHARS or "://" in text:
        return False
    return 0 < len(_DIGITS.findall(text)) <= _MAX_NUMBERS


def _compare_texts(previous: str, current: str) -> Delta | None:
    if not _is_readable(previous) or not _is_readable(current):
        return None
    old, new = _read_texts(previous, current)
    if old.words == new.words:
        pairs = zip(old.tokens, new.tokens, strict=True)
        changed = [pair for pair in pairs if not _is_same(*pair)]
        if len(changed) == 1 or len(old.tokens) == 1:
            one, other = changed[0] if changed else (old.tokens[0], new.tokens[0])
            return _compare_tokens(one, other)
        return None
    one_amount, other_amount = _find_amount(old), _find_amount(new)
    if one_amount is None or other_amount is None:
        return None
    if old.is_aside != new.is_aside:
        return None
    is_money = one_amount.currency is not None and one_amount.currency == other_amount.currency
    is_pair = is_money or (old.is_bare and new.is_bare)
    return _compare_amounts(one_amount, other_amount) if is_pair else None


def _is_same(one: _Token, other: _Token) -> bool:
    if isinstance(one.value, Amount) and isinstance(other.value, Amount):
        return subtract(one.value, other.value) == 0
    return one.text == other.text


def _find_amount(sentence: _Sentence) -> Amount | None:
    """Return the only number of a text that holds no date."""
    if len(sentence.tokens) != 1:
        return None
    value = sentence.tokens[0].value
    return value if isinstance(value, Amount) else None


def _compare_tokens(one: _Token, other: _Token) -> Delta | None:
    if isinstance(one.value, Moment) and isinstance(other.value, Moment):
        return _compare_moments(one.value, other.value)
    if isinstance(one.value, Amount) and isinstance(other.value, Amount):
        return _compare_amounts(one.value, other.value)
    return None


def _compare_amounts(previous: Amount, current: Amount) -> Delta | None:
    """Compare two numbers, unless they are of different currencies or units."""
    if None not in {previous.currency, current.currency} and previous.currency != current.currency:
        return None
    shared_unit = None
    if previous.unit and current.unit:
        if fold_unit(previous.unit) != fold_unit(current.unit):
            return None
        shared_unit = current.unit
    return Delta(
        kind="number",
        previous=previous.value,
        current=current.value,
        absolute=subtract(current, previous),
        percent=compare_percent(current, previous),
        currency=current.currency if previous.currency else None,
        unit=shared_unit,
    )


def _compare_moments(previous: Moment, current: Moment) -> Delta:
    delta = Delta(kind="date", previous=previous.text, current=current.text)
    if previous.is_month or current.is_month:
        return delta  # a month is of 28 days, or of 31
    if (previous.timed, previous.zoned) != (current.timed, current.zoned):
        return delta  # how far a day is from an hour, nobody can say
    seconds = subtract(_count_seconds(current), _count_seconds(previous))
    return replace(delta, absolute=seconds)


def _count_seconds(moment: Moment) -> Amount:
    return Amount(moment.ticks, moment.scale, whole=not moment.scale)


def _read_texts(*texts: str) -> list[_Sentence]:
    """Read texts that share their way of writing numbers."""
    plain = [plain_text(text) for text in texts]
    order = settle_order(plain)
    dates = [find_dates(text, order) for text in plain]
    numerals = [
        find_numerals(text, [(span.start, span.end) for span in spans])
        for text, spans in zip(plain, dates, strict=True)
    ]
    together = [numeral for each in numerals for numeral in each]
    marks = list_marks(together)
    currency = next((each.currency for each in together if each.currency), None)
    sentences = []
    for text, spans, found in zip(plain, dates, numerals, strict=True):
        tokens = [
            _Token(start, end, moment.text if moment else text[start:end], moment)
            for start, end, moment in spans
        ]
        for each in found:
            is_alone = each.outer_start == 0 and each.outer_end == len(text)
            value = read_numeral(each, marks, currency, is_alone=is_alone)
            tokens.append(_Token(each.start, each.end, text[each.start : each.end], value))
        sentences.append(_take_apart(text, sorted(tokens, key=lambda token: token.start), found))
    return sentences


def _take_apart(text: str, tokens: list[_Token], numerals: Sequence[Numeral]) -> _Sentence:
    starts = [token.start for token in tokens]
    ends = [token.end for token in tokens]
    words = tuple(
        text[end:start] for end, start in zip([0, *ends], [*starts, len(text)], strict=True)
    )
    if len(tokens) != 1 or len(numerals) != 1:
        return _Sentence(words, tuple(tokens), is_bare=False)
    (token,), (numeral,) = tokens, numerals
    before, after = text[: numeral.outer_start].strip(), text[numeral.outer_end :].strip()
    amount = token.value
    if isinstance(amount, Amount) and amount.unit is None and not before and after.isalpha():
        # A single word behind a single number is what it counts: 5 stars.
        token = token._replace(value=amount._replace(unit=after))
        after = ""
    is_aside = numeral.wrapped and not numeral.negative
    return _Sentence(words, (token,), is_bare=not before and not after, is_aside=is_aside)
