"""Field changes as a plan: what is to be done at which place, in either direction.

A plan is two trees of places, those of the value that is changed (the source) and those of the
value that it becomes (the target). Removals stand in the source's, additions in the target's, moves
in both; replacements where their path is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from changetrack._fielddiff.paths import format_path
from changetrack.errors import ChangeDoesNotApply

if TYPE_CHECKING:
    from collections.abc import Iterable

    from changetrack._models import (
        FieldChange,
        FieldOp,
        FieldPath,
        ItemKey,
        JsonValue,
        KeyPath,
        PathSegment,
    )


class Edit(NamedTuple):
    """What is done at a place: what is expected there, and what it becomes."""

    op: FieldOp
    change: FieldChange
    expected: JsonValue = None
    given: JsonValue = None


class Branch:
    """A place of one side, and what is done at it and below it."""

    __slots__ = ("below", "edit", "key", "path")

    def __init__(self, path: FieldPath) -> None:
        # Of the first change that led here: errors speak of changes, not of the way to them.
        self.path = path
        self.edit: Edit | None = None
        # Of the item that is meant, where it has one.
        self.key: ItemKey | None = None
        self.below: dict[PathSegment, Branch] = {}

    @property
    def op(self) -> FieldOp | None:
        """What is done at the place itself."""
        return None if self.edit is None else self.edit.op

    @property
    def is_closed(self) -> bool:
        """Whether the change here speaks of all that is below as well."""
        return self.edit is not None and self.edit.op != "move"

    def refuse(self, problem: str) -> ChangeDoesNotApply:
        """Return the error that says what is wrong here."""
        return ChangeDoesNotApply(format_path(self.path), problem)


def plan_edits(changes: Iterable[FieldChange], *, backward: bool) -> tuple[Branch, Branch]:
    """Return the trees of the source and of the target, each below a place 0 that holds the value.

    Raises:
        ChangeDoesNotApply: two changes are about the same place, or name two items at one place.
    """
    source, target = Branch(()), Branch(())
    for change in changes:
        path, was = change.path, change.path if change.origin is None else change.origin
        if change.op == "move":
            edit = Edit("move", change)
            _plant(source, path if backward else was, edit)
            _plant(target, was if backward else path, edit)
        elif change.op == "replace":
            old, new = change.previous, change.current
            edit = Edit("replace", change, *((new, old) if backward else (old, new)))
            _plant(source if backward else target, path, edit)
        else:
            value = change.current if change.op == "add" else change.previous
            if (change.op == "add") is backward:
                _plant(source, path, Edit("remove", change, expected=value))
            else:
                _plant(target, path, Edit("add", change, given=value))
    return source, target


def _plant(tree: Branch, path: FieldPath, edit: Edit) -> None:
    if not path and edit.op != "replace":
        raise ChangeDoesNotApply(format_path(path), _WHOLE[edit.op])
    node = tree
    for segment, key in zip((0, *path), (0, *_find_keys(path, edit.change)), strict=True):
        below = node.below.get(segment)
        if below is None:
            below = node.below[segment] = Branch(path)
        if node.is_closed:
            break
        node = below
        if isinstance(key, tuple) and key.names and key != node.key:
            if node.key is not None:
                raise ChangeDoesNotApply(format_path(path), _OTHER_ITEM)
            node.key = key
    if node.is_closed or node.edit or (node.below and edit.op != "move"):
        raise ChangeDoesNotApply(format_path(path), "another change is about the same place")
    node.path, node.edit = path, edit


def _find_keys(path: FieldPath, change: FieldChange) -> KeyPath:
    """Return the way to a place by the keys of items, as far as they are known."""
    keys = change.key_path
    return path if keys is None or len(keys) != len(path) else keys


_OTHER_ITEM = "another change names another item there"
_WHOLE: dict[FieldOp, str] = {
    "add": "it is already there",
    "remove": "the whole value cannot be removed",
    "move": "the whole value cannot be moved",
}
