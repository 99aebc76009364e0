"""Field changes put onto a value, and taken back (DESIGN §5).

From the typed changes only: the path map cannot tell null from missing. What is expected is
checked, so a diff lands on the value it was made from or not at all.

In a list, a `remove` names a place of the previous list, an `add` one of the current list, a `move`
one of both; all other items keep their order and fill the rest. So changes have no order: those of
the source value's places and those of the target's are two trees, gone down side by side. An item
that a change names by its key must have that key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from changetrack._fielddiff.compare import FieldDiff
from changetrack._fielddiff.edits import Branch, plan_edits
from changetrack._hashing import copy_json, same_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from changetrack._models import FieldChange, JsonValue, PathSegment


def apply_fields(changes: Iterable[FieldChange], previous: JsonValue) -> JsonValue:
    """Return the current value that the changes lead to from the previous one.

    Takes a `FieldDiff` or its changes. The result equals the current value as typed JSON; keys that
    both sides have keep the previous side's order, added ones follow in the current side's. Nothing
    that is given is changed or shared. What a tolerance suppressed stays as it was. Where the order
    of lists does not count, give the diff itself, or its `list_edits()`: its changes alone do not
    say what moved, and below an item with another key than theirs they do not apply.

    Raises:
        ChangeDoesNotApply: the previous value is not what a change expects.
        InvalidJson: a value is not JSON.

    >>> from changetrack import diff_fields
    >>> apply_fields(diff_fields({"price": 19}, {"price": 24, "new": None}), {"price": 19})
    {'price': 24, 'new': None}
    """
    return _patch(plan_edits(_list_changes(changes), backward=False), previous)


def revert_fields(changes: Iterable[FieldChange], current: JsonValue) -> JsonValue:
    """Return the previous value that the changes came from; the inverse of `apply_fields`.

    The result equals the previous value as typed JSON; keys that were removed come back at the end.

    Raises:
        ChangeDoesNotApply: the current value is not what a change expects.
        InvalidJson: a value is not JSON.

    >>> from changetrack import diff_fields
    >>> revert_fields(diff_fields([1, 2, 3], [1]), [1])
    [1, 2, 3]
    """
    return _patch(plan_edits(_list_changes(changes), backward=True), current)


def _list_changes(changes: Iterable[FieldChange]) -> Iterable[FieldChange]:
    if not isinstance(changes, FieldDiff):
        return changes
    return changes.list_edits()


_Container: TypeAlias = "dict[str, JsonValue] | list[JsonValue]"
# What is to be done in the value at a place: at places of the source's, of the target's.
_Task: TypeAlias = "tuple[_Container, PathSegment, Branch, Branch]"

_NOTHING = Branch(())
_NO_PLACE = "there is no such place"
_NOT_THERE = "it is not there"


def _patch(plan: tuple[Branch, Branch], value: JsonValue) -> JsonValue:
    # The root stands in a list, so that it can be replaced like everything else.
    root: list[JsonValue] = [copy_json(value)]
    pending: list[_Task] = list(_edit_list(root, *plan))
    while pending:
        container, key, source, target = pending.pop()
        child = container[key]  # type: ignore[index]
        for branch in (source, target):
            _check_key(child, branch)
        if isinstance(child, dict):
            pending += _edit_dict(child, source, target)
        elif isinstance(child, list):
            pending += _edit_list(child, source, target)
        else:
            raise next(iter((source.below or target.below).values())).refuse(_NO_PLACE)
    return root[0]


def _edit_dict(container: dict[str, JsonValue], source: Branch, target: Branch) -> Iterator[_Task]:
    for key, branch in source.below.items():
        if branch.op == "remove":
            _expect(container, key, branch)
            del container[key]  # type: ignore[arg-type] # what is expected is there
    for key, branch in (*source.below.items(), *target.below.items()):
        if branch.op == "replace":
            _replace(container, key, branch)
        elif branch.op == "add":
            _add(container, key, branch)
        elif branch.op != "remove" and (branch.op == "move" or key not in container):
            raise branch.refuse(_NO_PLACE)
    return _list_tasks(container, {key: key for key in source.below}, source, target)


def _edit_list(items: list[JsonValue], source: Branch, target: Branch) -> Iterator[_Task]:
    for key, branch in source.below.items():
        if branch.op == "replace":
            _replace(items, key, branch)
        elif branch.op == "remove":
            _expect(items, key, branch)
        elif not _has(items, key):
            raise branch.refuse(_NO_PLACE)
    places = _arrange(items, source, target)
    for key, branch in target.below.items():
        if branch.op == "replace":
            _replace(items, key, branch)
        elif not _has(items, key):
            raise branch.refuse(_NO_PLACE)
    return _list_tasks(items, places, source, target)


def _list_tasks(
    container: _Container,
    places: Mapping[PathSegment, PathSegment],
    source: Branch,
    target: Branch,
) -> Iterator[_Task]:
    """Yield what is left to do below, each place once; `places` are the targets of the source's."""
    ways = {places[key]: way for key, way in _list_ways(source)}
    for key, way in ways.items():
        yield container, key, way, _find_way(target, key)
    for key, way in _list_ways(target):
        if key not in ways:
            yield container, key, _NOTHING, way


