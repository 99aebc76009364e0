"""The rows about what may be asked beside a diff: in process, and over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from changetrack import ChangeTrackError, wire
from changetrack_server.errors import find_status
from tests.server.http.live import serving
from tests.server.http.sockets import ask
from tests.spec.rows import Row, list_misses, load_cases, load_rows, spell_body


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Serve the routes."""
    with serving() as server:
        yield server.port


@pytest.mark.parametrize("row", load_cases("operations"))
def test_an_operation(row: Row) -> None:
    """Each is answered as its row says."""
    try:
        status, answer = 200, wire.operate(row["operation"], wire.load(spell_body(row)))
    except ChangeTrackError as error:
        status, answer = find_status(error), wire.write_error(error)
    assert list_misses(row, status, json.loads(wire.encode(answer))) == []


@pytest.mark.parametrize("row", load_cases("operations"))
def test_an_operation_over_HTTP(port: int, row: Row) -> None:
    """The same over the route of its name."""
    path = f"/v1/change-tracking/{row['operation']}"
    answer = ask(port, "POST", path, spell_body(row))
    assert list_misses(row, answer.status, answer.json) == []


def test_every_operation_has_rows_that_are_right_and_rows_that_are_wrong() -> None:
    """Nothing is left to the implementation."""
    kinds = {(row["operation"], row["status"] == 200) for row in load_rows("operations")}
    assert kinds == {(name, is_right) for name in wire.OPERATIONS for is_right in (True, False)}
