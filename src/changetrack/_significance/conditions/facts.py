"""What conditions are held against, each part worked out when the first condition asks for it."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from changetrack._models import ItemKey
from changetrack._significance.carried import pair_carried
from changetrack._significance.conditions.headings import fold_name, holds
from changetrack._significance.conditions.judgments import cut
from changetrack._significance.conditions.nodes import find_place, list_nodes
from changetrack._significance.conditions.patterns import ANYWHERE, matches
from changetrack._significance.conditions.wordings import Text, Wording, join_texts
from changetrack._significance.lines import list_changes, read_change
from changetrack._significance.readings import read_value, read_values
from changetrack._significance.shifts import list_shifts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from changetrack._fielddiff import FieldDiff
    from changetrack._models import JsonValue, KeyPath, PathSegment
    from changetrack._significance.conditions.nodes import Node
    from changetrack._significance.conditions.patterns import Pattern
    from changetrack._significance.lines import RawChange
    from changetrack._significance.models import Stats
    from changetrack._significance.shifts import Shift
    from changetrack._structure.models import RichHunk, SectionChange
    from changetrack._textdiff import TextDiff

# Of a larger change, the first values are looked at: as many as fit on a hundred screens, and few
# enough for a hundred patterns.
_MOST_NODES = 10_000


class Changes(Protocol):
    """What a diff has to tell; `Diff` does, and works out nothing before it is read."""

    @property
    def text_diff(self) -> TextDiff | None:
        """The diff of the text."""

    @property
    def field_diff(self) -> FieldDiff | None:
        """The diff of the JSON."""

    @property
    def hunks(self) -> tuple[RichHunk, ...]:
        """Each contiguous change of the text."""

    @property
    def sections(self) -> tuple[SectionChange, ...]:
        """What became of each section."""

    @property
    def stats(self) -> Stats:
        """The diff in numbers."""


class Facts:
    """The changes of one diff, as conditions see them."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        # By identity: what they are of is kept as long as they are.
        self._shifts: dict[int, Shift | None] = {}
        self._read: dict[int, tuple[Shift, ...]] = {}
        self._measures: dict[str, dict[int, float | None]] = {}
        self._found: dict[tuple[str, bool], list[Node]] = {}

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every value of the JSON that came, went or became another one."""
        diff = self.changes.field_diff
        return () if diff is None else tuple(islice(list_nodes(diff), _MOST_NODES))

    @cached_property
    def _by_name(self) -> dict[PathSegment, list[Node]]:
        named: dict[PathSegment, list[Node]] = {}
        for node in self.nodes:
            if node.path:
                named.setdefault(node.path[-1], []).append(node)
        return named

    def find_nodes(self, pattern: Pattern, *, inside: bool = False) -> list[Node]:
        """Return the values at the places that a pattern fits, or (`inside`) below them too."""
        found = self._found.get((pattern.text, inside))
        if found is None:
            parts = (*pattern.parts, ANYWHERE) if inside else pattern.parts
            # Most patterns end in a name, and most values have another one.
            last = parts[-1] if parts else None
            nodes = self._by_name.get(last, ()) if isinstance(last, str) else self.nodes
            found = [node for node in nodes if matches(parts, node.path, node.key_path)]
            self._found[pattern.text, inside] = found
        return found

    def spell_path(self, pattern: Pattern) -> str:
        """Return a pattern that nothing was found by, and why it may be that nothing could be."""
        diff = self.changes.field_diff
        rules = None if diff is None else diff.rules
        has_keys = rules is not None and (rules.infers or rules.list_keys)
        shown = cut(pattern.text)
        if has_keys or not any(isinstance(part, ItemKey) for part in pattern.parts):
            return shown
        return f"{shown} (without list keys, items go by their position)"

    def read_shift(self, node: Node) -> Shift | None:
        """Return the number that a value is or was; None where it is none, or more than one."""
        if id(node) not in self._shifts:
            self._shifts[id(node)] = _read_shift(node)
        return self._shifts[id(node)]

    def measure(self, shifts: Iterable[Shift], what: str) -> Iterator[float | None]:
        """Yield by how much each number changed, in percent or absolutely, worked out once."""
        known = self._measures.setdefault(what, {})
        for shift in shifts:
            if id(shift) not in known:
                known[id(shift)] = shift.percent if what == "percent" else shift.absolute
            yield known[id(shift)]

    @cached_property
    def _placed_changes(self) -> tuple[tuple[tuple[str, ...], RawChange], ...]:
        """Every line and every cell of the text that changed, and the headings above."""
        hunks = self.changes.hunks
        carried = pair_carried(self.changes.text_diff, hunks)
        return tuple(
            (hunk.place.heading, change) for hunk in hunks for change in list_changes(hunk, carried)
        )

    @cached_property
    def line_changes(self) -> tuple[RawChange, ...]:
        """Every line and every cell of the text that changed, moved ones left out."""
        return tuple(change for _, change in self._placed_changes)

    @cached_property
    def line_shifts(self) -> tuple[Shift, ...]:
        """The numbers that changed into others in lines of the text."""
        pairs = (change for change in self.line_changes if change.old and change.new)
        return tuple(
            shift
            for change in islice(pairs, _MOST_NODES)
            for shift in self._read_shifts(change)
            if shift.is_change
        )

    def find_shifts(
        self, heading: tuple[str, ...], row: str | None, column: str | None
    ) -> list[Shift]:
        """Return the numbers that changed at a place of the text.

        In a cell that is named, one that came or went is one as well.
        """
        wanted = [fold_name(part) for part in heading]
        found = (
            change
            for above, change in self._placed_changes
            if (row is None or _is_named(change.row, row))
            and (column is None or _is_named(change.column, column))
            and (not wanted or holds(above, wanted))
        )
        is_cell = row is not None or column is not None
        shifts = (
            shift for change in islice(found, _MOST_NODES) for shift in self._read_shifts(change)
        )
        return [shift for shift in shifts if is_cell or shift.is_change]

    def _read_shifts(self, change: RawChange) -> tuple[Shift, ...]:
        """Return the numbers that differ in a line or a cell, read once."""
        found = self._read.get(id(change))
        if found is None:
            read = read_change(change)
            found = tuple(list_shifts(read.old, read.new, read.label))
            self._read[id(change)] = found
        return found

    @cached_property
    def wordings(self) -> tuple[Wording, ...]:
        """Every line and every string of the JSON that came, went or became another one."""
        lines = [
            Wording(*(Text.read(side) if side else None for side in change[:2]))
            for change in self.line_changes
        ]
        strings = [
            Wording(*(Text.read(side) if isinstance(side, str) else None for side in sides))
            for sides in ((node.previous, node.current) for node in self.nodes)
            if any(isinstance(side, str) for side in sides)
        ]
        return (*lines, *strings)

    @cached_property
    def all_words(self) -> str:
        """Everything that they say: what is not in it, none of them has."""
        return join_texts(self.wordings)

    @cached_property
    def all_lowered(self) -> str:
        """The same in small letters."""
        return join_texts(self.lowered)

    @cached_property
    def lowered(self) -> tuple[Wording, ...]:
        """The same in small letters."""
        return tuple(wording.lowered for wording in self.wordings)

    def find_current(self, path: KeyPath) -> tuple[JsonValue] | None:
        """Return the value at a place of the current JSON, in a tuple; None where there is none."""
        diff = self.changes.field_diff
        return None if diff is None else find_place(diff.current, path)


def _is_named(name: str, wanted: str) -> bool:
    return bool(name) and fold_name(name) == fold_name(wanted)


def _read_shift(node: Node) -> Shift | None:
    old = new = None
    if node.op == "replace":
        old, new = read_values(node.previous, node.current)
    elif node.op == "add":
        new = read_value(node.current)
    elif node.op == "remove":
        old = read_value(node.previous)
    shifts = list_shifts(old, new, node.spelled)
    return shifts[0] if len(shifts) == 1 else None
