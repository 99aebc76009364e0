"""Values compare with their types, hash, and travel."""

from __future__ import annotations

import pickle

import pytest

from changetrack import Observation, Options, Result, Snapshot, html_to_markdown, track
from changetrack.errors import InvalidJson, InvalidOption, InvalidText


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
    """What track() gives, from_json() takes."""
    snapshot = track("a", captured_at="x" * 100).snapshot
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
