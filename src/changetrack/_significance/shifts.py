"""Numbers that became others, came or went, and by how much."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from changetrack._fielddiff.amounts import Amount, compare_percent, subtract
from changetrack._fielddiff.currencies import fold_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._significance.readings import Reading


class _Named(NamedTuple):
    """A number, what it is called, and how it is written in a text."""

    amount: Amount
    name: str
    written: str


class Shift(NamedTuple):
    """A number that became another one, came or went; in a text, with how it is written there."""

    label: str
    previous: Amount | None
    current: Amount | None
    written_before: str = ""
    written_now: str = ""

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
        # A page is quoted: who wrote 120,00 € is not told of 120 EUR.
        before = self.written_before or _spell_amount(self.previous)
        now = self.written_now or _spell_amount(self.current)
        if self.previous is None:
            return f" appeared as {now}"
        if self.current is None:
            return f" is gone (it was {before})"
        said = f" went from {before} to {now}"
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
    """Return the numbers that differ, in their order.

    Two texts with the same words between their numbers have them in pairs. In others, those of one
    currency and unit are, if there are as many on both sides; all else came or went. `label` names
    them all; without one, each has what stands before it.
    """
    olds, news = _name_amounts(old, label), _name_amounts(new, label)
    if old and new and old.rest == new.rest:
        return list(_pair_amounts(olds, news))
    shifts: list[Shift] = []
    for kind in dict.fromkeys(map(_find_kind, (*olds, *news))):
        before, after = (
            [each for each in side if _find_kind(each) == kind] for side in (olds, news)
        )
        shifts += _pair_amounts(before, after)
    return shifts


def _name_amounts(reading: Reading | None, label: str | None) -> list[_Named]:
    if reading is None:
        return []
    told = zip_longest(reading.amounts, reading.labels, reading.spellings)
    return [
        _Named(amount, label or name or "a number", written or "") for amount, name, written in told
    ]


def _find_kind(named: _Named) -> tuple[str | None, str | None]:
    amount = named.amount
    return amount.currency, fold_unit(amount.unit) if amount.unit else None


def _pair_amounts(olds: list[_Named], news: list[_Named]) -> Iterator[Shift]:
    if len(olds) != len(news):
        olds, news = _strip_common(olds, news)
    if len(olds) == len(news):
        for one, other in zip(olds, news, strict=True):
            if not is_same_amount(one.amount, other.amount):
                yield Shift(other.name, one.amount, other.amount, one.written, other.written)
        return
    yield from (Shift(one.name, one.amount, None, one.written) for one in olds)
    yield from (Shift(other.name, None, other.amount, "", other.written) for other in news)


def _strip_common(olds: list[_Named], news: list[_Named]) -> tuple[list[_Named], list[_Named]]:
    """Take off what both begin and end with."""
    least = min(len(olds), len(news))
    ahead = 0
    while ahead < least and is_same_amount(olds[ahead].amount, news[ahead].amount):
        ahead += 1
    behind = 0
    while behind < least - ahead and is_same_amount(
        olds[-1 - behind].amount, news[-1 - behind].amount
    ):
        behind += 1
    return olds[ahead : len(olds) - behind], news[ahead : len(news) - behind]


def is_same_amount(one: Amount, other: Amount) -> bool:
    """Return whether two amounts are the same, however they are written."""
    units = [fold_unit(each.unit) if each.unit else None for each in (one, other)]
    return subtract(one, other) == 0 and one.currency == other.currency and units[0] == units[1]
