"""Which events are wanted: by their name, by the status of the page, by what a judge says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from changetrack.monitor.models import Page, PageStatus, Webhook
from changetrack.monitor.webhooks.filters import is_wanted
from tests.monitor.makers import NOON

STATUSES: tuple[PageStatus, ...] = ("same", "new", "changed", "removed", "error")
PAGE = Page(
    id="p",
    check_id="c",
    monitor_id="m",
    target_id="t",
    url="https://example.com/",
    status="changed",
    position=0,
    created_at=NOON,
)


def list_wanted(judgment: dict[str, Any] | None = None, **given: Any) -> list[str]:  # noqa: ANN401 - any field of a webhook
    """Return the statuses of pages that a webhook is told of."""
    webhook = Webhook(url="https://example.com/", **given)
    return [
        status
        for status in STATUSES
        if is_wanted(webhook, "monitor.page", replace(PAGE, status=status, judgment=judgment))
    ]


def test_everything_is_told_to_whom_asks_for_nothing() -> None:
    """Also pages that stayed the same, as the compatible APIs do it."""
    assert list_wanted() == list(STATUSES)


@pytest.mark.parametrize("events", [("monitor.page",), ("monitor.check.completed",), ()])
def test_events_are_chosen_by_their_names(events: tuple[str, ...]) -> None:
    """A test is for whoever asks for one."""
    webhook = Webhook(url="https://example.com/", events=events)
    named = ("monitor.page", "monitor.check.completed", "monitor.test")
    wanted = {event for event in named if is_wanted(webhook, event)}
    assert wanted == {*events, "monitor.test"}


def test_pages_are_chosen_by_their_status() -> None:
    """None named is all of them."""
    assert list_wanted(statuses=("changed", "error")) == ["changed", "error"]


@pytest.mark.parametrize(
    ("judgment", "wanted"),
    [
        (None, ["new", "changed", "removed", "error"]),
        ({"meaningful": True}, ["new", "changed", "removed", "error"]),
        ({"meaningful": False}, ["new", "removed", "error"]),
    ],
)
def test_noise_is_not_told_to_whom_wants_what_is_meaningful(
    judgment: dict[str, Any] | None, wanted: list[str]
) -> None:
    """What is new, gone or broken is told all the same, and so is what nobody could judge."""
    assert list_wanted(judgment, only_meaningful=True) == wanted


def test_a_page_that_stayed_the_same_can_be_asked_for() -> None:
    """By name, that is."""
    assert list_wanted(only_meaningful=True, statuses=("same", "new")) == ["same", "new"]
