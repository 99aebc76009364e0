"""The jobs of the processes, done here: bytes in, an answer out, and never anything else."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest

from changetrack_server.answers import ASK, JUDGE, Answer, bound
from changetrack_server.diffing import rules_of
from changetrack_server.settings import Settings
from changetrack_server.work.jobs import JOBS, warm_up

SETTINGS = Settings()
ORDER: dict[str, Any] = {
    "rules": asdict(rules_of(SETTINGS)),
    "most_bytes": 100_000,
    "page_elements": 1_000,
    "page_chars": 40,
    "has_model": False,
    "version": "v1",
}
PAGE = b"<title>T</title><main><h1>Lamp</h1><p class=price>$19</p></main>"
PRICE = {"properties": {"price": {"type": "number", "x-selector": ".price"}}}
NAME = {"properties": {"name": {"type": "string"}}}


def do(job: str, payload: bytes = b"", **order: Any) -> Answer:  # noqa: ANN401 - any JSON
    """Return the answer of a job with an order of these options."""
    return JOBS[job]({**ORDER, **order}, payload)


def compose(
    request: dict[str, Any],
    page: bytes = PAGE,
    status: int = 200,
    content_type: str = "text/html",
    **order: Any,  # noqa: ANN401 - any JSON
) -> tuple[Answer, dict[str, Any]]:
    """Return the answer to a scrape whose page is here, and what stands in it."""
    body = json.dumps({"url": "http://a.test/", **request}).encode()
    visited = {
        "url": "http://a.test/",
        "status": status,
        "content_type": content_type,
        "captured_at": "2026-11-26T12:00:00Z",
    }
    answer = do("compose", body + page, request_size=len(body), visited=visited, **order)
    return answer, json.loads(answer.body)


def test_the_warm_up_leaves_nothing_behind() -> None:
    """It only loads what the first job would load."""
    assert warm_up() is None  # type: ignore[func-returns-value]


def test_a_diff() -> None:
    """The body goes in as it came, and the envelope comes out."""
    answer = do("diff", b'{"previous": {"markdown": "a"}, "current": {"markdown": "b"}}')
    assert json.loads(answer.body)["data"]["status"] == "changed"


@pytest.mark.parametrize("job", ["check", "diff", "split"])
def test_a_body_that_is_none_is_an_answer(job: str) -> None:
    """400, in the envelope, from every job that reads one."""
    answer = do(job, b"{")
    assert (answer.status, json.loads(answer.body)["reason"]) == (400, "invalid_json")


def test_a_batch_becomes_lines_with_what_it_shares() -> None:
    """An item's own option stands above, in whichever spelling; null is not one."""
    batch = {
        "contentType": "text/html",
        "modes": ["json"],
        "batch": [
            {"current": {"json": 1}},
            {"current": {}, "modes": ["gitDiff"], "content_type": "a/b", "tag": None},
            5,
        ],
    }
    lines = do("split", json.dumps(batch).encode()).body.split(b"\n")
    assert [json.loads(line) for line in lines] == [
        {"current": {"json": 1}, "modes": ["json"], "contentType": "text/html"},
        {"current": {}, "modes": ["gitDiff"], "content_type": "a/b"},
        5,
    ]


def test_one_item_is_one_line() -> None:
    """Whoever asks for lines gets lines."""
    assert json.loads(do("split", b'{"current": {"markdown": "a"}}').body) == {
        "current": {"markdown": "a"}
    }


def test_what_a_batch_shares_may_not_multiply() -> None:
    """A prompt of 60 KB in 500 lines would be 30 MB."""
    batch = {"prompt": "p" * 60_000, "batch": [{"current": {}}] * 500}
    answer = do("split", json.dumps(batch).encode())
    assert (answer.status, json.loads(answer.body)["reason"]) == (413, "body_too_large")


def test_a_check_gives_the_plan() -> None:
    """What must be known before a page is fetched."""
    request = {"url": "http://a.test/", "timeout": 500, "goal": "g", "judgeEnabled": True}
    answer = do("check", json.dumps(request).encode())
    assert json.loads(answer.body)["data"] == {
        "url": "http://a.test/",
        "seconds": 0.5,
        "goal": "g",
        "prompt": None,
    }


def test_tracking_of_a_page_in_all_its_parts() -> None:
    """Text and fields, with an older snapshot, in both dialects."""
    previous = {"markdown": "# Lamp\n\n$17", "json": {"price": 17}}
    options = {"modes": ["gitDiff", "json"], "schema": PRICE, "previous": previous, "tag": "t"}
    one = {"formats": ["changeTracking", "json", "html", "links"], "changeTracking": options}
    _, first = compose(one)
    two = {"formats": [{"type": "changeTracking", **options}, "rawHtml"]}
    _, second = compose(two, version="v2")
    change = {"price": {"previous": 17, "current": 19}}
    found, other = first["data"]["changeTracking"], second["data"]["changeTracking"]
    assert found["diff"]["json"] == found["json"] == other["json"] == change
    assert other["diff"]["json"]["additions"] == 1
    assert (first["data"]["json"], first["data"]["extractor"]) == ({"price": 19}, "selectors")
    assert second["data"]["rawHtml"] == PAGE.decode()


