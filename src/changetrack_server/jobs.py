"""What is done in a process of its own: the table of jobs, each bytes in and an answer out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

from changetrack import ChangeTrackError, JsonObject, wire
from changetrack_server.answers import Answer, refuse
from changetrack_server.diffing import DiffRules, answer_diff, rules_of, split_batch
from changetrack_server.egress.charsets import decode
from changetrack_server.reading import PageJob, read_page
from changetrack_server.settings import Settings

__all__ = ["JOBS", "warm_up"]

# What the parent wrote down in `workers`, so it is not checked again here.
Order: TypeAlias = Mapping[str, Any]
# Takes the options of the job, and what it works on.
Job: TypeAlias = Callable[[Order, bytes], Answer]


def _diff(order: Order, payload: bytes) -> Answer:
    return answer_diff(payload, DiffRules(**order["rules"]))


def _split(order: Order, payload: bytes) -> Answer:
    return split_batch(payload, DiffRules(**order["rules"]))


def _read(order: Order, payload: bytes) -> Answer:
    job = PageJob(**order["page"])
    text, _ = decode(payload, job.content_type or "")
    try:
        content = read_page(text, job)
    except ChangeTrackError as error:
        return refuse(error)
    # A TypedDict is a JSON object in all but the type checker's eyes.
    return Answer(200, wire.encode(cast("JsonObject", {"success": True, "data": content})))


JOBS: dict[str, Job] = {"diff": _diff, "split": _split, "read": _read}

# Every surface once, on a page of one word.
_SMALL = b"""{"modes": ["gitDiff", "json"], "schema": {"properties": {"a": {"pattern": "b"}}},
"previous": {"markdown": "a", "json": {"a": "b"}}, "current": {"markdown": "b", "json": {}}}"""


def warm_up() -> None:
    """Load what the first job would wait for."""
    answer_diff(_SMALL, rules_of(Settings()))
    read_page("<p>a</p>", PageJob(wants=("markdown", "html", "links")))
