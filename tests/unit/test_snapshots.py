"""Snapshots as values, and the JSON that they are stored in."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, replace
from types import MappingProxyType

import pytest

from changetrack import Hashes, JsonValue, Limits, Observation, Snapshot, track
from changetrack._snapshots import mark_tracked, read_snapshot
from changetrack.errors import ChangeTrackError, FieldTooLong, InvalidJson, InvalidSnapshot

FULL = Snapshot(
    markdown="a\n\n\u2028é",
    json={"b": [1, None, 2**70], "a": -0.0},
    content_hash="ab12",
    captured_at="2026-06-15T12:00:00Z",
    hashes=Hashes("ab12", "cd34"),
)
STORED = {
    "markdown": "a\n\n\u2028é",
    "json": {"b": [1, None, 2**70], "a": -0.0},
    "contentHash": "ab12",
    "capturedAt": "2026-06-15T12:00:00Z",
    "hashes": {"markdown": "ab12", "json": "cd34"},
}


def test_a_snapshot_is_stored_with_the_keys_of_the_protocol() -> None:
    """In the seed's order, and what is absent is left out."""
    assert list(FULL.to_dict().items()) == list(STORED.items())
    assert Snapshot().to_dict() == {"contentHash": ""}
    assert Snapshot(markdown="", content_hash="x").to_dict() == {"markdown": "", "contentHash": "x"}


@pytest.mark.parametrize(
    "snapshot", [FULL, Snapshot(), Snapshot(json=False), Snapshot(markdown="")]
)
def test_a_snapshot_comes_back_as_it_was(snapshot: Snapshot) -> None:
    """Through JSON text, bytes and dict, through pickle and copy."""
    text = snapshot.to_json()
    for twin in (
        Snapshot.from_json(text),
        Snapshot.from_json(text.encode()),
        Snapshot.from_json(snapshot.to_dict()),
        Snapshot.from_dict(json.loads(text)),
        Snapshot.from_dict(MappingProxyType(snapshot.to_dict())),
        pickle.loads(pickle.dumps(snapshot)),  # noqa: S301 - our own bytes
        copy.copy(snapshot),
        copy.deepcopy(snapshot),
    ):
        assert twin == snapshot
        assert hash(twin) == hash(snapshot)
        assert twin.to_json() == text


def test_what_other_writers_call_its_parts_is_understood() -> None:
    """snake_case, unknown keys, nulls."""
    stored = {"content_hash": "x", "captured_at": "t", "hashes": None, "json": None, "more": 1}
    assert Snapshot.from_dict(stored) == Snapshot(content_hash="x", captured_at="t")
    assert Snapshot.from_dict({"hashes": {"markdown": "a", "json": "", "x": 1}}) == Snapshot()
    assert Snapshot.from_dict({"hashes": {"json": "b"}}) == Snapshot()


@pytest.mark.parametrize(
    ("stored", "error"),
    [
        (
            {"markdown": 1},
            InvalidSnapshot(
                "expected a string, got a number",
                "correct or leave out the field",
                "previous.markdown",
            ),
        ),
        (
            {"hashes": "x"},
            InvalidSnapshot(
                "expected an object, got a string", "send a JSON object", "previous.hashes"
            ),
        ),
        (
            {"json": [{1: 2}]},
            InvalidJson(
                "a key is int, not a string", "JSON objects have string keys", "previous.json[0]"
            ),
        ),
        ({"contentHash": "x" * 129}, FieldTooLong(128, 129, "previous.contentHash")),
        ({"capturedAt": "x" * 65}, FieldTooLong(64, 65, "previous.capturedAt")),
        ({"hashes": {"json": "x" * 129}}, FieldTooLong(128, 129, "previous.hashes.json")),
    ],
)
def test_what_is_no_snapshot_is_refused(
    stored: Mapping[str, object], error: ChangeTrackError
) -> None:
    """The error names the part; track() reads what it is given in the same way."""
    with pytest.raises(type(error)) as caught:
        read_snapshot(stored, path="previous", limits=Limits())
    assert caught.value == error
    with pytest.raises(type(error)) as caught:
        track("a", previous=stored)
    assert caught.value == error


@pytest.mark.parametrize("text", ["", "[]", "null", '{"json":NaN}', b"\xff", "{", '"x"'])
def test_text_that_is_no_snapshot_is_refused(text: str) -> None:
    """Whether it is no JSON, or JSON of something else."""
    with pytest.raises((InvalidJson, InvalidSnapshot)):
        Snapshot.from_json(text)


def test_a_snapshot_keeps_its_own_copy_of_the_json() -> None:
    """What a caller does to a dict later does not change what was seen."""
    fields = {"a": [1]}
    stored = {"json": fields}
    kept = [Snapshot.from_dict(stored), track(json=fields, modes=["json"]).snapshot]  # type: ignore[arg-type]
    fields["a"].append(2)
    assert [snapshot.json for snapshot in kept] == [{"a": [1]}, {"a": [1]}]


def test_a_snapshot_is_frozen() -> None:
    """It is changed by `dataclasses.replace`, which gives another one."""
    with pytest.raises(FrozenInstanceError):
        FULL.markdown = "b"  # type: ignore[misc]
    assert replace(FULL, markdown="b").to_dict() == {**STORED, "markdown": "b"}


def test_the_mark_of_track_is_not_passed_on() -> None:
    """Only the very value that track() made is trusted to be normal; no copy, no edit of it."""
    kept = track("a").snapshot
    twins = [
        Snapshot.from_json(kept.to_json()),
        Snapshot.from_dict(kept.to_dict()),
        pickle.loads(pickle.dumps(kept)),  # noqa: S301 - our own bytes
        copy.copy(kept),
        copy.deepcopy(kept),
        replace(kept, markdown="a \n\n\n"),
        Snapshot(markdown="a"),
    ]
    assert kept.is_tracked
    assert [twin.is_tracked for twin in twins] == [False] * len(twins)
    assert track("a", previous=twins[5]).status == "same"
    assert "is_tracked" not in repr(kept)
    assert mark_tracked(replace(kept)) == replace(kept)


def test_a_snapshot_of_deep_json_is_written() -> None:
    """Storing knows no depth; reading back is as deep as orjson reads."""
    deep = '{"json":' + "[" * 1_000 + "]" * 1_000 + ',"contentHash":"x"}'
    assert Snapshot.from_json(deep).to_json() == deep


def test_a10_what_is_shown_of_a_page_has_a_depth_that_can_be_shown() -> None:
    """A10: a page may be nested deeper than repr() can go; what is shallow is shown whole."""
    deep: JsonValue = 1
    for _ in range(20_000):
        deep = {"a": [deep]}
    page = Observation(json=deep)
    result = track(json=deep, previous={"json": 1}, modes=["json"])
    assert result.diff is not None
    shown = "{'a': [{'a': [{'a': […]}]}]}"
    snapshot = f"Snapshot(markdown=None, json={shown}, content_hash="
    assert repr(result.snapshot).startswith(snapshot)
    assert f"first_observation=False, content_hash='{result.content_hash}'" in repr(result)
    assert snapshot in repr(result)
    for value in (page, *(result.diff.field_diff or ()), *result.diff.fields):
        assert f"={shown}" in repr(value)
    assert "json={'b': [1, None, 1180591620717411303424], 'a': -0.0}," in repr(FULL)
