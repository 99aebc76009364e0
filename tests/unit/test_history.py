"""Pages over more than two snapshots: what the rows of the specification cannot say."""

from __future__ import annotations

import pytest

from changetrack import Diff, Snapshot, track
from changetrack._history import (
    BlamedField,
    BlamedLine,
    History,
    ThreeWay,
    blame,
    blame_fields,
    compare_three,
    find_history,
)
from changetrack._history.likeness import MOST_COMPARED
from changetrack._models import JsonObject, JsonValue, Limits
from changetrack.errors import ChangeTrackError, ContentTooLarge, InvalidSnapshot, MissingContent
from tests.strategies.json_values import nest


def _keep(text: str) -> Snapshot:
    return track(text).snapshot


def _drop_time(json: JsonValue) -> JsonValue:
    return {"n": json["n"]} if isinstance(json, dict) else json


def _compare(baseline: str, last: str | None, current: str) -> ThreeWay:
    pinned = _keep(baseline)
    previous = None if last is None else _keep(last)
    now = track(current, previous=previous)
    since = track(current, previous=pinned)
    return compare_three(pinned, previous, now.snapshot, since_baseline=since, since_last=now)


@pytest.mark.parametrize(
    ("baseline", "last", "current", "relation"),
    [
        ("a", "a", "a", "unchanged"),
        ("a", "a", "b", "new"),
        ("a", "b", "b", "standing"),
        ("a", "b", "a", "reverted"),
        ("a", "b", "c", "further"),
        ("a", None, "a", "unchanged"),
        ("a", None, "b", "new"),
    ],
)
def test_three_snapshots_stand_to_each_other(
    baseline: str, last: str | None, current: str, relation: str
) -> None:
    """One word for the five ways, and the diff from the baseline, whatever the last one was."""
    three = _compare(baseline, last, current)
    text = f"--- previous\n+++ current\n@@ -1 +1 @@\n-{baseline}\n+{current}\n"
    assert three.relation == relation
    assert (three.diff and three.diff.text) == (None if baseline == current else text)


def test_a_last_snapshot_that_is_only_a_hash_is_compared_by_it() -> None:
    """And one whose hash covers nothing of what is compared counts as changed."""
    pinned, now = track(json={"n": 1}), track(json={"n": 3})
    told = {}
    for name, last in {
        "known": Snapshot(content_hash=pinned.content_hash),
        "not known": Snapshot(content_hash=""),
    }.items():
        told[name] = compare_three(
            pinned.snapshot,
            last,
            now.snapshot,
            since_baseline=track(json={"n": 3}, previous=pinned.snapshot),
            since_last=track(json={"n": 3}, previous=last),
        ).relation
    assert told == {"known": "new", "not known": "further"}


def test_small_steps_that_pass_are_new_when_their_sum_does_not() -> None:
    """The caller says what its options let pass, and that the last one did."""
    pinned, last, current = (_keep(text) for text in ("1.00", "1.01", "1.02"))
    three = compare_three(
        pinned,
        last,
        current,
        since_baseline=track("1.02", previous=pinned),
        since_last=track("1.01", previous=last),
        was_changed=False,
    )
    assert three.relation == "new"
    assert isinstance(three.diff, Diff)


def test_history_of_what_a_schema_tracks() -> None:
    """Snapshots of before the schema hold more, which does not count."""
    history = [Snapshot(json={"n": n, "seen": seen}) for seen, n in enumerate((1, 2, 3))]
    current = track(json={"n": 2}).snapshot
    found = find_history(current, None, history, narrow=_drop_time)
    assert found == History(seen_before=(1,), reverted_to=1, closest=1, similarity=1.0)
    assert find_history(current, None, history) == History(closest=1, similarity=0.5)
    other = track(json={"n": 4}).snapshot
    assert find_history(other, None, history, narrow=_drop_time) == History()


def test_the_caller_knows_whether_the_page_changed() -> None:
    """Options may let a difference pass; then nothing was reverted, whatever was before."""
    history, previous, current = [_keep("1.00")], _keep("1.01"), _keep("1.00")
    found = find_history(current, previous, history, changed=False)
    assert found == History(seen_before=(0, 1), closest=1, similarity=1.0)
    found = find_history(current, current, history, changed=True)
    assert found == History(seen_before=(0,), reverted_to=0, closest=0, similarity=1.0)


def test_what_is_close_is_only_looked_for_when_asked() -> None:
    """Whoever does not need it does not pay for it."""
    history = [_keep("a\nb"), _keep("b\nc")]
    assert find_history(_keep("a\nx"), None, history).closest == 0
    assert find_history(_keep("a\nx"), None, history, closest=False) == History()


