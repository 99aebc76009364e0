"""The wire as a server uses it: reading, answering, writing, each step for itself."""

from __future__ import annotations

import pytest

from changetrack import Limits, Observation, Options, Snapshot, track, wire
from changetrack._models import JsonObject, JsonValue
from changetrack.errors import (
    BatchTooLarge,
    ChangeTrackError,
    ContentTooLarge,
    EmptyBatch,
    FieldTooLong,
    InvalidJson,
    JsonTooDeep,
    MissingContent,
    NumberTooLong,
)

ITEM: JsonObject = {
    "url": "https://example.com/",
    "modes": ["json", "git-diff"],
    "schema": {"type": "object"},
    "prompt": "prices",
    "contentType": "text/html",
    "context": 0,
    "trackOnlySchema": False,
    "tag": "home",
    "goal": "alert",
    "judgeEnabled": True,
    "current": {"markdown": "b", "json": {"p": 2}, "capturedAt": "now"},
    "previous": {"markdown": "a", "json": {"p": 1}, "contentHash": "x"},
}
READ = wire.DiffItem(
    page=Observation(markdown="b", json={"p": 2}, tag="home", captured_at="now"),
    previous=Snapshot(markdown="a", json={"p": 1}, content_hash="x"),
    options=Options(
        modes=("json", "gitDiff"),
        schema={"type": "object"},
        content_type="text/html",
        context=0,
        track_only_schema=False,
    ),
    url="https://example.com/",
    prompt="prices",
    goal="alert",
    judge_enabled=True,
)
NOTHING = MissingContent(
    "there is no current page", 'send {"markdown": …} or {"json": …}', "current"
)


def test_a_request_is_read_as_a_whole() -> None:
    """Every key of the protocol has its place."""
    assert wire.read_request(ITEM) == wire.DiffRequest(items=(READ,))


def test_a_batch_shares_options_and_labels() -> None:
    """But not what belongs to one page; an item may say no where the batch says yes."""
    shared = {key: value for key, value in ITEM.items() if key not in {"current", "previous"}}
    own: JsonObject = {
        "judgeEnabled": False,
        "goal": "",
        "prompt": None,
        "trackOnlySchema": True,
        "context": 1,
    }
    batch: list[JsonValue] = [{"current": {}}, {"current": {}, **own}]
    request = wire.read_request({**shared, "batch": batch})
    assert request.is_batch
    assert not request.partial
    first, second = request.items
    assert first == wire.DiffItem(
        page=Observation(),
        previous=None,
        options=READ.options,
        prompt="prices",
        goal="alert",
        judge_enabled=True,
    )
    assert isinstance(second, wire.DiffItem)
    assert (second.goal, second.prompt, second.judge_enabled) == ("", "prices", False)
    assert (second.options.track_only_schema, second.options.context) == (True, 1)


def test_a_partial_batch_keeps_what_is_wrong_in_its_place() -> None:
    """As the error itself."""
    request = wire.read_request({"partial": True, "batch": [{"current": {}}, {}]})
    assert request.partial
    assert request.items[1] == NOTHING.under("batch[1]")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, NOTHING),
        ({"batch": []}, EmptyBatch()),
        ({"batch": [{"current": {}}] * 3}, BatchTooLarge(2, 3, "batch")),
        ({"current": {}, "tag": "xx"}, FieldTooLong(1, 2, "tag")),
        ({"current": {}, "url": "xxx"}, FieldTooLong(2, 3, "url")),
        ({"current": {"capturedAt": "xxxx"}}, FieldTooLong(3, 4, "current.capturedAt")),
        (
            {"current": {}, "previous": {"contentHash": "xxxxx"}},
            FieldTooLong(4, 5, "previous.contentHash"),
        ),
    ],
)
def test_limits_are_those_that_are_given(body: JsonValue, error: ChangeTrackError) -> None:
    """A server sets its own."""
    limits = Limits(batch_items=2, tag_chars=1, url_chars=2, timestamp_chars=3, hash_chars=4)
    with pytest.raises(type(error)) as caught:
        wire.read_request(body, limits=limits)
    assert caught.value == error
    assert wire.answer(body, limits=limits) == wire.write_error(error)


