"""What of a model's verdict is believed: only what the diff bears out."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack import JsonObject, JsonValue
from changetrack_server.errors import EndpointError
from changetrack_server.llm.complaints import list_complaints
from changetrack_server.llm.evidence import Evidence, build_evidence
from changetrack_server.llm.strict_schemas import make_strict
from changetrack_server.llm.verdicts import VERDICT, check_verdict
from tests.server.diffs import (
    BUDGET,
    FRIDAY,
    MONDAY,
    diff_of,
    diffs,
    far_apart,
    list_said,
    say_item,
    say_verdict,
)
from tests.strategies.json_values import json_values

SEEN = build_evidence(diff_of(MONDAY, FRIDAY, old={"price": "$19"}, new={"price": "$24"}), BUDGET)


def test_a_good_verdict_is_the_judgment() -> None:
    """Word for word, in the order of the protocol."""
    judgment = check_verdict(say_verdict(say_item()), SEEN)
    assert list(judgment.items()) == [
        ("meaningful", True),
        ("confidence", "high"),
        ("reason", "The price went up."),
        ("meaningfulChanges", [say_item()]),
    ]


@pytest.mark.parametrize(
    ("item", "kept"),
    [
        # A quote stands for a citation, and says where it is from.
        (say_item(evidence=()), say_item()),
        (say_item(before="$19", after="$24", evidence=()), say_item(before="$19", after="$24")),
        (say_item(before=" Starter $19\n"), say_item()),
        (say_item("added", None, "Starter $24"), say_item("added", None, "Starter $24")),
        (say_item("removed", "Starter $19", None), say_item("removed", "Starter $19", None)),
        # An empty quote is none.
        (say_item("added", "", "Starter $24"), say_item("added", None, "Starter $24")),
        # As a line of the diff shows it.
        (say_item(before="-Starter $19"), say_item(before="-Starter $19")),
        # A place without words.
        (say_item("added", None, None), say_item("added", None, None)),
        (say_item(evidence=("f1", "h1", "f1")), say_item(evidence=("f1", "h1"))),
    ],
)
def test_an_item_that_the_diff_bears_out_is_kept(item: JsonObject, kept: JsonObject) -> None:
    """It cites what it was shown, or quotes it."""
    judgment = check_verdict(say_verdict(item), SEEN)
    assert judgment == say_verdict(kept)


@pytest.mark.parametrize(
    "item",
    [
        # What was never shown.
        say_item(evidence=("h2",)),
        say_item(evidence=("h1", "h9")),
        say_item(evidence=("",)),
        say_item(before="Starter $9", evidence=()),
        say_item(after="Starter $2", evidence=()) | {"after": "Starter $2400"},
        # On the other side, or in the context.
        say_item(before="Starter $24", after="Starter $19", evidence=()),
        say_item("removed", "Pro $49", None, evidence=()),
        # Nothing to go by.
        say_item("added", None, None, evidence=()),
        say_item("removed", " ", None, evidence=()),
        # Against its own type.
        say_item("added"),
        say_item("removed"),
        say_item("changed", None),
        say_item("changed", "Starter $19", None),
        say_item("changed", "Starter $19", " "),
        say_item("moved"),
        # Of no shape.
        say_item(before=19),
        say_item() | {"reason": None},
        say_item() | {"evidence": "h1"},
        say_item() | {"evidence": [1]},
        {},
    ],
)
def test_an_item_that_the_diff_does_not_bear_out_is_dropped(item: JsonObject) -> None:
    """The good one beside it stays, and the judgment is marked."""
    judgment = check_verdict(say_verdict(item, say_item()), SEEN)
    assert judgment == say_verdict(say_item()) | {"degraded": True}


def test_words_that_are_not_at_the_place_are_replaced_by_those_that_are() -> None:
    """The place is real, so the item is kept; what it quotes is what the diff says there."""
    item = say_item(before="Starter: 19 dollars", evidence=("f1",))
    judgment = check_verdict(say_verdict(item), SEEN)
    kept = say_item(before='"$19"', evidence=("f1",))
    assert judgment == say_verdict(kept) | {"degraded": True}


def test_a_place_that_has_no_such_side_bears_out_nothing() -> None:
    """Where nothing was removed, nothing can be quoted as removed."""
    seen = build_evidence(diff_of("a", "a\nb"), BUDGET)
    judgment = check_verdict(say_verdict(say_item("removed", "x", None)), seen)
    assert judgment["meaningfulChanges"] == []


def test_what_does_not_matter_has_no_changes_that_matter() -> None:
    """A verdict that contradicts itself is taken at its first word."""
    judgment = check_verdict(say_verdict(say_item(), say_item("moved"), meaningful=False), SEEN)
    assert judgment == say_verdict(meaningful=False)


@pytest.mark.parametrize("items", [(), (say_item(evidence=("h9",)),)])
def test_what_matters_for_no_reason_that_holds_still_matters(items: tuple[JsonObject, ...]) -> None:
    """An alarm is never silenced by a bad item: low confidence, and marked."""
    judgment = check_verdict(say_verdict(*items), SEEN)
    assert judgment == say_verdict(confidence="low") | {"degraded": True}


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (
            say_verdict(meaningful=False),
            say_verdict(meaningful=False, confidence="low") | {"degraded": True, "omitted": 2},
        ),
        (say_verdict(say_item(before=None, kind="added", after="new one")), None),
    ],
)
def test_what_was_not_seen_is_not_judged(verdict: JsonObject, expected: JsonObject | None) -> None:
    """That nothing matters is a weak word when a part was left out; that something does is not."""
    seen = build_evidence(diff_of(*far_apart("one", "t" * 500, "three", "four")), 200)
    assert check_verdict(verdict, seen) == (expected or verdict | {"omitted": 2})


def test_a_judgment_is_bounded() -> None:
    """However much a model writes, and of however many items."""
    line = "x" * 5_000
    seen = build_evidence(diff_of("a", line), BUDGET)
    item = say_item("added", None, line) | {"reason": "r" * 5_000}
    judgment = check_verdict(say_verdict(*[item] * 60) | {"reason": "r" * 5_000}, seen)
    items = judgment["meaningfulChanges"]
    assert isinstance(items, list)
    assert items == [item | {"after": line[:2_000], "reason": "r" * 1_000}] * 50
    assert (judgment["reason"], judgment["degraded"]) == ("r" * 1_000, True)


@pytest.mark.parametrize(
    "verdict",
    [
        None,
        [],
        {},
        say_verdict() | {"meaningful": "yes"},
        say_verdict(confidence="certain"),
        say_verdict() | {"confidence": ["high"]},
        say_verdict() | {"reason": None},
        say_verdict() | {"meaningfulChanges": None},
    ],
)
def test_what_is_no_verdict_is_an_error(verdict: JsonValue) -> None:
    """A word that is none of the three is no confidence."""
    with pytest.raises(EndpointError, match="the language model's answer is no verdict"):
        check_verdict(verdict, SEEN)


def test_the_schema_of_a_verdict_is_strict_already() -> None:
    """Endpoints take it as it is, and a good verdict fits it."""
    assert make_strict(VERDICT) == VERDICT
    assert list_complaints(say_verdict(say_item()), VERDICT) == ()


@st.composite
def verdicts(draw: st.DrawFn, diff: JsonObject) -> JsonValue:
    """Return a verdict on a diff: true ones, lies, and what is no verdict at all."""
    said = [*list_said(diff, "removed"), *list_said(diff, "added"), "price", ""]
    quotes = st.one_of(st.none(), st.sampled_from(said), st.text(max_size=3), json_values)
    ids = st.sampled_from(("h1", "h2", "f1", "f2", "f9", "", "H1", " h1"))
    items = st.fixed_dictionaries(
        {
            "type": st.sampled_from(("added", "removed", "changed", "moved")),
            "before": quotes,
            "after": quotes,
            "reason": st.text(max_size=3),
        },
        optional={"evidence": st.lists(ids, max_size=2)},
    )
    verdict = st.fixed_dictionaries(
        {
            "meaningful": st.booleans(),
            "confidence": st.sampled_from(("low", "medium", "high")),
            "reason": st.text(max_size=3),
            "meaningfulChanges": st.lists(items | json_values, max_size=4),
        }
    )
    # Its parts are JSON, which the types of a dictionary with fixed keys do not say.
    return cast("JsonValue", draw(st.one_of(verdict, json_values)))


@given(st.data(), diffs(), st.sampled_from((60, 300, 10**6)))
def test_B33_a_judgment_holds_only_what_the_diff_bears_out(
    data: st.DataObject, diff: JsonObject, budget: int
) -> None:
    """For any diff and any verdict: known ids, and quotes that stand on their side of the diff."""
    evidence = build_evidence(diff, budget)
    verdict = data.draw(verdicts(diff))
    judgment = _check_or_none(verdict, evidence)
    if judgment is None:
        return
    assert isinstance(verdict, dict)
    assert judgment["meaningful"] == verdict["meaningful"]
    assert judgment["confidence"] in {"low", verdict["confidence"]}
    items = judgment["meaningfulChanges"]
    assert isinstance(items, list)
    said = {side: list_said(diff, side) for side in ("removed", "added")}
    for item in items:
        assert isinstance(item, dict)
        _check_item(item, said, {piece.id for piece in evidence.pieces})
    if judgment["meaningful"] and not items:
        assert (judgment["confidence"], judgment["degraded"]) == ("low", True)


def _check_or_none(verdict: JsonValue, evidence: Evidence) -> JsonObject | None:
    try:
        return check_verdict(verdict, evidence)
    except EndpointError:
        return None


def _check_item(item: JsonObject, said: dict[str, list[str]], ids: set[str]) -> None:
    evidence, before, after = item["evidence"], item["before"], item["after"]
    assert isinstance(evidence, list)
    assert evidence
    assert {str(each) for each in evidence} <= ids
    assert before is None or any(str(before) in text for text in said["removed"])
    assert after is None or any(str(after) in text for text in said["added"])
    rules = {"added": before is None, "removed": after is None, "changed": bool(before and after)}
    assert rules[str(item["type"])]
