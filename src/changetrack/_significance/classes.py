"""What kind of change something is: one or more classes for each hunk and each field."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from changetrack._significance.boilerplate import is_boilerplate, is_boilerplate_change
from changetrack._significance.carried import NOTHING_CARRIED
from changetrack._significance.lines import list_line_changes
from changetrack._significance.markup import find_level
from changetrack._significance.readings import list_shifts
from changetrack._significance.scoring import Observed
from changetrack._significance.words import is_price_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from changetrack._significance.carried import Carried
    from changetrack._significance.lines import LineChange
    from changetrack._significance.models import ChangeClass
    from changetrack._significance.readings import Reading, Shift
    from changetrack._structure.models import RichHunk

# In a line of more words, a number, a date or a state that comes or goes with it is a detail.
SHORT_WORDS = 8

# Classes of a whole hunk: beside any other one, they say nothing of it.
_ONLY: frozenset[ChangeClass] = frozenset({"formatting-only", "moved-only"})


def observe_hunk(hunk: RichHunk, carried: Carried = NOTHING_CARRIED) -> Observed:
    """Return what is to be seen of a hunk: its classes, how much changed, and where."""
    place = hunk.place
    depth, in_table = len(place.heading), place.table is not None
    lines = [*hunk.removed, *hunk.added]
    changes = list_line_changes(hunk, carried)
    if not changes:
        # Blank lines, if it did not move.
        kind: ChangeClass = "moved-only" if hunk.moved else "formatting-only"
        words = sum(len(line.split()) for line in lines)
        return Observed(frozenset({kind}), words=words, depth=depth, in_table=in_table)
    classes = set(_compare_wholes(changes, is_code=place.fenced))
    words = sum(_count_changed(change) for change in changes)
    if classes:
        return Observed(frozenset(classes), words=words, depth=depth, in_table=in_table)
    shifts: list[Shift] = []
    for change in changes:
        found = _list_line_shifts(change)
        shifts += found
        classes |= classify_line(change, found, is_code=place.fenced)
    level = 0 if place.fenced else _find_highest(changes)
    return Observed(
        frozenset(classes - _ONLY or classes),
        words=words,
        shift=find_largest(shifts),
        level=level,
        depth=depth,
        in_table=in_table,
    )


def _compare_wholes(changes: Iterable[LineChange], *, is_code: bool) -> Iterable[ChangeClass]:
    """Yield the class of lines that say the same all together, however they are broken."""
    if is_code:
        return
    olds = [change.old for change in changes if change.old]
    news = [change.new for change in changes if change.new]
    if [word for each in olds for word in each.words] != [
        word for each in news for word in each.words
    ]:
        return
    targets = [target for each in olds for target in each.targets]
    same = targets == [target for each in news for target in each.targets]
    yield "formatting-only" if same else "link-only"


def classify_line(
    change: LineChange, shifts: list[Shift], *, is_code: bool = False
) -> set[ChangeClass]:
    """Return the classes of one line or cell, or of one value of the JSON as a text."""
    old, new = change.old, change.new
    if old is not None and new is not None:
        if not is_code and old.words == new.words:
            return {"formatting-only" if old.targets == new.targets else "link-only"}
        if not is_code and is_boilerplate_change(old.text, new.text):
            return {"boilerplate"}
        classes = _classify_values(change, shifts)
        if _says_same(old, new):
            return classes or {"formatting-only"}
    else:
        side = change.sides[0]
        if not is_code and is_boilerplate(side.text):
            return {"boilerplate"}
        is_short = len(side.words) <= SHORT_WORDS
        classes = {each for each in _classify_values(change, shifts) if is_short or each == "price"}
        if not [word for word in side.rest if word > "\x03"]:
            return classes or {"text"}
    is_heading = not is_code and any(find_level(side.raw) for side in change.sides)
    return {*classes, "heading" if is_heading else "text"}


def _says_same(old: Reading, new: Reading) -> bool:
    return old.rest == new.rest


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


def _list_line_shifts(change: LineChange) -> list[Shift]:
    # The label of a cell names its row too, which may be called anything.
    return list_shifts(change.old, change.new)


def _count_changed(change: LineChange) -> int:
    """Return how many words one side has that the other has not, at least one."""
    old, new = (Counter(side.words if side else ()) for side in (change.old, change.new))
    return max(1, (old - new).total() + (new - old).total())


def _find_highest(changes: Iterable[LineChange]) -> int:
    levels = [find_level(side.raw) for change in changes for side in change.sides]
    return min((level for level in levels if level), default=0)


def find_largest(shifts: Iterable[Shift]) -> float | None:
    """Return the largest change of a number in percent, with its sign; None if none has one."""
    percents = [percent for shift in shifts if (percent := shift.percent) is not None]
    return max(percents, key=abs, default=None)