def test_a_page_too_large_is_refused_when_it_is_tracked() -> None:
    """With its place in the batch; in a partial one it takes nothing from the others."""
    limits = Limits(markdown_chars=1)
    batch: list[JsonValue] = [{"current": {"markdown": "a"}}, {"current": {"markdown": "ab"}}]
    error = ContentTooLarge(1, 2, "batch[1].current.markdown")
    request = wire.read_request({"batch": batch})
    with pytest.raises(ContentTooLarge) as caught:
        wire.answer_request(request, limits=limits)
    assert caught.value == error
    partial = wire.read_request({"batch": batch, "partial": True})
    assert wire.answer_request(partial, limits=limits)["data"] == [
        wire.write_result(track("a")),
        {**wire.write_error(error), "index": 1},
    ]


def test_an_error_is_written_with_both_its_words() -> None:
    """The coarse one that clients know, and the fine one."""
    assert wire.write_error(BatchTooLarge(500, 501, "batch")) == {
        "success": False,
        "error": str(BatchTooLarge(500, 501, "batch")),
        "errorCode": "payload_too_large",
        "reason": "batch_too_large",
    }


def test_a_result_is_written_in_the_seeds_order() -> None:
    """With all that a result may have."""
    first = track(json=[], modes=["json"], tag="t")
    result = track(
        json=[1, 2],
        modes=["json"],
        schema={"items": {"type": "string"}},
        previous=first.snapshot,
        tag="",
        limits=Limits(field_entries=1),
    )
    written = wire.write_result(result)
    assert list(written) == [
        *("status", "firstObservation", "contentHash", "snapshot", "diff", "judgment"),
        *("tag", "truncated", "warnings"),
    ]
    assert written["warnings"] == list(result.warnings)
    assert written["diff"] == {"json": {"[0]": {"previous": None, "current": 1}}}
    assert written["truncated"] is True
    assert written["tag"] == ""


def test_what_is_encoded_is_compact_and_raw() -> None:
    """Integers of any size, non-ASCII as it is, keys in the order they stand in."""
    assert wire.encode({"b": [2**70, "é\u2028"], "a": 1e16}) == (
        '{"b":[1180591620717411303424,"é\u2028"],"a":1e+16}'.encode()
    )


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[[1]]", JsonTooDeep(1)),
        (b"[123]", None),
        ("[1234567890123456789012345]", NumberTooLong(19)),
    ],
)
def test_loading_obeys_the_limits(text: str | bytes, error: InvalidJson | None) -> None:
    """Depth and digits are settings."""
    limits = Limits(json_depth=1, integer_digits=19)
    if error is None:
        assert wire.load(text, limits=limits) == [123]
        return
    with pytest.raises(InvalidJson) as caught:
        wire.load(text, limits=limits)
    assert caught.value == error
    assert wire.answer(text, limits=limits) == wire.write_error(error)


def test_a_body_that_somebody_parsed_may_hold_what_is_no_json() -> None:
    """It is refused, and never hashed as something else."""
    body: JsonValue = {"modes": ["json"], "current": {"json": {"a": [float("nan")]}}}
    error = InvalidJson("nan is not a JSON number", "use null or a string", "current.json.a[0]")
    assert wire.answer(body) == wire.write_error(error)


def test_a_body_that_somebody_parsed_stays_theirs() -> None:
    """What is answered does not change when they change it."""
    body: JsonObject = {"modes": ["json"], "current": {"json": {"a": [1]}}}
    answer = wire.answer(body)
    before = wire.encode(answer)
    body["current"]["json"]["a"].append(2)  # type: ignore[index,call-overload,union-attr]
    assert wire.encode(answer) == before
