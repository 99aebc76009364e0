"""The rows about requests, each taken the whole way: bytes in, bytes out."""

from __future__ import annotations

import json

import pytest

from changetrack import wire
from tests.spec.rows import Row, list_misses, load_cases, spell_body

# What HTTP makes of an error's code; the server's own table is tested with the server.
_STATUSES = {"invalid_request": 400, "payload_too_large": 413, "patch_failed": 422}


@pytest.mark.parametrize("row", load_cases("change-tracking-diff"))
def test_change_tracking_diff(row: Row) -> None:
    """The contract that we share with compatible engines holds."""
    assert list_misses(row, *_ask(row)) == []


@pytest.mark.parametrize("row", load_cases("tracking"))
def test_tracking(row: Row) -> None:
    """Every decision about tracking is answered as the row says."""
    assert list_misses(row, *_ask(row)) == []


@pytest.mark.parametrize("row", load_cases("errors"))
def test_errors(row: Row) -> None:
    """What is wrong is refused, with the words that the row gives it."""
    status, answer = _ask(row)
    assert list_misses(row, status, answer) == []
    assert answer["error"] == row.get("error", answer["error"])
    assert [part for part in row.get("errorHas", ()) if part not in str(answer["error"])] == []
    assert list(answer) == ["success", "error", "errorCode", "reason"]


def _ask(row: Row) -> tuple[int, dict[str, object]]:
    """Return the status and the answer to the request of a row."""
    answer = json.loads(wire.encode(wire.answer(spell_body(row))))
    return 200 if answer["success"] else _STATUSES[answer["errorCode"]], answer
