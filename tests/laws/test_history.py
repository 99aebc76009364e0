"""What holds for any sequence of snapshots."""

from __future__ import annotations

from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from changetrack import Snapshot, normalize_markdown, track
from changetrack._fielddiff import parse_path
from changetrack._hashing import same_json
from changetrack._history import History, blame, blame_fields, find_history
from changetrack._models import JsonObject, JsonValue
from tests.strategies.json_values import json_values
from tests.strategies.pages import edited, pages

# Pages of few different lines, so that lines come back, move and stand twice.
_small_pages = st.lists(st.sampled_from("abcd "), max_size=7).map("\n".join)
_letters = st.lists(st.sampled_from("abc"), min_size=1, max_size=8)
_numbers = st.permutations(range(6)).flatmap(
    lambda numbers: st.integers(0, 6).map(lambda size: [str(number) for number in numbers[:size]])
)


def _keep(text: str) -> Snapshot:
    return Snapshot(markdown=text)


@given(st.lists(st.one_of(_small_pages, pages()), min_size=1, max_size=5))
def test_a_blamed_line_is_there_without_a_break(texts: list[str]) -> None:
    """In the snapshot that it is blamed on, and in all after it; and every line is blamed."""
    versions = [normalize_markdown(text) for text in texts]
    lines = blame([_keep(text) for text in texts])
    assert "\n".join(line.text for line in lines) == versions[-1]
    assert [line.line for line in lines] == list(range(1, len(lines) + 1))
    for line in lines:
        assert all(line.text in text.split("\n") for text in versions[line.snapshot :])


@given(st.lists(_numbers, min_size=1, max_size=6))
def test_a_line_of_its_own_is_blamed_on_where_it_came(versions: list[list[str]]) -> None:
    """Wherever it stood: where all lines are different, order plays no part."""
    lines = blame([_keep("\n".join(version)) for version in versions])
    assert [line.snapshot for line in lines] == [
        next(at for at in range(len(versions)) if all(text in version for version in versions[at:]))
        for text in versions[-1]
    ]


@settings(max_examples=60)
@given(edited(pages()), pages())
def test_a_snapshot_twice_changes_no_blame(pair: tuple[str, str], first: str) -> None:
    """Nothing came with what is the same; and it does not matter how a snapshot was stored."""
    versions = [_keep(text) for text in (first, *pair)]
    told = [(line.text, line.snapshot) for line in blame(versions)]
    again: list[Snapshot | JsonObject] = [*versions, track(pair[1]).snapshot.to_dict()]
    assert [(line.text, line.snapshot) for line in blame(again)] == told


@given(st.lists(json_values.filter(lambda value: value is not None), min_size=1, max_size=4))
def test_a_blamed_field_has_its_value_without_a_break(values: list[JsonValue]) -> None:
    """From the snapshot that it is blamed on, and not in the one before."""
    for field in blame_fields([Snapshot(json=value) for value in values]):
        path = parse_path(field.path)
        has = [_has_leaf(value, path, field.value) for value in values]
        assert all(has[field.snapshot :])
        assert field.snapshot == 0 or not has[field.snapshot - 1]


def _has_leaf(value: JsonValue, path: tuple[str | int, ...], leaf: JsonValue) -> bool:
    for segment in path:
        if isinstance(value, dict) and segment in value:
            value = value[str(segment)]
        elif isinstance(value, list) and isinstance(segment, int) and segment < len(value):
            value = value[segment]
        else:
            return False
    return same_json(value, leaf)


@given(_letters)
def test_history_is_that_of_the_runs(letters: list[str]) -> None:
    """Seen before, reverted to and flapping, told the plain way, from content and from hashes."""
    kept = [track(letter).snapshot for letter in letters]
    *earlier, now = letters
    seen = tuple(at for at, letter in enumerate(earlier) if letter == now)
    runs = [letter for letter, _ in groupby(letters)]
    returns = [letter in runs[:at] for at, letter in enumerate(runs)]
    expected = History(
        seen_before=seen,
        reverted_to=seen[-1] if seen and earlier[-1] != now else None,
        flapping=returns[-1] and sum(returns) >= 2,
        closest=seen[-1] if seen else None,
        similarity=1.0 if seen else 0.0,
    )
    assert find_history(kept[-1], None, kept[:-1]) == expected
    hashes = [Snapshot(content_hash=each.content_hash) for each in kept[:-1]]
    previous = hashes.pop() if hashes else None
    assert find_history(kept[-1], previous, hashes) == expected


@settings(max_examples=100)
@given(
    texts=st.lists(st.one_of(_small_pages, pages()), min_size=1, max_size=5), is_mixed=st.booleans()
)
def test_the_closest_is_the_most_alike(texts: list[str], *, is_mixed: bool) -> None:
    """No other is more alike, none newer is as much; it is 1 where a page is the same."""
    json: JsonValue = {"n": 1} if is_mixed else None
    kept = [track(text, json=json).snapshot for text in texts]
    found = find_history(kept[-1], None, kept[:-1])
    alone = [find_history(kept[-1], each, []).similarity for each in kept[:-1]]
    assert found.similarity == max(alone, default=0.0)
    assert 0 <= found.similarity <= 1
    assert not found.seen_before or found.similarity == 1
    if found.closest is None:
        assert found.similarity == 0
    elif not found.seen_before:
        newest = max(at for at, likeness in enumerate(alone) if likeness == found.similarity)
        assert found.closest == newest
