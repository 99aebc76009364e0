"""What kind of change a field of the JSON is: its name says as much as its value."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from changetrack._significance.classes import classify_line, find_largest, mask_change
from changetrack._significance.lines import LineChange
from changetrack._significance.readings import MOST_CHARS, read_value, read_values
from changetrack._significance.scoring import Observed
from changetrack._significance.shifts import list_shifts
from changetrack._significance.words import (
    is_availability_name,
    is_price_name,
    is_target_name,
    is_volatile_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from changetrack._models import FieldChange, JsonValue, PathSegment
    from changetrack._significance.models import ChangeClass
    from changetrack._significance.readings import Reading
    from changetrack._significance.shifts import Shift

# Of an object that came or went so many values are looked at: their classes repeat.
_MOST_VALUES = 200

# What reading costs, in steps of about a microsecond: a value, each of its characters, and each
# number among them, which takes the most.
_VALUE_STEPS, _CHAR_STEPS, _NUMBER_STEPS = 30, 1, 15
_NUMBERS = re.compile(r"\d+")
# A number or a price takes no more. For such a third is kept: long texts often come first.
_SHORT_STEPS = 200
_KEPT_STEPS = 200_000
_ADDRESSES = ("http://", "https://", "mailto:", "//", "/")


@dataclass(slots=True)
class Allowance:
    """What reading the values of one diff may cost, in all: less than a second.

    Ten thousand numbers, four thousand prices, or a thousand paragraphs. It is counted and not
    timed, so that it is the same wherever it is counted.
    """

    left: int = 600_000

    def take(self, *values: JsonValue) -> bool:
        """Return whether values may be read; what they cost is taken."""
        if self.left <= 0:
            return False
        texts = [value[:MOST_CHARS] for value in values if isinstance(value, str)]
        steps = len(values) * _VALUE_STEPS + sum(map(len, texts)) * _CHAR_STEPS
        if self.left <= _KEPT_STEPS and steps > _SHORT_STEPS:
            return False
        steps += sum(len(_NUMBERS.findall(text)) for text in texts) * _NUMBER_STEPS
        self.left -= steps
        return True


class _Leaf(NamedTuple):
    """A value that is no container, with the name that it goes by; None where there is none."""

    name: str
    old: Reading | None
    new: Reading | None
    values: tuple[JsonValue, ...]


def observe_change(change: FieldChange, allowance: Allowance) -> Observed:
    """Return what is to be seen of a field change: its classes, how much changed, and where.

    Its values are read as far as the allowance goes.
    """
    depth = sum(isinstance(segment, str) for segment in change.path[:-1])
    if change.op == "move":
        return Observed(frozenset({"moved-only"}), words=1, depth=depth)
    classes: set[ChangeClass] = set()
    shifts: list[Shift] = []
    words = 0
    for leaf in _list_leaves(change, allowance):
        found = list_shifts(leaf.old, leaf.new, leaf.name)
        shifts += found
        classes |= _classify(leaf, found)
        words += _count_changed(leaf)
    return Observed(
        frozenset(classes or {"text"}),  # an empty object came or went, or one that is not read
        words=max(1, words),
        shift=find_largest(shifts),
        depth=depth,
    )


def _list_leaves(change: FieldChange, allowance: Allowance) -> Iterator[_Leaf]:
    name = _find_name(change.path)
    old, new = change.previous, change.current
    is_pair = change.op == "replace" and not isinstance(old, (dict, list))
    if is_pair and not isinstance(new, (dict, list)):
        if allowance.take(old, new):
            yield _Leaf(name, *read_values(old, new), (old, new))
        return
    if change.op != "add":
        for key, value in _walk(name, old, allowance):
            yield _Leaf(key, read_value(value), None, (value,))
    if change.op != "remove":
        for key, value in _walk(name, new, allowance):
            yield _Leaf(key, None, read_value(value), (value,))


def _find_name(segments: Sequence[PathSegment]) -> str:
    return next((segment for segment in reversed(segments) if isinstance(segment, str)), "")


def _walk(name: str, root: JsonValue, allowance: Allowance) -> Iterator[tuple[str, JsonValue]]:
    """Yield the first values in a value and their names; items go by that of their list."""
    pending: list[tuple[str, JsonValue]] = [(name, root)]
    seen = 0
    while pending and seen < _MOST_VALUES:
        key, value = pending.pop()
        seen += 1
        if isinstance(value, dict):
            pending += reversed(value.items())
        elif isinstance(value, list):
            pending += ((key, item) for item in reversed(value[:_MOST_VALUES]))
        elif allowance.take(value):
            yield key, value


def _classify(leaf: _Leaf, shifts: list[Shift]) -> set[ChangeClass]:
    has_money = any(
        amount and amount.currency for shift in shifts for amount in (shift.previous, shift.current)
    )
    if is_volatile_name(leaf.name) and not has_money:
        return {"boilerplate"}
    if is_availability_name(leaf.name) and not has_money:
        return {"availability"}
    if leaf.old and leaf.new and _is_target(leaf):
        return {"link-only"}
    if any(isinstance(value, str) for value in leaf.values):
        change, volatile = mask_change(LineChange(leaf.old, leaf.new, column=leaf.name))
        found = list_shifts(change.old, change.new, leaf.name)
        return _without_markup_classes(classify_line(change, found, volatile=volatile), leaf)
    if not shifts:
        return {"text"}
    return {"price" if has_money or is_price_name(leaf.name) else "number"}


def _is_target(leaf: _Leaf) -> bool:
    values = [value for value in leaf.values if isinstance(value, str)]
    if len(values) != len(leaf.values):
        return False
    written = all(" " not in value for value in values)
    return written and (
        is_target_name(leaf.name) or all(value.startswith(_ADDRESSES) for value in values)
    )


def _without_markup_classes(classes: set[ChangeClass], leaf: _Leaf) -> set[ChangeClass]:
    """Return the classes of a value: one of another type is no formatting, and # no heading."""
    kinds = {type(value) for value in leaf.values}
    renamed: Iterable[ChangeClass] = (
        "text" if each == "heading" or (each == "formatting-only" and len(kinds) > 1) else each
        for each in classes
    )
    return set(renamed)


def _count_changed(leaf: _Leaf) -> int:
    old, new = (Counter(side.words if side else ()) for side in (leaf.old, leaf.new))
    return max(1, (old - new).total() + (new - old).total())
