"""What a line or a value says: its numbers, its dates, its states, and the words between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from changetrack._fielddiff.amounts import Amount, read_number
from changetrack._fielddiff.dates import find_dates, settle_order
from changetrack._fielddiff.figures import list_marks, read_numeral
from changetrack._fielddiff.numerals import find_numerals, plain_text
from changetrack._significance.markup import list_words, read_visible
from changetrack._significance.words import MONTHS, find_states

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from changetrack._fielddiff.dates import DayOrder
    from changetrack._models import JsonValue

# A longer line is read up to here: its classes repeat. It is a page without line ends.
MOST_CHARS = 20_000
# Of two lines that are longer, only what differs is read, with so much before and behind it.
_LONG_CHARS = 2_000
_AROUND = 100
# What stands before a number names it: so many characters of it fit into a sentence.
_MOST_LABEL = 40

# What stands for a number, a date, a state among the words.
_MARKS = {"amount": "\x01", "date": "\x02", "state": "\x03"}
# No date and no time of day is without one, and most texts are.
_DIGIT = re.compile(r"\d")
_CLOCK = re.compile(
    r"(?<![\w.,:])[0-2]?\d:[0-5]\d(?::[0-5]\d)?(?:\s?[ap]\.?m\b)?(?![\w:])", re.IGNORECASE
)


_MARKUP = dict.fromkeys(map(ord, "*_`~#"))
# A day without its year, or a month with it: no moment, but a date all the same.
_DAY = re.compile(
    rf"(?<![\w.,])\d{{1,2}}(?:\.|st|nd|rd|th|er)?\s(?:de\s)?{MONTHS}(?!\w)"
    rf"|(?<!\w){MONTHS}\s\d{{1,2}}(?:st|nd|rd|th)?(?![\w.,]\d|\w)"
    rf"|(?<!\w){MONTHS}\s(?:de\s)?(?:19|20)\d\d(?!\w)"
    r"|(?<!\d)\d{1,2}月\d{1,2}日"
)


class Reading(NamedTuple):
    """A text that was understood as far as it can be.

    `words` are all of its words, `rest` those that are left when amounts, dates and states are
    taken out, with a mark where each was. `labels` are what stands before each amount, `spellings`
    how each is written. `is_cut` says that there is more text than was read.
    """

    raw: str
    text: str = ""
    targets: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = ()
    labels: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    is_cut: bool = False


class _Found(NamedTuple):
    start: int
    end: int
    kind: str
    value: Amount | str


def read_texts(*raws: str, is_code: bool = False) -> list[Reading]:
    """Return what texts say that write their numbers in the same way.

    Of code every character counts: what is left of it is one word.

    >>> (reading,) = read_texts("- **Pro**: $29.00 / mo, sold out")
    >>> reading.amounts[0].value, reading.amounts[0].currency, reading.states, reading.labels
    (29.0, '$', ('sold out',), ('Pro',))
    """
    heads = [raw[:MOST_CHARS] for raw in raws]
    visible = [(head, ()) if is_code else read_visible(head) for head in heads]
    plain = [text if is_code else plain_text(text) for text, _ in visible]
    numerals = [find_numerals(text) for text in plain]
    order = settle_order(plain)
    together = [numeral for each in numerals for numeral in each]
    marks = list_marks(together)
    currency = next((each.currency for each in together if each.currency), None)
    readings = []
    for raw, (_, targets), text, each in zip(raws, visible, plain, numerals, strict=True):
        others = [*_find_dates(text, order), *(_Found(*state) for state in _find_states(text))]
        amounts = []
        for numeral in each:
            is_alone = numeral.outer_start == 0 and numeral.outer_end == len(text)
            value = read_numeral(numeral, marks, currency, is_alone=is_alone)
            if value is not None:
                start, end = numeral.outer_start, numeral.outer_end
                amounts.append(_Found(start, end, "amount", value))
        found = _drop_overlaps(sorted([*others, *amounts], key=_by_place))
        readings.append(_assemble(raw, text, targets, found, is_code=is_code))
    return readings


def cut_common(old: str, new: str) -> tuple[str, str]:
    """Return two texts, where they are long without most of what both begin and end with.

    >>> cut_common("a", "b"), [len(text) for text in cut_common("a " * 9999 + "x", "a " * 9999)]
    (('a', 'b'), [101, 100])
    """
    least = min(len(old), len(new))
    if least < _LONG_CHARS:
        return old, new
    ahead = _count_common(old, new)
    behind = min(_count_common(old[::-1], new[::-1]), least - ahead)
    # Back to a blank if there is one near, so that no word or number is cut.
    first = max(0, ahead - _AROUND)
    start = old.rfind(" ", max(0, first - _AROUND), first) + 1 or first
    last = len(old) - max(0, behind - _AROUND)
    end = old.find(" ", last, last + _AROUND)
    tail = len(old) - (end if end >= 0 else last)
    return old[start : len(old) - tail], new[start : len(new) - tail]


def _count_common(one: str, other: str) -> int:
    """Return how many characters two texts begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _by_place(found: _Found) -> tuple[int, bool, int]:
    # A date goes before its parts and the numbers in it.
    return found.start, found.kind == "amount", -found.end