def _list_ways(branch: Branch) -> list[tuple[PathSegment, Branch]]:
    return [(key, way) for key, way in branch.below.items() if way.below and not way.is_closed]


def _find_way(branch: Branch, key: PathSegment) -> Branch:
    """Return the branch that goes on below a place; one without anything where none does."""
    found = branch.below.get(key, _NOTHING)
    return _NOTHING if found.is_closed else found


def _arrange(
    items: list[JsonValue], source: Branch, target: Branch
) -> Mapping[PathSegment, PathSegment]:
    """Remove, add and move items; return where those stand now that have more to do below."""
    leaving = {key: branch for key, branch in source.below.items() if branch.op in _LEAVING}
    arriving = {key: branch for key, branch in target.below.items() if branch.op in _ARRIVING}
    if not leaving and not arriving:
        return {key: key for key in source.below}
    staying = [place for place in range(len(items)) if place not in leaving]
    arranged: list[JsonValue] = [None] * (len(staying) + len(arriving))
    places: dict[PathSegment, PathSegment] = {}
    moved = {id(branch.edit): key for key, branch in leaving.items() if branch.op == "move"}
    for key, branch in arriving.items():
        if not _has(arranged, key):
            raise branch.refuse(_NO_PLACE)
        if branch.op == "add":
            arranged[int(key)] = _get_given(branch)
            continue
        origin = moved.pop(id(branch.edit), None)
        if not isinstance(origin, int):
            raise branch.refuse(_NO_PLACE)
        _check_key(items[origin], branch)
        arranged[int(key)], places[origin] = items[origin], int(key)
    if moved:  # to another list
        raise leaving[next(iter(moved.values()))].refuse(_NO_PLACE)
    free = (place for place in range(len(arranged)) if place not in arriving)
    for origin, place in zip(staying, free, strict=True):
        arranged[place], places[origin] = items[origin], place
    items[:] = arranged
    return places


_LEAVING = ("remove", "move")
_ARRIVING = ("add", "move")


def _has(container: _Container, key: PathSegment) -> bool:
    if isinstance(container, dict):
        return key in container
    return isinstance(key, int) and 0 <= key < len(container)


def _expect(container: _Container, key: PathSegment, branch: Branch) -> None:
    if not _has(container, key):
        raise branch.refuse(_NOT_THERE)
    found: JsonValue = container[key]  # type: ignore[index]
    if branch.edit is not None and not same_json(found, branch.edit.expected):
        raise branch.refuse("it has another value")


def _add(container: dict[str, JsonValue], key: PathSegment, branch: Branch) -> None:
    if key in container:
        raise branch.refuse("it is already there")
    if not isinstance(key, str):
        raise branch.refuse(_NO_PLACE)
    container[key] = _get_given(branch)


def _replace(container: _Container, key: PathSegment, branch: Branch) -> None:
    _expect(container, key, branch)
    container[key] = _get_given(branch)  # type: ignore[index]


def _get_given(branch: Branch) -> JsonValue:
    return None if branch.edit is None else copy_json(branch.edit.given)


def _check_key(item: JsonValue, branch: Branch) -> None:
    """Check that what moves, or is changed inside, is the item that was meant."""
    key = branch.key
    if key is not None:
        values = [item.get(name) for name in key.names] if isinstance(item, dict) else []
        if not same_json(values, list(key.values)):
            raise branch.refuse("another item stands there")
