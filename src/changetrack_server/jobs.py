"""What is done in a process of its own: the table of jobs, each bytes in and an answer out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from changetrack import html_to_markdown
from changetrack_server.answers import Answer
from changetrack_server.diffing import DiffRules, answer_diff, rules_of, split_batch
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


JOBS: dict[str, Job] = {"diff": _diff, "split": _split}

# Every surface once, on a page of one word.
_SMALL = b"""{"modes": ["gitDiff", "json"], "schema": {"properties": {"a": {"pattern": "b"}}},
"previous": {"markdown": "a", "json": {"a": "b"}}, "current": {"markdown": "b", "json": {}}}"""


def warm_up() -> None:
    """Load what the first job would wait for."""
    answer_diff(_SMALL, rules_of(Settings()))
    html_to_markdown("<p>a</p>")
