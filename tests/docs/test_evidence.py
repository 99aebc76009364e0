"""Every fault of the catalogue has a test, or a reason why it has none."""

from __future__ import annotations

import re

from docs.evidence import FAULTS, find_tests
from tests.docs.pages import ROOT


def test_the_catalogue_has_fifty_faults() -> None:
    """C1 to C50, in this order, each with what goes wrong and what happens instead."""
    assert list(FAULTS) == [f"C{number}" for number in range(1, 51)]
    assert all(fault.trouble and fault.promise for fault in FAULTS.values())


def test_every_fault_has_a_test_or_a_reason() -> None:
    """And not both: a reason that is none any more is taken out."""
    found = find_tests()
    assert {name for name, fault in FAULTS.items() if (name in found) == bool(fault.untested)} == (
        set()
    )


def test_no_test_is_about_a_fault_that_is_none() -> None:
    """A number that is mistyped proves nothing."""
    assert set(find_tests()) <= set(FAULTS)


def test_the_numbers_in_the_prose_are_those_of_the_tests() -> None:
    """What the page of reliability says of the harness, the harness asks for."""
    prose = (ROOT / "docs/explanation/reliability.md").read_text(encoding="utf-8")
    chaos = (ROOT / "tests/monitor/crash/test_chaos.py").read_text(encoding="utf-8")
    mistakes = (ROOT / "tests/monitor/crash/mistakes.py").read_text(encoding="utf-8")
    events = re.search(r"^_EVENTS = ([\d_]+)$", chaos, re.MULTILINE)
    assert events is not None
    assert f"at least {int(events[1]):,} events" in prose
    count = len(re.findall(r'^    "[^"]+": ', mistakes.partition("MISTAKES")[2], re.MULTILINE))
    words = ("six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    assert f"{words[count - 6]} mistakes" in prose