def _drop_overlaps(found: Iterable[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
        elif kept[-1].kind == "amount" and each.kind == "date":
            kept[-1] = each
    return kept


def _find_dates(text: str, order: DayOrder | None) -> list[_Found]:
    if _DIGIT.search(text) is None:
        return []
    dates = [
        _Found(start, end, "date", moment.text if moment else text[start:end])
        for start, end, moment in find_dates(text, order)
    ]
    parts = [
        _Found(found.start(), found.end(), "date", found[0])
        for pattern in (_CLOCK, _DAY)
        for found in pattern.finditer(text)
    ]
    return [*dates, *parts]


def _find_states(text: str) -> Iterable[tuple[int, int, str, str]]:
    return ((start, end, "state", state) for start, end, state in find_states(text))


def _assemble(
    raw: str, text: str, targets: tuple[str, ...], found: Sequence[_Found], *, is_code: bool
) -> Reading:
    pieces, at = [], 0
    for each in found:
        pieces += [text[at : each.start], _MARKS[each.kind]]
        at = each.end
    left = "".join([*pieces, text[at:]])
    amounts = [
        (each.value, each.start, text[each.start : each.end])
        for each in found
        if isinstance(each.value, Amount)
    ]
    values = {
        kind: tuple(str(each.value) for each in found if each.kind == kind) for kind in _MARKS
    }
    return Reading(
        raw=raw,
        text=text,
        targets=targets,
        words=(text,) if is_code else list_words(text),
        rest=(left,) if is_code else list_words(left),
        amounts=tuple(amount for amount, _, _ in amounts),
        labels=tuple(_label(text, start) for _, start, _ in amounts),
        spellings=tuple(written for _, _, written in amounts),
        dates=values["date"],
        states=values["state"],
        is_cut=len(raw) > MOST_CHARS,
    )


def _label(text: str, start: int) -> str:
    before = text[max(0, start - _MOST_LABEL) : start].rsplit("|", 1)[-1]
    bare = before.translate(_MARKUP)
    return " ".join(bare.split()).strip(" :–—-=([>,;") or "a number"


def read_value(value: JsonValue) -> Reading:
    """Return what a JSON value says; nothing of one that is no string and no number.

    >>> read_value(24).amounts[0].value, read_value("24 €").amounts[0].currency
    (24, 'EUR')
    """
    if isinstance(value, str):
        return read_texts(value)[0]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return Reading(raw="")
    amount = read_number(value)
    # A number is all that there is: no word stands beside it.
    return Reading(raw="", amounts=(amount,) if amount else (), rest=(_MARKS["amount"],))


def read_values(old: JsonValue, new: JsonValue) -> tuple[Reading, Reading]:
    """Return what a JSON value said and what it says; of long texts, only what differs."""
    if isinstance(old, str) and isinstance(new, str):
        before, after = read_texts(*cut_common(old, new))
        return before, after
    return read_value(old), read_value(new)
