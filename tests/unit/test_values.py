"""Values compare with their types, hash, and travel."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from changetrack import (
    Observation,
    Options,
    Result,
    Snapshot,
    hash_markdown,
    html_to_markdown,
    track,
    track_many,
)
from changetrack.errors import InvalidJson, InvalidOption, InvalidRequest, InvalidText


def test_snapshots_are_equal_with_the_types_of_their_json() -> None:
    """True is not 1, also when two snapshots are compared."""
    one, other = Snapshot(json={"a": 1}), Snapshot(json={"a": True})
    assert (one == other, one == Snapshot(json={"a": 1}), one == "a") == (False, True, False)


def test_options_and_pages_with_json_can_be_keys() -> None:
    """A value with JSON in it hashes by the rest of it."""
    snapshot = Snapshot(json={})
    result = Result(
        status="same", first_observation=False, content_hash="", snapshot=snapshot, judgment={}
    )
    keys = {Options(schema={}), Observation(json={}, previous={}), result}
    assert len(keys) == 3


def test_a_timestamp_of_any_length_comes_back() -> None:
    """What was stored is read, whatever limits hold today."""
    snapshot = Snapshot(content_hash="aae3", captured_at="x" * 100)
    assert Snapshot.from_json(snapshot.to_json()) == snapshot


def test_the_caller_s_own_snapshot_is_checked_and_copied() -> None:
    """A snapshot that track() did not make may hold anything."""
    with pytest.raises(InvalidJson):
        track(json={}, modes=["json"], previous=Snapshot(json={"a": float("nan")}))


def test_an_error_says_what_it_is_wherever_it_went() -> None:
    """Moved and unpickled errors show their text in their repr as well."""
    error = InvalidText(3).under("batch[1]")
    assert repr(pickle.loads(pickle.dumps(error))) == repr(error)  # noqa: S301 - our own
    assert "lone surrogate" in repr(error)


def test_a_path_that_is_a_page_is_cut() -> None:
    """An error names the place, and does not repeat a key of a megabyte."""
    assert len(str(InvalidText(3, "k" * 1_000_000))) < 400


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"modes": 5}, "expected a list of modes, got a number"),
        ({"modes": {}}, "expected a list of modes, got an object"),
        ({"content_type": 5}, "expected a string, got a number"),
    ],
)
def test_options_of_the_wrong_kind_are_named(options: dict[str, object], problem: str) -> None:
    """Options are checked when they are made."""
    with pytest.raises(InvalidOption) as caught:
        Options().with_given(**options)
    assert caught.value.problem == problem


def test_b32_a_character_number_of_any_length_is_no_scheme() -> None:
    """B32: a target that Python cannot decode is not followed, and its text stays."""
    target = "&amp;#" + "1" * 5_000 + ";"
    assert html_to_markdown(f'<a href="{target}">terms</a>') == "terms"


def test_modes_are_what_there_is() -> None:
    """A newcomer who gives JSON has it compared; whoever names the modes gets those."""
    first = track(json={"a": 1})
    assert (first.snapshot.json, track(json={"a": 2}, previous=first.snapshot).status) == (
        {"a": 1},
        "changed",
    )
    both = track("a", json={"a": 1})
    assert (both.snapshot.markdown, both.snapshot.json) == ("a", {"a": 1})
    assert track("a", json={"a": 1}, modes=["gitDiff"]).snapshot.json is None
    assert track_many([Observation(json={"a": 1})])[0].snapshot.json == {"a": 1}


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (lambda: track("a", previous=track("a")), "expected a snapshot, got Result"),  # type: ignore[arg-type]
        (lambda: track("a", previous="{}"), "expected a snapshot, got a string"),  # type: ignore[arg-type]
        (lambda: track_many(["a"]), "the page is a string, not an Observation"),  # type: ignore[list-item]
        (lambda: track("a", tag=5), "expected a string, got a number"),  # type: ignore[arg-type]
        (lambda: track("a", tag="t" * 257), "257 characters, at most 256 are allowed"),
        (lambda: hash_markdown(b"a"), "the markdown is bytes, not a string"),  # type: ignore[arg-type]
    ],
)
def test_what_newcomers_pass_is_named(call: Callable[[], object], problem: str) -> None:
    """A wrong argument is an error of ours, which says what to pass instead."""
    with pytest.raises(InvalidRequest) as caught:
        call()
    assert caught.value.problem == problem
