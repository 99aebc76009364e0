"""The reference page: each of its rows is what the code does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from changetrack.errors import InvalidSchedule
from changetrack.monitor.schedule import Schedule, list_runs, parse_schedule
from changetrack.monitor.schedule.clauses import NUMBERS, UNITS
from changetrack.monitor.schedule.expressions import MACROS
from tests.docs.pages import ROOT
from tests.monitor.schedule.golden import ANCHOR, CRON, REFUSED, UNDERSTOOD

PAGE = (ROOT / "docs/reference/schedules.md").read_text(encoding="utf-8")


def _tables() -> Iterator[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """Yield the head and the rows of each table."""
    for block in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE):
        head, _, *rows = (
            tuple(cell.strip() for cell in line.strip("|").split(" | "))
            for line in block.splitlines()
        )
        yield head, rows


def _rows(*head: str) -> list[tuple[str, ...]]:
    found = [row for each, rows in _tables() if each == head for row in rows]
    assert found, head
    return [tuple(cell.strip("`| ") for cell in row) for row in found]


def test_every_table_is_checked() -> None:
    """A table under another head would promise unseen."""
    assert {head for head, _ in _tables()} == {
        ("words", "cron"),
        ("words", "seconds"),
        ("unit", "spellings"),
        ("cron", "comes back as"),
        ("macro", "cron"),
        ("words", "cron", "time zone"),
        ("expression", "zone", "night", "runs (UTC)"),
        ("words", "spread over"),
        ("reason", "such as", "what it says"),
    }


@pytest.mark.parametrize("row", _rows("words", "cron"), ids=lambda row: row[0])
def test_words_and_their_cron(row: tuple[str, str]) -> None:
    """As the page says, and as the golden file has it."""
    text, cron = row
    assert parse_schedule(text).cron == cron
    assert cron in [each.get("means") for each in UNDERSTOOD if each["text"] == text]


@pytest.mark.parametrize("row", _rows("words", "seconds"), ids=lambda row: row[0])
def test_words_and_their_seconds(row: tuple[str, str]) -> None:
    """What cron cannot say."""
    schedule = parse_schedule(row[0], anchor=ANCHOR)
    assert (schedule.cron, str(schedule.every_seconds)) == (None, row[1])


def test_words_with_a_zone() -> None:
    """The zone is the one that is named."""
    for text, cron, zone in _rows("words", "cron", "time zone"):
        schedule = parse_schedule(text)
        assert (schedule.cron, schedule.timezone) == (cron, zone)


def test_cron_as_it_comes_back() -> None:
    """The rows of the page are rows of the golden file."""
    golden = {row["cron"]: row["means"] for row in CRON}
    for cron, means in _rows("cron", "comes back as"):
        assert golden[cron] == parse_schedule(cron=cron).cron == means


def test_macros_units_and_numbers() -> None:
    """The vocabulary is complete, and nothing is in it that is not understood."""
    assert _rows("macro", "cron") == [*MACROS.items()]
    spellings = {
        word: unit
        for unit, words in _rows("unit", "spellings")
        for word in re.findall(r"\w+", words)
    }
    assert spellings == UNITS
    for word in ("twelve", "fifteen", "twenty", "thirty", "forty", "forty-five", "sixty", "ninety"):
        assert word in NUMBERS
        assert f"`{word}`" in PAGE


def test_nights_in_which_clocks_change() -> None:
    """What runs on the date that the row names."""
    for cron, name, night, runs in _rows("expression", "zone", "night", "runs (UTC)"):
        zone = ZoneInfo(name)
        start = datetime.fromisoformat(night[:10]).replace(tzinfo=UTC) - timedelta(hours=24)
        found = [
            run.strftime("%H:%M")
            for run in list_runs(Schedule(cron=cron, timezone=name), start, 50)
            if run.astimezone(zone).date().isoformat() == night[:10]
        ]
        assert (", ".join(found) or "none") == runs, (cron, night)


def test_what_spreading_looks_like() -> None:
    """The examples are expressions that some id falls on."""
    for words, over in _rows("words", "spread over"):
        shown = re.findall(r"`([^`]+)", f"`{over}")[-1].split("`")[-1].strip()
        text = re.findall(r"[a-z0-9 ]+", words)[-1 if "2 hours" in words else 0].strip()
        seeds = map(str, range(5_000))
        assert any(parse_schedule(text, seed=seed).cron == shown for seed in seeds), (text, shown)


def test_what_is_refused() -> None:
    """With the whole text of the error; every reason has a row."""
    rows = _rows("reason", "such as", "what it says")
    for reason, given, error in rows:
        key = error.partition(":")[0]
        sent = {key: "*" * 40_000 if reason == "too_long" else given}
        with pytest.raises(InvalidSchedule) as caught:
            parse_schedule(sent.get("text"), cron=sent.get("cron"))
        assert (caught.value.reason, str(caught.value)) == (reason, error)
    assert {row[0] for row in rows} == {row["reason"] for row in REFUSED}
