"""What conditions are held against, each part worked out when the first condition asks for it."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from changetrack._significance.carried import pair_carried
from changetrack._significance.conditions.nodes import find_place, list_nodes
from changetrack._significance.conditions.patterns import matches
from changetrack._significance.conditions.wordings import Text, Wording
from changetrack._significance.lines import list_line_changes
from changetrack._significance.readings import list_shifts, read_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changetrack._fielddiff import FieldDiff
    from changetrack._models import JsonValue, KeyPath, PathSegment
    from changetrack._significance.conditions.nodes import Node
    from changetrack._significance.conditions.patterns import Part
    from changetrack._significance.lines import LineChange
    from changetrack._significance.models import Stats
    from changetrack._significance.readings import Shift
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
        self._shifts: dict[int, Shift | None] = {}

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

    def find_nodes(self, parts: Sequence[Part]) -> list[Node]:
        """Return the values at the places that a pattern fits."""
        # Most patterns end in a name, and most values have another one.
        last = parts[-1] if parts else None
        nodes = self._by_name.get(last, ()) if isinstance(last, str) else self.nodes
        return [node for node in nodes if matches(parts, node.path, node.key_path)]

    def read_shift(self, node: Node) -> Shift | None:
        """Return the number that a value is or was; None where it is none, or more than one."""
        if id(node) not in self._shifts:
            old = read_value(node.previous) if node.op in ("remove", "replace") else None
            new = read_value(node.current) if node.op in ("add", "replace") else None
            shifts = list_shifts(old, new, node.spelled)
            self._shifts[id(node)] = shifts[0] if len(shifts) == 1 else None
        return self._shifts[id(node)]

    @cached_property
    def line_changes(self) -> tuple[LineChange, ...]:
        """Every line and every cell of the text that changed, moved ones left out."""
        hunks = self.changes.hunks
        carried = pair_carried(self.changes.text_diff, hunks)
        return tuple(change for hunk in hunks for change in list_line_changes(hunk, carried))

    @cached_property
    def line_shifts(self) -> tuple[Shift, ...]:
        """The numbers that changed into others in lines of the text."""
        return tuple(
            shift
            for change in self.line_changes
            if change.old is not None and change.new is not None
            for shift in list_shifts(change.old, change.new, change.label)
            if shift.is_change
        )

    @cached_property
    def wordings(self) -> tuple[Wording, ...]:
        """Every line and every string of the JSON that came, went or became another one."""
        lines = [
            Wording(*(Text.read(side.raw, side.text) if side else None for side in change[:2]))
            for change in self.line_changes
        ]
        strings = [
            Wording(*(Text.read(side) if isinstance(side, str) else None for side in sides))
            for sides in ((node.previous, node.current) for node in self.nodes)
            if any(isinstance(side, str) for side in sides)
        ]
        return (*lines, *strings)

    @cached_property
    def lowered(self) -> tuple[Wording, ...]:
        """The same in small letters."""
        return tuple(wording.lowered for wording in self.wordings)

    def find_current(self, path: KeyPath) -> tuple[JsonValue] | None:
        """Return the value at a place of the current JSON, in a tuple; None where there is none."""
        diff = self.changes.field_diff
        return None if diff is None else find_place(diff.current, path)