def test_only_the_fields_changed() -> None:
    """On /v2 there is a tree, and it is empty."""
    previous = {"markdown": "# Lamp\n\n$19", "json": {"price": 17}}
    options = {"modes": ["gitDiff", "json"], "schema": PRICE, "previous": previous}
    _, answer = compose({"formats": [{"type": "changeTracking", **options}]}, version="v2")
    tree = answer["data"]["changeTracking"]["diff"]["json"]
    assert tree == {"files": [], "additions": 0, "deletions": 0}


def test_a_change_that_is_to_be_judged_says_so() -> None:
    """The rest of that is done where the model is."""
    request = {
        "formats": ["changeTracking"],
        "changeTracking": {"previous": {"markdown": "old"}},
        "goal": "g",
        "judgeEnabled": True,
    }
    answer, _ = compose(request)
    wall, shown = compose(request, b"<title>Just a moment...</title>", 503)
    assert (answer.note, wall.note) == (JUDGE, "")
    assert shown["data"]["acceptBaseline"] is False


def test_a_model_is_asked_for_what_only_it_can_find() -> None:
    """Once, for those fields alone; what it says is taken as it is."""
    request = {
        "formats": ["json", "changeTracking"],
        "changeTracking": {"modes": ["json"], "schema": PRICE},
        "jsonOptions": {"schema": NAME},
    }
    answer, asked = compose(request, has_model=True)
    questions = asked["data"]["questions"]
    assert (answer.note, questions[0], questions[1]["schema"]) == (ASK, None, NAME)
    assert questions[1]["markdown"] == "# Lamp\n\n$19"
    found = {"value": {"name": "Lamp"}, "extractor": "llm:m", "warnings": ["w"]}
    _, settled = compose(request, has_model=True, asked=[None, found])
    assert settled["data"]["json"] == {"name": "Lamp"}
    assert settled["data"]["changeTracking"]["snapshot"]["json"] == {"price": 19}
    assert settled["data"]["warnings"] == ["w"]


def test_a_page_that_is_no_text() -> None:
    """Its bytes are hashed, and an earlier hash decides."""
    request = {"formats": ["changeTracking"], "changeTracking": {}}
    _, first = compose(request, b"%PDF", content_type="application/pdf")
    snapshot = first["data"]["changeTracking"]["snapshot"]
    request["changeTracking"] = {"previous": snapshot}
    _, second = compose(request, b"%PDF", content_type="application/pdf")
    assert second["data"]["changeTracking"]["status"] == "same"
    assert second["data"]["markdown" if "markdown" in second["data"] else "contentType"]


@pytest.mark.parametrize(
    ("request_body", "page", "status", "reason"),
    [
        ({"formats": ["json"], "jsonOptions": {"schema": NAME}}, PAGE, 422, "nothing_extracted"),
        (
            {
                "formats": ["json"],
                "jsonOptions": {"schema": {"properties": {"a": {"x-selector": "b"}}}},
            },
            PAGE,
            422,
            "nothing_extracted",
        ),
        ({}, b"<p>" * 2_000, 422, "conversion_failed"),
        ({"formats": ["json"]}, PAGE, 400, "missing_schema"),
    ],
)
def test_what_cannot_be_composed(
    request_body: dict[str, Any], page: bytes, status: int, reason: str
) -> None:
    """The page's fault or the caller's, each with its reason."""
    answer, envelope = compose(request_body, page)
    assert (answer.status, envelope["reason"]) == (status, reason)


def test_a_page_that_is_json_by_itself_is_narrowed() -> None:
    """To what the schema declares; without one it is taken whole."""
    page = b'{"name": "Lamp", "visits": 5}'
    request = {"formats": ["json"], "jsonOptions": {"schema": NAME}}
    _, answer = compose(request, page, content_type="application/json")
    assert answer["data"]["json"] == {"name": "Lamp"}


def test_too_large_a_page_is_the_page_s_fault() -> None:
    """The library's limit on a page is no fault of the request."""
    answer, envelope = compose(
        {"formats": ["changeTracking"]}, b"a" * (16 * 2**20 + 1), content_type="text/plain"
    )
    assert (answer.status, envelope["reason"]) == (422, "conversion_failed")


def test_a_refusal_is_never_too_large() -> None:
    """However little may be answered, why there is no answer is said."""
    assert bound(Answer(400, b"12345"), 4) == Answer(400, b"12345")
    assert bound(Answer(200, b"1234"), 4) == Answer(200, b"1234")
    refusal = bound(Answer(200, b"12345"), 4)
    assert refusal.status == 413
    assert json.loads(refusal.body)["error"] == (
        "the answer has 5 bytes, more than the 4 that this server gives;"
        " ask for less by include or formats, or send fewer items at once"
    )
