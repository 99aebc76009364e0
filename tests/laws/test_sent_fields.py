"""What holds for the fields of any two JSON values once they were sent and came back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from hypothesis import example, given
from hypothesis import strategies as st

from changetrack._diffs import Diff
from changetrack._fielddiff import apply_fields, diff_fields, revert_fields
from changetrack._fielddiff.paths import format_key_path, parse_key_path
from changetrack._hashing import canonical_json, same_json
from changetrack._models import FieldChange, ItemKey, JsonValue, Options
from changetrack._reader import Reader
from changetrack.wire.changes import read_diff
from changetrack.wire.extras import write_diff_extras
from tests.strategies.json_values import copy_plain, json_pairs, keys, list_containers

if TYPE_CHECKING:
    from changetrack._models import ListKeys, Tolerance

Pair: TypeAlias = "tuple[JsonValue, JsonValue]"

_NAMES: st.SearchStrategy[JsonValue] = st.sampled_from((1, 2, 3, 4, "1", True, None, 1.0))
_NUMBERS: st.SearchStrategy[JsonValue] = st.sampled_from((0, 1, 1.5, 2, 10, "$1", "$1.50", "x"))


def _list_of(children: st.SearchStrategy[JsonValue]) -> st.SearchStrategy[JsonValue]:
    items = st.fixed_dictionaries(
        {}, optional={"id": _NAMES, "v": _NUMBERS, "w": _NUMBERS, "parts": children}
    )
    return st.lists(st.one_of(items, items, children), max_size=5)


_lists: st.SearchStrategy[JsonValue] = st.recursive(_NUMBERS, _list_of, max_leaves=14)


@st.composite
def _shuffled(draw: st.DrawFn) -> Pair:
    previous = draw(_lists)
    current = copy_plain(previous)
    for container in list_containers(current):
        if isinstance(container, list):
            container[:] = draw(st.permutations(container))
            if draw(st.booleans()):
                container.insert(draw(st.integers(0, len(container))), draw(_NUMBERS))
        elif "v" in container and draw(st.booleans()):
            container["v"] = draw(_NUMBERS)
    return previous, current


_pairs = st.one_of(_shuffled(), _shuffled(), json_pairs)
_list_keys: st.SearchStrategy[ListKeys | None] = st.sampled_from(
    (None, "infer", {"$": "id", "[*].parts": "id"})
)
_margins: Tolerance = {"*": {"abs": 1.0}, "[*].v": {"abs": 1.0}, "[*].parts[*].v": {"abs": 1.0}}
_tolerances: st.SearchStrategy[Tolerance | None] = st.sampled_from((None, None, _margins))


def _send(diff: Diff) -> tuple[FieldChange, ...]:
    """Return the fields as whoever got them in an answer sends them back."""
    written, warnings = write_diff_extras(diff, Options(include=("fields",), modes=("json",)))
    assert warnings == []
    read = read_diff(Reader(json.loads(json.dumps(written))))
    assert read.fields is not None
    return read.fields


@given(_pairs, _list_keys, _tolerances)
@example(([{"id": 1}, {"id": 2}], [{"id": 2, "v": 1}, {"id": 1}]), None, None)
def test_sent_fields_lead_to_what_compares_as_the_same(
    pair: Pair, list_keys: ListKeys | None, tolerance: Tolerance | None
) -> None:
    """There and back; where numbers count exactly, and something counts, to the very value."""
    previous, current = pair
    diff = diff_fields(previous, current, list_keys=list_keys, order="ignore", tolerance=tolerance)
    sent = _send(Diff(None, diff))
    assert all(field.uncounted is None for field in Diff(None, diff).fields)
    there, back = apply_fields(sent, previous), revert_fields(sent, current)
    if tolerance is None:
        assert same_json(there, current if diff else previous)
        assert same_json(back, previous if diff else current)
    for one, other in ((there, current), (previous, back)):
        again = diff_fields(one, other, list_keys=list_keys, order="ignore", tolerance=tolerance)
        assert not again.changes


_SCALARS: st.SearchStrategy[JsonValue] = st.one_of(
    st.text(max_size=4),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
)
_segments = st.one_of(
    keys,
    st.integers(0, 9),
    st.builds(lambda at: ItemKey((), (at,)), st.integers(0, 9)),
    st.lists(st.tuples(st.one_of(keys, st.text(max_size=4)), _SCALARS), min_size=1, max_size=2).map(
        lambda rows: ItemKey(tuple(row[0] for row in rows), tuple(row[1] for row in rows))
    ),
)


@given(st.lists(_segments, max_size=4).map(tuple))
def test_a_key_path_reads_back_as_itself(path: tuple[str | int | ItemKey, ...]) -> None:
    """Whatever the names and the values of its keys are."""
    read = parse_key_path(format_key_path(path))
    assert _spell(read) == _spell(path)


def _spell(path: tuple[str | int | ItemKey, ...]) -> bytes:
    return canonical_json(
        [[list(each.names), *each.values] if isinstance(each, tuple) else each for each in path]
    )
