"""What is kept of an observation."""

from __future__ import annotations

import pytest

from changetrack import JsonObject, track, wire
from changetrack.monitor.outcomes import bound_diff

_MIB = 2**20


def _diff(before: str, after: str) -> JsonObject:
    result = wire.write_result(track(after, previous=track(before).snapshot))
    diff = result["diff"]
    assert isinstance(diff, dict)
    return diff


def test_an_ordinary_diff_is_kept_as_it_is() -> None:
    """Nothing is cut of what somebody reads."""
    diff = _diff("a\nb", "a\nc")
    assert bound_diff(diff) is diff


@pytest.mark.parametrize("letter", ["x", "\u00e9", "\U0001f600"])
def test_a_huge_diff_is_cut_at_a_line_and_says_so(letter: str) -> None:
    """It fits, counts the whole, and is the beginning of what it was."""
    lines = [f"{letter * 200} {number}" for number in range(9_000)]
    diff = _diff("a", "\n".join(lines))
    kept = bound_diff(diff)
    text, tree = kept["text"], kept["json"]
    assert isinstance(text, str)
    assert isinstance(tree, dict)
    assert len(wire.encode(kept)) <= _MIB
    assert text
    assert str(diff["text"]).startswith(text)
    assert text.endswith("\n")
    assert (kept["truncated"], tree["additions"], tree["files"]) == (True, 9_000, [])


def test_a_huge_map_of_fields_leaves_only_that_there_was_one() -> None:
    """Half a map would look like a whole one."""
    fields: JsonObject = {f"a{n}": {"previous": None, "current": "x" * 999} for n in range(2_000)}
    assert bound_diff({"json": fields}) == {"json": {}, "truncated": True}
