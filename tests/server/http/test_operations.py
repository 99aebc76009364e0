"""What may be asked beside a diff, over a real socket: as the document says, or refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from changetrack import JsonObject, wire
from changetrack_server.openapi import examples
from tests.server.http.live import LiveServer
from tests.server.http.sockets import ask


def _post(server: LiveServer, name: str, body: bytes | JsonObject) -> tuple[int, Any]:
    payload = body if isinstance(body, bytes) else wire.encode(body)
    answer = ask(server.port, "POST", f"/v1/change-tracking/{name}", payload)
    return answer.status, json.loads(answer.body)


@pytest.mark.parametrize("name", wire.OPERATIONS)
def test_the_document_shows_what_is_answered(plain: LiveServer, name: str) -> None:
    """Its example is answered by its example, byte for byte as values."""
    answered = _post(plain, name, examples.OPERATION_REQUESTS[name])
    assert answered == (200, examples.answer_operation(name))


@pytest.mark.parametrize("name", wire.OPERATIONS)
@pytest.mark.parametrize("body", [b"", b"[]", b'{"a":', b'"x"'])
def test_any_bytes_are_refused_with_an_envelope(plain: LiveServer, name: str, body: bytes) -> None:
    """As on the diff route."""
    status, envelope = _post(plain, name, body)
    assert (status, envelope["success"], envelope["errorCode"]) == (400, False, "invalid_request")


def test_a_diff_that_does_not_apply_changes_nothing(plain: LiveServer) -> None:
    """It says where, and that it is the diff and not the request that does not fit."""
    diff: JsonObject = {"text": "--- previous\n+++ current\n@@ -1 +1 @@\n-a\n+b\n"}
    status, envelope = _post(plain, "apply", {"diff": diff, "previous": {"markdown": "c"}})
    assert (status, envelope["reason"]) == (422, "hunk_does_not_apply")


def test_extras_and_clusters_come_over_http_as_in_process(plain: LiveServer) -> None:
    """What is light is done on the spot and the rest in a process of its own, with one answer."""
    page: JsonObject = {"previous": {"markdown": "# A\n\n$4"}, "current": {"markdown": "# A\n\n$5"}}
    more: JsonObject = {"include": [*wire.EXTRAS], "history": [{"markdown": "x"}], "baseline": {}}
    body: JsonObject = {"batch": [{**page, **more}, page], "cluster": True}
    assert _post(plain, "diff", body) == (200, wire.answer(body))