def test_only_so_many_are_compared_in_full() -> None:
    """The newest; a state that came again counts once, and a hash not at all."""
    alike = _keep("a\nb\nc")
    others = [_keep(f"b\n{number}") for number in range(MOST_COMPARED)]
    current = _keep("a\nb\nd")
    hashes = [Snapshot(content_hash=each.content_hash) for each in others]
    assert find_history(current, None, [alike, *others]).similarity == 1 / 3
    assert find_history(current, None, [alike, *others[1:]]).closest == 0
    assert find_history(current, None, [alike, *others[1:] * 3, *hashes]).closest == 0


def test_text_that_no_utf_8_carries_was_never_seen_before() -> None:
    """It has no hash; but it may have lines in common."""
    found = find_history(_keep("a\nb"), None, [Snapshot(markdown="a\n\ud800")])
    assert found == History(closest=0, similarity=0.5)


def test_binary_pages_are_told_by_their_hash() -> None:
    """Nothing is kept of them, and nothing is close to them."""
    kept = [
        track(text, content_type="application/pdf", previous=None).snapshot
        for text in ("one", "two", "one")
    ]
    found = find_history(kept[2], kept[1], kept[:1])
    assert found == History(seen_before=(0,), reverted_to=0, closest=0, similarity=1.0)
    assert find_history(kept[0], kept[1], []) == History()
    text = Snapshot(markdown="one")
    assert find_history(kept[0], text, []).seen_before == (0,)
    json = Snapshot(json=[1])
    assert find_history(Snapshot(content_hash=track(json=[1]).content_hash), json, []) == History(
        seen_before=(0,), closest=0, similarity=1.0
    )


def test_lines_carry_the_time_of_their_snapshot() -> None:
    """As it was given; and where a line stands now."""
    versions: list[Snapshot | JsonObject] = [
        {"markdown": "a\nb", "capturedAt": "2026-01-01"},
        track("x\na\nb", captured_at="2026-02-01").snapshot,
    ]
    assert blame(versions) == (
        BlamedLine(line=1, text="x", snapshot=1, captured_at="2026-02-01"),
        BlamedLine(line=2, text="a", snapshot=0, captured_at="2026-01-01"),
        BlamedLine(line=3, text="b", snapshot=0, captured_at="2026-01-01"),
    )
    fields: list[JsonObject] = [
        {"json": {"a": None}, "capturedAt": "2026-01-01"},
        {"json": {"a": None, "b.c": []}},
    ]
    assert blame_fields(fields) == (
        BlamedField(path="a", value=None, snapshot=0, captured_at="2026-01-01"),
        BlamedField(path='["b.c"]', value=[], snapshot=1),
    )
    assert blame([]) == ()
    assert blame_fields([]) == ()


@pytest.mark.parametrize(
    ("snapshots", "error"),
    [
        (
            [{"markdown": "a"}, {"contentHash": "aa"}],
            MissingContent(
                "the snapshot holds no markdown", "blame snapshots that were kept whole", "[1]"
            ),
        ),
        (
            [Snapshot(json=1)],
            MissingContent(
                "the snapshot holds no markdown", "blame snapshots that were kept whole", "[0]"
            ),
        ),
        (
            [{"markdown": "a"}, {"markdown": 1}],
            InvalidSnapshot(
                "expected a string, got a number", "correct or leave out the field", "[1].markdown"
            ),
        ),
        (
            {"markdown": "a"},
            InvalidSnapshot("this is no list of snapshots", "put them into one, oldest first"),
        ),
        ([{"markdown": "a" * 11}], ContentTooLarge(10, 11, "[0].markdown")),
    ],
)
def test_what_cannot_be_blamed_is_named(snapshots: list[Snapshot], error: ChangeTrackError) -> None:
    """By the index of the snapshot."""
    with pytest.raises(type(error)) as caught:
        blame(snapshots, limits=Limits(markdown_chars=10))
    assert caught.value == error


def test_fields_are_only_blamed_on_snapshots_with_json() -> None:
    """As with lines."""
    with pytest.raises(MissingContent) as caught:
        blame_fields([Snapshot(json=1), Snapshot(markdown="a")])
    assert (caught.value.path, caught.value.problem) == ("[1]", "the snapshot holds no JSON")


def test_depth_has_no_limit() -> None:
    """Nor does it cost more than breadth."""
    deep = nest(20_000, 1)
    assert [each.snapshot for each in blame_fields([Snapshot(json=deep)] * 2)] == [0]
    found = find_history(Snapshot(json=[deep]), None, [Snapshot(json=deep)])
    assert found == History()
