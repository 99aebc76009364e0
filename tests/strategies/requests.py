"""Bodies of the diff API: as clients send them, as they get them wrong, and as nobody would."""

from __future__ import annotations

from typing import TypeAlias

from hypothesis import strategies as st

from changetrack._models import EXTRAS, JsonValue
from tests.strategies.hostile_text import hostile_texts
from tests.strategies.json_values import json_values

Fields: TypeAlias = "st.SearchStrategy[dict[str, JsonValue]]"

_texts: st.SearchStrategy[JsonValue] = st.one_of(
    st.sampled_from(("a", "a\n\nb", "")), hostile_texts
)
_labels: st.SearchStrategy[JsonValue] = st.sampled_from(("home", "", "é😀\x00", "x" * 64))
_hashes: st.SearchStrategy[JsonValue] = st.sampled_from(
    (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",  # of nothing
        "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",  # of "a"
        *("", "abc"),
    )
)
# Of a wrong kind, out of range, unknown.
_wrong: st.SearchStrategy[JsonValue] = st.one_of(
    json_values, st.sampled_from(("x" * 300, "gitdiff", ["gitdiff"], [[]], -1, 10**9, 2.0, [None]))
)


def _objects(needed: str = "", **fields: st.SearchStrategy[JsonValue]) -> Fields:
    """Return a strategy of objects with some of the fields, mostly as they should be."""
    optional = dict(fields)
    required = {needed: optional.pop(needed)} if needed else {}
    right = st.fixed_dictionaries(required, optional=optional)
    # Named as in Python, or with a field that is wrong.
    names = {_snake(name): values for name, values in fields.items()}
    wrong = {name: st.one_of(values, _wrong) for name, values in fields.items()}
    kinds = {
        0: st.fixed_dictionaries({}, optional=wrong),
        1: st.fixed_dictionaries({}, optional={**names, **wrong}),
    }
    # one_of would count six times the same strategy as one.
    return st.integers(0, 12).flatmap(lambda kind: kinds.get(kind, right))


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


_current = _objects(markdown=_texts, json=json_values, capturedAt=_labels)
_previous = _objects(
    markdown=_texts,
    json=json_values,
    contentHash=_hashes,
    capturedAt=_labels,
    hashes=_objects(markdown=_hashes, json=_hashes),
)
_schemas: st.SearchStrategy[JsonValue] = st.sampled_from(
    ({"properties": {"a": {}, "name": {}}}, {"type": "object"}, {"items": {"type": 5}}, None)
)
_conditions: st.SearchStrategy[JsonValue] = st.sampled_from(
    (
        {"number": {"percent": {"lte": -10}}},
        {"number": {"path": "a", "value": {"lt": 100, "gte": 0}}, "name": "cheap"},
        {"text": {"added": "a", "ignoreCase": True}},
        {"any": [{"class": ["price", "text"]}, {"not": {"score": {"gte": 0.5}}}]},
        {"field": {"path": "$", "becomes": None}},
        {"section": {"heading": ["a"], "status": "changed"}},
        {},
    )
)
_shared: dict[str, st.SearchStrategy[JsonValue]] = {
    "modes": st.sampled_from((["gitDiff"], ["json"], ["git-diff", "json"], [], None)),
    "schema": _schemas,
    "contentType": st.sampled_from((None, "text/html", "application/pdf", "")),
    "context": st.sampled_from((0, 1, 3, 1_000_000, None)),
    "trackOnlySchema": st.booleans(),
    "goal": _labels,
    "prompt": _labels,
    "judgeEnabled": st.booleans(),
    "include": st.lists(st.sampled_from(EXTRAS), max_size=3),
    "listKeys": st.sampled_from(({"a": "name"}, {"$": ["a", "name"]}, "infer", None)),
    "order": st.sampled_from(("keep", "ignore", None)),
    "tolerance": st.sampled_from(({"a": {"abs": 1}}, {"$": {"percent": 50}}, {}, None)),
    "conditions": st.lists(_conditions, max_size=2),
    "patchTests": st.booleans(),
    "budget": st.sampled_from((100, 800, 1_000_000, None)),
}
_earlier: dict[str, st.SearchStrategy[JsonValue]] = {
    "baseline": _previous,
    "history": st.lists(_previous, max_size=3),
}
items: Fields = _objects(
    "current",
    **_shared,
    **_earlier,
    current=_current,
    previous=_previous,
    tag=_labels,
    url=_labels,
)

# What is right, so that laws about answers have answers to speak of.
right_items: Fields = st.fixed_dictionaries(
    {"current": st.fixed_dictionaries({"markdown": _texts, "json": json_values})},
    optional={
        "previous": st.fixed_dictionaries({"markdown": _texts, "json": json_values}),
        "modes": st.sampled_from((["gitDiff"], ["json"], ["json", "gitDiff"])),
        "tag": st.sampled_from(("a", "é")),
        "context": st.integers(0, 3),
        "contentType": st.sampled_from(("text/html", "application/pdf")),
    },
)

_batches = _objects(
    "batch",
    **_shared,
    batch=st.lists(st.one_of(items, items, items, json_values), max_size=3),
    partial=st.booleans(),
    cluster=st.booleans(),
    current=_current,
)
bodies: st.SearchStrategy[JsonValue] = st.one_of(items, items, _batches, json_values)
