"""Whether a check is worth a message."""

from __future__ import annotations

import pytest

from changetrack import JsonObject
from changetrack.monitor.mail import is_worth_telling
from changetrack.monitor.models import Summary
from tests.monitor.mail.news import MEANINGFUL, NOISE, make_page
from tests.monitor.makers import make_config

# What a check found, what was said of its changed pages (None: nothing), and whether it is told:
# where nothing is judged, where it is, and on the first check of a monitor.
TABLE: list[tuple[Summary, list[JsonObject | None], tuple[bool, bool, bool]]] = [
    (Summary(), [], (False, False, False)),
    (Summary(same=3), [], (False, False, False)),
    (Summary(new=3), [], (True, True, False)),
    (Summary(removed=1), [], (True, True, True)),
    (Summary(error=1), [], (True, True, True)),
    (Summary(new=2, error=1), [], (True, True, True)),
    (Summary(changed=1), [None], (True, True, True)),
    (Summary(changed=1), [MEANINGFUL], (True, True, True)),
    (Summary(changed=1), [NOISE], (True, False, False)),
    (Summary(changed=2), [NOISE, NOISE], (True, False, False)),
    (Summary(changed=2), [NOISE, None], (True, True, True)),
    (Summary(changed=2), [NOISE, MEANINGFUL], (True, True, True)),
    # One of them was not read, so nobody knows that it is noise.
    (Summary(changed=2), [NOISE], (True, True, True)),
    (Summary(changed=1, new=1), [NOISE], (True, True, False)),
    (Summary(changed=1, removed=1), [NOISE], (True, True, True)),
    (Summary(changed=1, error=1), [NOISE], (True, True, True)),
    (Summary(changed=1), [{}], (True, True, True)),
    (Summary(changed=1), [{"meaningful": None}], (True, True, True)),
    (Summary(changed=1), [{"meaningful": "false"}], (True, True, True)),
]


@pytest.mark.parametrize(("summary", "judgments", "told"), TABLE)
def test_a_check_is_told_when_something_happened_that_is_no_noise(
    summary: Summary, judgments: list[JsonObject | None], told: tuple[bool, bool, bool]
) -> None:
    """The whole table: without a judge, with one, and with one on the very first check."""
    pages = [make_page(at, judgment=judgment) for at, judgment in enumerate(judgments)]
    plain, judged = make_config(), make_config(goal="prices", judge_enabled=True)
    assert told == (
        is_worth_telling(plain, summary, pages),
        is_worth_telling(judged, summary, pages),
        is_worth_telling(judged, summary, pages, is_first=True),
    )


def test_only_a_judge_that_says_so_makes_noise() -> None:
    """A judgment that is missing or odd silences nothing."""
    judgments: list[JsonObject | None] = [NOISE, MEANINGFUL, None, {}, {"meaningful": 0}]
    noise = [make_page(judgment=each).is_noise for each in judgments]
    assert noise == [True, False, False, False, False]
