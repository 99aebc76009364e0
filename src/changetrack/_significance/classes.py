"""What kind of change something is: one or more classes for each hunk and each field."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from changetrack._significance.boilerplate import (
    is_boilerplate,
    is_boilerplate_change,
    mask_volatile,
)
from changetrack._significance.carried import NOTHING_CARRIED
from changetrack._significance.lines import list_changes, read_change
from changetrack._significance.markup import find_level
from changetrack._significance.readings import read_texts
from changetrack._significance.scoring import Observed
from changetrack._significance.shifts import list_shifts
from changetrack._significance.words import is_price_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from changetrack._significance.carried import Carried
    from changetrack._significance.lines import LineChange, RawChange
    from changetrack._significance.models import ChangeClass
    from changetrack._significance.shifts import Shift
    from changetrack._structure.models import RichHunk

# Of more changes in one hunk the first are read, and of the others the words are counted: what kind
# they are repeats.
_MOST_CHANGES = 1_000

# In a line of more words, what comes or goes with it is a detail: a sentence that is new has a
# number in it by chance, a short one may be about a date.
_DETAILS: dict[ChangeClass, int] = {"number": 4, "date": 8, "availability": 8}

# Classes of a whole hunk: beside any other one, they say nothing of it.
_ONLY: frozenset[ChangeClass] = frozenset({"formatting-only", "moved-only"})


def observe_hunk(hunk: RichHunk, carried: Carried = NOTHING_CARRIED) -> Observed:
    """Return what is to be seen of a hunk: its classes, how much changed, and where."""
    place = hunk.place
    depth, in_table = len(place.heading), place.table is not None
    lines = [*hunk.removed, *hunk.added]
    raw = list_changes(hunk, carried)
    changes = [read_change(each) for each in raw[:_MOST_CHANGES]]
    if not changes:
        # Blank lines, if it did not move.
        kind: ChangeClass = "moved-only" if hunk.moved else "formatting-only"
        words = sum(len(line.split()) for line in lines)
        return Observed(frozenset({kind}), words=words, depth=depth, in_table=in_table)
    words = sum(map(_count_changed, changes)) + sum(map(_count_unread, raw[_MOST_CHANGES:]))
    whole = _compare_wholes(changes) if len(changes) == len(raw) else None
    if whole is not None:
        return Observed(frozenset({whole}), words=words, depth=depth, in_table=in_table)
    classes: set[ChangeClass] = set()
    shifts: list[Shift] = []
    for change in changes:
        # Without the label of a cell: it names the row too, which may be called anything.
        plain, volatile = mask_change(change)
        found = list_shifts(plain.old, plain.new)
        shifts += found
        classes |= classify_line(plain, found, volatile=volatile)
    level = 0 if place.fenced else _find_highest(changes)
    return Observed(
        frozenset(classes - _ONLY or classes),
        words=words,
        shift=find_largest(shifts),
        level=level,
        depth=depth,
        in_table=in_table,
    )


def observe_roughly(hunk: RichHunk) -> Observed:
    """Return what is to be seen of a hunk without reading it."""
    kind: ChangeClass = "moved-only" if hunk.op == "move" else "text"
    words = sum(len(line.split()) for line in (*hunk.removed, *hunk.added))
    return Observed(frozenset({kind}), words=words, depth=len(hunk.place.heading))


def _compare_wholes(changes: Sequence[LineChange]) -> ChangeClass | None:
    """Return the class of lines that say the same all together, however they are broken."""
    if any(change.is_code or side.is_cut for change in changes for side in change.sides):
        return None
    olds = [change.old for change in changes if change.old]
    news = [change.new for change in changes if change.new]
    if [word for each in olds for word in each.words] != [
        word for each in news for word in each.words
    ]:
        return None
    targets = [target for each in olds for target in each.targets]
    same = targets == [target for each in news for target in each.targets]
    return "formatting-only" if same else "link-only"


def mask_change(change: LineChange) -> tuple[LineChange, bool]:
    """Return a change without what is volatile in it, and whether that is a part of the change.

    What became volatile, or is so no longer, is not: then both sides are what they are.
    """
    masks = [mask_volatile(side.text) for side in change.sides]
    if change.is_code or not any(mask.parts for mask in masks):
        return change, False
    is_pair = len(masks) > 1
    if is_pair and len(masks[0].parts) != len(masks[1].parts):
        return change, False
    read = read_texts(*(mask.masked for mask in masks))
    sides = [
        masked._replace(raw=side.raw, text=side.text, targets=side.targets)
        for masked, side in zip(read, change.sides, strict=True)
    ]
    plain = change._replace(
        old=sides[0] if change.old is not None else None,
        new=sides[-1] if change.new is not None else None,
    )
    return plain, is_pair and masks[0].parts != masks[1].parts


def classify_line(
    change: LineChange, shifts: list[Shift], *, volatile: bool = False
) -> set[ChangeClass]:
    """Return the classes of one line or cell, or of one value of the JSON as a text.

    `volatile` says that something was masked in it that is boilerplate.
    """
    old, new, is_code = change.old, change.new, change.is_code
    classes: set[ChangeClass] = {"boilerplate"} if volatile else set()
    if old is not None and new is not None:
        if not is_code and old.words == new.words and not (old.is_cut and new.is_cut):
            return classes or {"formatting-only" if old.targets == new.targets else "link-only"}
        if not is_code and is_boilerplate_change(old.text, new.text):
            return {"boilerplate"}
        classes |= _classify_values(change, shifts)
        if old.rest == new.rest and not (old.is_cut and new.is_cut):
            return classes or {"formatting-only"}
    else:
        side = change.sides[0]
        if not is_code and is_boilerplate(side.text):
            return {"boilerplate"}
        size = len(side.words)
        found = _classify_values(change, shifts)
        classes = {each for each in found if size <= _DETAILS.get(each, size)}
        if not [word for word in side.rest if word > "\x03"]:
            return classes or {"text"}
    is_heading = not is_code and any(find_level(side.raw) for side in change.sides)
    return {*classes, "heading" if is_heading else "text"}


def _classify_values(change: LineChange, shifts: Iterable[Shift]) -> set[ChangeClass]:
    """Return the classes of the numbers, dates and states that differ."""
    classes: set[ChangeClass] = set()
    for shift in shifts:
        classes.add("price" if _is_price(change, shift) else "number")
    olds, news = change.old, change.new
    if (olds.dates if olds else ()) != (news.dates if news else ()):
        classes.add("date")
    if (olds.states if olds else ()) != (news.states if news else ()):
        classes.add("availability")
    return classes


def _is_price(change: LineChange, shift: Shift) -> bool:
    if any(amount and amount.currency for amount in (shift.previous, shift.current)):
        return True
    # "Price: 29", or a cell in a column of prices.
    return is_price_name(change.column or shift.label)


def _count_changed(change: LineChange) -> int:
    """Return how many words one side has that the other has not, at least one."""
    old, new = (Counter(side.words if side else ()) for side in (change.old, change.new))
    return max(1, (old - new).total() + (new - old).total())


def _count_unread(change: RawChange) -> int:
    return sum(len(side.split()) for side in change[:2] if side) or 1


def _find_highest(changes: Iterable[LineChange]) -> int:
    levels = [find_level(side.raw) for change in changes for side in change.sides]
    return min((level for level in levels if level), default=0)


def find_largest(shifts: Iterable[Shift]) -> float | None:
    """Return the largest change of a number in percent, with its sign; None if none has one."""
    percents = [percent for shift in shifts if (percent := shift.percent) is not None]
    return max(percents, key=abs, default=None)
