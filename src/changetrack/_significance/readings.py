"""What a line or a value says: its numbers, its dates, its states, and the words between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from changetrack._fielddiff.amounts import Amount, compare_percent, read_number, subtract
from changetrack._fielddiff.currencies import fold_unit
from changetrack._fielddiff.dates import find_dates
from changetrack._fielddiff.figures import list_marks, read_numeral
from changetrack._fielddiff.numerals import find_numerals, plain_text
from changetrack._significance.markup import list_words, read_visible
from changetrack._significance.words import find_states

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from changetrack._models import JsonValue

# Of a longer line, numbers, dates and states are looked for at its beginning; its words all count.
_MOST_CHARS = 20_000
# What stands before a number names it: so many characters of it fit into a sentence.
_MOST_LABEL = 40

# What stands for a number, a date, a state among the words.
_MARKS = {"amount": "\x01", "date": "\x02", "state": "\x03"}
_CLOCK = re.compile(
    r"(?<![\w.,:])[0-2]?\d:[0-5]\d(?::[0-5]\d)?(?:\s?[ap]\.?m\b)?(?![\w:])", re.IGNORECASE
)


_MARKUP = dict.fromkeys(map(ord, "*_`~#"))


class Reading(NamedTuple):
    """A text that was understood as far as it can be.

    `words` are all of its words, `rest` those that are left when amounts, dates and states are
    taken out, with a mark where each was. `labels` are what stands before each amount.
    """

    raw: str
    text: str = ""
    targets: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    amounts: tuple[Amount, ...] = ()
    labels: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    states: tuple[str, ...] = ()


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
    visible = [(raw, ()) if is_code else read_visible(raw) for raw in raws]
    plain = [text if is_code else plain_text(text) for text, _ in visible]
    numerals = [find_numerals(text[:_MOST_CHARS]) for text in plain]
    together = [numeral for each in numerals for numeral in each]
    marks = list_marks(together)
    currency = next((each.currency for each in together if each.currency), None)
    readings = []
    for raw, (_, targets), text, each in zip(raws, visible, plain, numerals, strict=True):
        head = text[:_MOST_CHARS]
        others = [*_find_dates(head), *(_Found(*state) for state in _find_states(head))]
        amounts = []
        for numeral in each:
            value = read_numeral(numeral, marks, currency)
            if value is not None:
                start, end = numeral.outer_start, numeral.outer_end
                amounts.append(_Found(start, end, "amount", value))
        found = _drop_overlaps(sorted([*others, *amounts], key=_by_place))
        readings.append(_assemble(raw, text, targets, found, is_code=is_code))
    return readings


def _by_place(found: _Found) -> tuple[int, bool, int]:
    # A date goes before the numbers in it, the longer before the shorter.
    return found.start, found.kind == "amount", -found.end


def _drop_overlaps(found: Iterable[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
        elif kept[-1].kind == "amount" and each.kind == "date":
            kept[-1] = each
    return kept


def _find_dates(text: str) -> list[_Found]:
    dates = [_Found(each.start, each.end, "date", each.moment.text) for each in find_dates(text)]
    clocks = [
        _Found(found.start(), found.end(), "date", found[0]) for found in _CLOCK.finditer(text)
    ]
    return [*dates, *clocks]


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
    amounts = [(each.value, each.start) for each in found if isinstance(each.value, Amount)]
    values = {
        kind: tuple(str(each.value) for each in found if each.kind == kind) for kind in _MARKS
    }
    return Reading(
        raw=raw,
        text=text,
        targets=targets,
        words=(text,) if is_code else list_words(text),
        rest=(left,) if is_code else list_words(left),
        amounts=tuple(amount for amount, _ in amounts),
        labels=tuple(_label(text, start) for _, start in amounts),
        dates=values["date"],
        states=values["state"],
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


class Shift(NamedTuple):
    """A number that became another one, came or went."""

    label: str
    previous: Amount | None
    current: Amount | None

    @property
    def is_change(self) -> bool:
        """Whether there is a number on both sides."""
        return self.previous is not None and self.current is not None

    @property
    def absolute(self) -> float | None:
        """By how much it is larger; None where the two have nothing in common."""
        if self.previous is None or self.current is None or not self._is_comparable:
            return None
        return subtract(self.current, self.previous)

    @property
    def percent(self) -> float | None:
        """By how many percent it is larger; None where that has no meaning."""
        if self.previous is None or self.current is None or not self._is_comparable:
            return None
        return compare_percent(self.current, self.previous)

    @property
    def _is_comparable(self) -> bool:
        one, other = self.previous, self.current
        if one is None or other is None:
            return False
        if one.currency and other.currency and one.currency != other.currency:
            return False
        return not (one.unit and other.unit) or fold_unit(one.unit) == fold_unit(other.unit)

    @property
    def told(self) -> str:
        """What happened to the number, in the words that follow its name.

        >>> Shift("price", Amount(29), Amount(24)).told
        ' went from 29 to 24 (-17.2 %)'
        """
        if self.previous is None:
            return f" appeared as {_spell_amount(self.current)}"
        if self.current is None:
            return f" is gone (it was {_spell_amount(self.previous)})"
        said = f" went from {_spell_amount(self.previous)} to {_spell_amount(self.current)}"
        return said if self.percent is None else f"{said} ({self.percent:+.1f} %)"


def _spell_amount(amount: Amount | None) -> str:
    if amount is None:
        return "nothing"
    written = f"{amount.value:.15g}"
    if amount.currency is None:
        return written
    # A sign stands before its number, a code behind it.
    is_sign = not amount.currency.isalpha()
    return f"{amount.currency}{written}" if is_sign else f"{written} {amount.currency}"


def list_shifts(old: Reading | None, new: Reading | None, label: str | None = None) -> list[Shift]:
    """Return the numbers that differ, in their order; paired where both sides have as many.

    `label` names them all; without one, each has what stands before it.
    """
    olds = [] if old is None else list(zip(old.amounts, old.labels or [""], strict=False))
    news = [] if new is None else list(zip(new.amounts, new.labels or [""], strict=False))
    if len(olds) != len(news):
        olds, news = _strip_common(olds, news)
    if len(olds) == len(news):
        return [
            Shift(label or name, one, other)
            for (one, _), (other, name) in zip(olds, news, strict=True)
            if not is_same_amount(one, other)
        ]
    gone = [Shift(label or name, one, None) for one, name in olds]
    return gone + [Shift(label or name, None, other) for other, name in news]


_Named = tuple[Amount, str]


def _strip_common(olds: list[_Named], news: list[_Named]) -> tuple[list[_Named], list[_Named]]:
    """Take off what both begin and end with."""
    least = min(len(olds), len(news))
    ahead = 0
    while ahead < least and is_same_amount(olds[ahead][0], news[ahead][0]):
        ahead += 1
    behind = 0
    while behind < least - ahead and is_same_amount(olds[-1 - behind][0], news[-1 - behind][0]):
        behind += 1
    return olds[ahead : len(olds) - behind], news[ahead : len(news) - behind]


def is_same_amount(one: Amount, other: Amount) -> bool:
    """Return whether two amounts are the same, however they are written."""
    units = [fold_unit(each.unit) if each.unit else None for each in (one, other)]
    return subtract(one, other) == 0 and one.currency == other.currency and units[0] == units[1]
