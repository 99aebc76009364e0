"""The rows about requests again, over HTTP: one by one, as a stream, and as a batch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from changetrack_server.errors import FAULTS, STATUSES
from tests.server.http.live import serving
from tests.server.http.sockets import LINES_TYPE, post_diff
from tests.spec.rows import Row, list_misses, load_cases, load_rows, spell_body

FILES = ("change-tracking-diff", "tracking", "errors")
ROWS = [row for name in FILES for row in load_rows(name)]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Serve the route, with room for the rows that are too large for the library."""
    with serving(max_body_bytes=2**25) as server:
        yield server.port


@pytest.mark.parametrize("row", [case for name in FILES for case in load_cases(name)])
def test_a_row_over_HTTP(port: int, row: Row) -> None:
    """The status is the row's, the answer holds, and an error says what it must."""
    answer = post_diff(port, spell_body(row))
    assert _list_all_misses(row, answer.status, answer.json) == []
    assert answer.header("content-type") == "application/json"
    assert answer.header("x-request-id")


def _as_line(row: Row) -> bytes | None:
    """Return the body of a row as a line of a stream, unless its white space is the case."""
    body = spell_body(row)
    return body if body and body.strip() == body and b"\n" not in body else None


def test_the_rows_as_one_stream(port: int) -> None:
    """Each line is answered as if it had been alone, wrong ones among right ones."""
    lines = [(row, line) for row in ROWS if (line := _as_line(row))]
    body = b"\n".join(line for _, line in lines)
    answer = post_diff(port, body, f"Content-Type: {LINES_TYPE}")
    answers = [json.loads(line) for line in answer.body.decode().split("\n")[:-1]]
    assert (len(answers), len(lines) > len(ROWS) * 0.9) == (len(lines), True)
    missed = {}
    for index, ((row, _), one) in enumerate(zip(lines, answers, strict=True)):
        assert one.pop("index") == index
        misses = _list_all_misses(row, _status_of(one), one)
        if misses:
            missed[row["name"]] = misses
    assert missed == {}


# What an answer of 500 items may hold of paths is shared among them.
_LARGE = 20_000


def _as_item(row: Row) -> Any:  # noqa: ANN401 - any JSON may be a request
    """Return the request of a row as an item of a batch, unless it is a batch itself."""
    request = row.get("request")
    is_item = isinstance(request, dict) and "batch" not in request and row["status"] == 200
    return request if is_item and len(json.dumps(row["expect"])) < _LARGE else None


def test_the_rows_as_one_batch(port: int) -> None:
    """Every row that is a right item holds among others, and beside one that is wrong."""
    rows = [(row, item) for row in ROWS if (item := _as_item(row))]
    body = {"partial": True, "batch": [*(item for _, item in rows), {"current": 5}]}
    answers = post_diff(port, body).json["data"]
    assert answers[-1]["index"] == len(rows) > 150
    missed = {}
    for (row, _), data in zip(rows, answers[:-1], strict=True):
        misses = list_misses(row, 200, {"success": True, "data": data})
        if misses:
            missed[row["name"]] = misses
    assert missed == {}
    lines = post_diff(port, body, f"Accept: {LINES_TYPE}").body.decode().split("\n")[:-1]
    assert [_as_data(json.loads(line)) for line in lines] == [_as_data(one) for one in answers]


def _as_data(answer: dict[str, Any]) -> object:
    """Return what a line and an item of a batch have in common."""
    if answer.get("success") is False:
        # Each names the place where it stands.
        return answer["errorCode"], answer["reason"], answer["index"]
    return answer.get("data", answer)


def _status_of(envelope: dict[str, Any]) -> int:
    if envelope["success"]:
        return 200
    fault = FAULTS.get(envelope["reason"])
    return fault.status if fault else STATUSES[envelope["errorCode"]]


def _list_all_misses(row: Row, status: int, answer: dict[str, Any]) -> list[str]:
    """Return where an answer is not what its row expects, the words of an error included."""
    misses = list_misses(row, status, answer)
    if "error" in answer:
        words = answer["error"]
        misses += [part for part in row.get("errorHas", ()) if part not in words]
        misses += [] if words == row.get("error", words) else [words]
        misses += [] if list(answer) == ["success", "error", "errorCode", "reason"] else ["keys"]
    return misses
