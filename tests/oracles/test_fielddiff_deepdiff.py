"""DeepDiff finds the same fields, where its rules are ours."""

from __future__ import annotations

import random
from typing import Any

from deepdiff import DeepDiff
from hypothesis import given
from hypothesis import strategies as st

from changetrack._fielddiff import diff_fields
from changetrack._hashing import canonical_json
from changetrack._models import FieldPath, JsonValue

# Not compared: private names (it skips them by default), numbers of two types, -0.0.
_names = st.sampled_from(("a", "b", "c", "name"))
_leaves: st.SearchStrategy[JsonValue] = st.sampled_from((None, True, "", "x", "19", 0, 1, 2**64))


def _contain(children: st.SearchStrategy[JsonValue]) -> st.SearchStrategy[JsonValue]:
    return st.one_of(st.lists(children, max_size=3), st.dictionaries(_names, children, max_size=3))


_values = st.recursive(_leaves, _contain, max_leaves=10)
_OPS = {
    "values_changed": "replace",
    "type_changes": "replace",
    "dictionary_item_added": "add",
    "iterable_item_added": "add",
    "dictionary_item_removed": "remove",
    "iterable_item_removed": "remove",
}


def _list_theirs(
    previous: JsonValue, current: JsonValue
) -> set[tuple[str, FieldPath, bytes, bytes]]:
    # Pairing by position is our rule for lists; by default it looks for the best alignment.
    found: dict[str, Any] = DeepDiff(
        previous, current, view="tree", zip_ordered_iterables=True, threshold_to_diff_deeper=0
    )
    return {
        (
            _OPS[kind],
            tuple(level.path(output_format="list")),
            canonical_json(None if _OPS[kind] == "add" else level.t1),
            canonical_json(None if _OPS[kind] == "remove" else level.t2),
        )
        for kind, levels in found.items()
        for level in levels
    }


@given(_values, _values)
def test_deepdiff_finds_the_same_changes(previous: JsonValue, current: JsonValue) -> None:
    """The operation, the path and both values agree."""
    ours = {
        (one.op, one.path, canonical_json(one.previous), canonical_json(one.current))
        for one in diff_fields(previous, current)
    }
    assert ours == _list_theirs(previous, current)


def _shuffle(value: JsonValue, order: random.Random) -> JsonValue:
    if isinstance(value, dict):
        return {key: _shuffle(child, order) for key, child in value.items()}
    if isinstance(value, list):
        return [_shuffle(child, order) for child in order.sample(value, len(value))]
    return value


_shuffled = st.builds(
    lambda value, order: (value, _shuffle(value, order)),
    _values,
    st.randoms(use_true_random=False),
)


@given(st.one_of(_shuffled, st.tuples(_values, _values)))
def test_deepdiff_agrees_where_the_order_does_not_count(pair: tuple[JsonValue, JsonValue]) -> None:
    """What differs in more than the order of its lists, and what does not."""
    theirs = DeepDiff(*pair, ignore_order=True, report_repetition=True)
    assert bool(diff_fields(*pair, order="ignore")) is bool(theirs)
