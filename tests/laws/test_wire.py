"""What holds for any body that is sent to the diff API."""

from __future__ import annotations

import json

from hypothesis import assume, given
from hypothesis import strategies as st

from changetrack import Observation, Options, Snapshot, errors, track_many, wire
from changetrack._models import JsonObject, JsonValue
from tests.strategies.json_values import copy_plain
from tests.strategies.requests import bodies, items, right_items

# What an answer may hold, in the order in which it stands there.
_RESULT_KEYS = [
    *("status", "firstObservation", "contentHash", "snapshot", "diff", "judgment"),
    *("tag", "truncated", "warnings"),
    *("summary", "stats", "render", "suppressed", "conditions", "history", "baseline"),
]
_ERROR_KEYS = ["success", "error", "errorCode", "reason"]
_REASONS = {(kind.code, kind.reason) for kind in (getattr(errors, name) for name in errors.__all__)}


@given(bodies)
def test_any_json_is_answered(body: JsonValue) -> None:
    """A body of the request's shape, right or wrong, gives an envelope and never an exception."""
    _check_envelope(wire.answer(copy_plain(body)))


@given(st.one_of(st.binary(max_size=60), bodies.map(lambda body: json.dumps(body).encode())))
def test_any_bytes_are_answered(data: bytes) -> None:
    """Bytes that are no JSON at all get their envelope, too."""
    _check_envelope(wire.answer(data))


@given(bodies, st.data())
def test_a_broken_body_is_answered(body: JsonValue, data: st.DataObject) -> None:
    """A body that lost a part on its way is refused, or says something else."""
    text = json.dumps(body, ensure_ascii=False).encode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    _check_envelope(wire.answer(text[:start] + data.draw(st.binary(max_size=3)) + text[end:]))


@given(bodies)
def test_text_bytes_and_values_are_answered_alike(body: JsonValue) -> None:
    """It does not matter who parsed the body; but a string is always text that nobody parsed."""
    assume(not isinstance(body, str))
    text = json.dumps(body)
    assert wire.answer(text) == wire.answer(text.encode()) == wire.answer(json.loads(text))


@given(bodies)
def test_an_answer_is_json(body: JsonValue) -> None:
    """What is encoded reads back as what it was."""
    answer = wire.answer(json.dumps(body))
    assert repr(json.loads(wire.encode(answer))) == repr(answer)


@given(items)
def test_a_batch_of_one_answers_as_one(item: JsonObject) -> None:
    """The same result in a list; the same error with its place in the batch."""
    assume("batch" not in item)
    alone, batch = wire.answer(copy_plain(item)), wire.answer({"batch": [copy_plain(item)]})
    if alone["success"]:
        assert batch == {"success": True, "data": [alone["data"]]}
    else:
        message = str(alone["error"])
        joint = "" if message.startswith(("expected an object",)) else "."
        assert batch == {**alone, "error": f"batch[0]{joint}{message}"}


@given(st.lists(right_items, min_size=1, max_size=4))
def test_a_batch_answers_as_each_alone(batch: list[JsonObject]) -> None:
    """In the same order, and what one item says does not reach the next."""
    alone = [wire.answer(copy_plain(item))["data"] for item in batch]
    assert wire.answer({"batch": copy_plain(list(batch))}) == {"success": True, "data": alone}


@given(st.lists(st.one_of(items, right_items), min_size=1, max_size=4))
def test_a_partial_batch_answers_as_each_alone(batch: list[JsonObject]) -> None:
    """What is wrong with one item takes nothing from the others."""
    for item in batch:
        item.pop("batch", None)
    answers = wire.answer({"partial": True, "batch": copy_plain(list(batch))})["data"]
    assert isinstance(answers, list)
    for index, (item, answer) in enumerate(zip(batch, answers, strict=True)):
        alone = wire.answer({"batch": [copy_plain(item)]})
        if alone["success"]:
            assert [answer] == alone["data"]
        else:
            error = str(alone["error"]).replace("batch[0]", f"batch[{index}]", 1)
            assert answer == {**alone, "error": error, "index": index}


@given(right_items)
def test_the_wire_adds_nothing_to_track(item: JsonObject) -> None:
    """A request is answered with what track_many makes of the same page."""
    current = item["current"]
    previous = item.get("previous")
    assert isinstance(current, dict)
    options = Options().with_given(
        modes=item.get("modes"), context=item.get("context"), content_type=item.get("contentType")
    )
    page = Observation(
        markdown=str(current["markdown"]),
        json=current["json"],
        previous=Snapshot.from_dict(previous) if isinstance(previous, dict) else None,
        tag=None if item.get("tag") is None else str(item["tag"]),
    )
    (result,) = track_many([page], options=options)
    assert wire.answer(copy_plain(item)) == {"success": True, "data": wire.write_result(result)}


@given(right_items)
def test_the_answered_snapshot_sent_back_is_same(item: JsonObject) -> None:
    """A client that stores what it gets has a baseline."""
    first = json.loads(wire.encode(wire.answer(copy_plain(item))))["data"]
    again = wire.answer({**copy_item(item), "previous": first["snapshot"]})["data"]
    assert isinstance(again, dict)
    assert (again["status"], again["diff"], again["snapshot"]) == ("same", None, first["snapshot"])


def copy_item(item: JsonObject) -> JsonObject:
    """Return a deep copy of a request item."""
    return {key: copy_plain(value) for key, value in item.items()}


def _check_envelope(answer: JsonObject) -> None:
    """Assert that an answer has the shape that is promised, whatever was asked."""
    json.loads(wire.encode(answer))
    if answer["success"]:
        assert [key for key in answer if key != "clusters"] == ["success", "data"]
        data = answer["data"]
        for result in data if isinstance(data, list) else [data]:
            _check_result(result)
    else:
        _check_error(answer, _ERROR_KEYS)


def _check_result(result: JsonValue) -> None:
    assert isinstance(result, dict)
    if "success" in result:
        _check_error(result, [*_ERROR_KEYS, "index"])
        return
    assert list(result) == [key for key in _RESULT_KEYS if key in result]
    assert list(result)[:6] == _RESULT_KEYS[:6]
    assert result["status"] in {"same", "changed"}
    assert result["status"] == "changed" or result["diff"] is None
    assert isinstance(result["snapshot"], dict)
    assert result["snapshot"]["contentHash"] == result["contentHash"]
    assert result.get("truncated", True) is True


def _check_error(answer: JsonObject, keys: list[str]) -> None:
    assert list(answer) == keys
    assert answer["success"] is False
    assert (answer["errorCode"], answer["reason"]) in _REASONS
    problem, remedy = str(answer["error"]).rsplit("; ", 1)
    assert problem
    assert remedy
