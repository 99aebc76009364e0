"""Since when: for each line and each field of the newest page, the snapshot that it came with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from changetrack._fielddiff import format_key_path, format_path
from changetrack._fielddiff.paths import count_key_chars
from changetrack._fielddiff.rules import make_rules
from changetrack._hashing import dump_json
from changetrack._history.keyed_places import KeyedPlaces
from changetrack._history.leaves import Places
from changetrack._history.models import BlamedField, BlamedLine
from changetrack._models import Limits
from changetrack._normalize import read_markdown, split_lines
from changetrack._snapshots import Snapshot, read_snapshot
from changetrack._textdiff import diff_lines
from changetrack.errors import InvalidSnapshot, MissingContent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from changetrack._history.leaves import Leaf
    from changetrack._models import FieldPath, KeyPath, ListKeys

# A snapshot, or the dict that it was stored as.
Stored: TypeAlias = "Snapshot | Mapping[str, object]"
_Lines: TypeAlias = "list[str]"
_Edits: TypeAlias = "list[tuple[int, int, int, int]]"

_DEFAULT_LIMITS = Limits()


def blame(
    snapshots: Sequence[Stored], *, limits: Limits = _DEFAULT_LIMITS
) -> tuple[BlamedLine, ...]:
    r"""Return for every line of the newest snapshot the one in which it first appeared.

    They are oldest first. A line is followed from snapshot to snapshot through the same edits that
    a diff shows: it is in the one that it is blamed on, and in all after it; one that was away and
    came back is blamed on its return. A line that stands elsewhere than before keeps its origin
    when it is not blank and is the only one of its text in both snapshots; any other that moves
    counts as new.

    Raises:
        MissingContent: a snapshot holds no markdown; the error's path is its index, such as `[3]`.
        InvalidSnapshot: a stored one cannot be read.
        ContentTooLarge: a page is longer than `limits.markdown_chars`.

    >>> lines = blame([{"markdown": "a\nb"}, {"markdown": "a\nc"}, {"markdown": "x\na\nc"}])
    >>> [(line.snapshot, line.text) for line in lines]
    [(2, 'x'), (0, 'a'), (1, 'c')]
    """
    versions = _read_versions(snapshots, limits)
    old: _Lines = []
    origins: list[int] = []
    for index, version in enumerate(versions):
        new = _read_lines(version, index, limits)
        edits = diff_lines(old, new, context=0, limits=limits).edits
        origins = _follow(origins, old, new, edits, index)
        old = new
    return tuple(
        BlamedLine(line=at, text=text, snapshot=origin, captured_at=versions[origin].captured_at)
        for at, (text, origin) in enumerate(zip(old, origins, strict=True), start=1)
    )


def blame_fields(
    snapshots: Sequence[Stored],
    *,
    list_keys: ListKeys | None = None,
    limits: Limits = _DEFAULT_LIMITS,
) -> tuple[BlamedField, ...]:
    """Return for every field of the newest snapshot the one since which it has its value.

    They are oldest first. A field is a value that holds no other, known by its path: it has its
    value in the one that it is blamed on and in all after it. Values are compared with their types.
    Items of a list count by position, or by their keys where `list_keys` names them, as `track`
    takes it; an item without a key that it alone has counts by its position there, too. "infer"
    looks at the newest two.

    Raises:
        MissingContent: a snapshot holds no JSON; the error's path is its index, such as `[3]`.
        InvalidSnapshot: a stored one cannot be read.
        InvalidOption: `list_keys` cannot be used.

    >>> for field in blame_fields([{"json": {"a": 1, "b": 1}}, {"json": {"a": 1, "b": 1.0}}]):
    ...     print(field.snapshot, field.path, field.value)
    0 a 1
    1 b 1.0
    >>> ago, now = {"json": [{"id": 1, "n": 5}]}, {"json": [{"id": 2, "n": 6}, {"id": 1, "n": 5}]}
    >>> [each.snapshot for each in blame_fields([ago, now], list_keys={"$": "id"})]
    [1, 1, 0, 0]
    """
    blamed = _blame_leaves(snapshots, list_keys, limits)
    return tuple(map(blamed.describe, blamed.leaves))


def blame_some_fields(
    snapshots: Sequence[Stored],
    *,
    list_keys: ListKeys | None = None,
    limits: Limits = _DEFAULT_LIMITS,
) -> tuple[tuple[BlamedField, ...], int]:
    """Return what `blame_fields` does, as far as it fits, and how many fields there are in all.

    Keys on the way to them have `limits.field_path_chars` characters together. One that is too long
    is left out for itself; no path is spelled before it is known to fit.

    Raises:
        ChangeTrackError: as `blame_fields` does.

    >>> few = Limits(field_path_chars=4)
    >>> told, total = blame_some_fields([{"json": {"long": 1, "a": 2, "b": 3}}], limits=few)
    >>> [each.path for each in told], total
    (['a', 'b'], 3)
    """
    blamed = _blame_leaves(snapshots, list_keys, limits)
    told = []
    left = limits.field_path_chars
    for leaf in blamed.leaves:
        chars = blamed.count_chars(leaf)
        if chars <= left:
            left -= chars
            told.append(blamed.describe(leaf))
    return tuple(told), len(blamed.leaves)


class _Blamed(NamedTuple):
    """The leaves of the newest version, each with the version since which it has its value."""

    versions: list[Snapshot]
    places: Places
    leaves: list[Leaf]
    origins: dict[int, int]

    def describe(self, leaf: Leaf) -> BlamedField:
        """Return a leaf as it is told."""
        origin = self.origins[leaf.place]
        path, keys = self._unwind(leaf)
        return BlamedField(
            path=format_path(path),
            value=leaf.value,
            snapshot=origin,
            captured_at=self.versions[origin].captured_at,
            key_path=None if keys is None else format_key_path(keys),
        )

    def count_chars(self, leaf: Leaf) -> int:
        """Return how many characters the keys on the way to a leaf have; each step counts one."""
        path, keys = self._unwind(leaf)
        return count_key_chars(path) + (0 if keys is None else count_key_chars(keys))

    def _unwind(self, leaf: Leaf) -> tuple[FieldPath, KeyPath | None]:
        """Return the path of a leaf, and that by the keys of items; None where none has one."""
        path = self.places.unwind(leaf.place)
        if not isinstance(self.places, KeyedPlaces):
            return path, None
        keys = self.places.unwind_keys(leaf.place)
        return path, None if keys == path else keys


def _blame_leaves(
    snapshots: Sequence[Stored], list_keys: ListKeys | None, limits: Limits
) -> _Blamed:
    rules = make_rules(list_keys, "keep", None)
    versions = _read_versions(snapshots, limits)
    for index, version in enumerate(versions):
        if version.json is None:
            raise _miss("JSON", index)
    places = Places(by_position=True) if rules is None else KeyedPlaces(rules)
    if not versions:
        return _Blamed(versions, places, [], {})
    if isinstance(places, KeyedPlaces) and len(versions) > 1:
        places.infer(versions[-2].json, versions[-1].json)
    leaves = list(places.list_leaves(versions[-1].json))
    standing = _spell_leaves(leaves)
    origins = dict.fromkeys(standing, len(versions) - 1)
    for index in range(len(versions) - 2, -1, -1):
        older = _spell_leaves(places.list_leaves(versions[index].json))
        standing = {at: text for at, text in standing.items() if older.get(at) == text}
        origins.update(dict.fromkeys(standing, index))
        if not standing:
            break
    return _Blamed(versions, places, leaves, origins)


def _read_versions(snapshots: Sequence[Stored], limits: Limits) -> list[Snapshot]:
    if isinstance(snapshots, Snapshot | Mapping | str | bytes):
        raise InvalidSnapshot("this is no list of snapshots", "put them into one, oldest first")
    return [
        each
        if isinstance(each, Snapshot)
        else read_snapshot(each, path=f"[{index}]", limits=limits)
        for index, each in enumerate(snapshots)
    ]


def _read_lines(version: Snapshot, index: int, limits: Limits) -> _Lines:
    if version.markdown is None:
        raise _miss("markdown", index)
    if version.is_tracked:
        return split_lines(version.markdown)
    return read_markdown(version.markdown, limits, f"[{index}].markdown")[1]


def _miss(what: str, index: int) -> MissingContent:
    problem = f"the snapshot holds no {what}"
    return MissingContent(problem, "blame snapshots that were kept whole", f"[{index}]")


def _follow(origins: list[int], old: _Lines, new: _Lines, edits: _Edits, index: int) -> list[int]:
    """Return the origins of the new lines: those that stayed have theirs from the old ones."""
    followed = [index] * len(new)
    i = j = 0
    for old_start, old_end, new_start, new_end in edits:
        followed[j:new_start] = origins[i:old_start]
        i, j = old_end, new_end
    followed[j:] = origins[i:]
    for i, j in _pair_moved(old, new, edits):
        followed[j] = origins[i]
    return followed


def _pair_moved(old: _Lines, new: _Lines, edits: _Edits) -> Iterator[tuple[int, int]]:
    """Yield where the lines that moved were and are."""
    deleted = {old[i]: i for i in _list_places((edit[0], edit[1]) for edit in edits)}
    inserted = {new[j]: j for j in _list_places((edit[2], edit[3]) for edit in edits)}
    shared = deleted.keys() & inserted.keys() - {""}
    if not shared:
        return
    counts = Counter(line for line in chain(old, new) if line in shared)
    # Each is on both sides, so two in all are one on either.
    yield from ((deleted[line], inserted[line]) for line in shared if counts[line] == 2)  # noqa: PLR2004


def _list_places(ranges: Iterable[tuple[int, int]]) -> Iterator[int]:
    return chain.from_iterable(range(start, end) for start, end in ranges)


def _spell_leaves(leaves: Iterable[Leaf]) -> dict[int, bytes]:
    return {leaf.place: dump_json(leaf.value) for leaf in leaves}
