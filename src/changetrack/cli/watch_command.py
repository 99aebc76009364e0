"""`changetrack watch`: what was asked for, what is shown of each round, and how it ends."""

from __future__ import annotations

import signal
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from changetrack import wire
from changetrack.cli import views
from changetrack.cli.door import entered, open_observer
from changetrack.cli.files import print_text, read_json, write_line
from changetrack.cli.keeping import Memory
from changetrack.cli.looks import write_look
from changetrack.cli.scheduling import spell_schedule
from changetrack.cli.screen import Ticker
from changetrack.cli.showing import CHANGED, SAME, TROUBLE, wants_color
from changetrack.cli.tables import Sheet
from changetrack.cli.watching import Watch, watch
from changetrack.errors import InvalidRequest
from changetrack.monitor.models import Target, Tracking
from changetrack.monitor.schedule import explain, parse_schedule
from changetrack.monitor.wire.tracking import CHANGE_MODES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from changetrack.cli.looks import Look

__all__ = ["Report", "run_watch"]

# Pages that change by the second are no pages, and whoever serves them has other readers.
_MINIMUM = timedelta(minutes=1)
_DEFAULT = "every 30 minutes"
# As the words are written in a column.
_STATUS_CHARS = 7


class _WallClock:
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        import anyio

        await anyio.sleep(seconds)


class Report:
    """Tells of looks as they come, and of all of them at the end."""

    def __init__(self, plan: Watch, *, is_json: bool, color: str) -> None:
        self._is_once = plan.is_once
        self._pages = len(plan.target.urls)
        self._zone = ZoneInfo(plan.schedule.timezone)
        self._is_json = is_json
        self._is_painted = wants_color(color) and not is_json
        self._counts: Counter[str] = Counter()
        self._noise = 0
        self._day = ""

    def tell(self, looks: Iterable[Look]) -> None:
        """Show looks, and see that they arrive."""
        sheet = Sheet(is_painted=self._is_painted)
        for look in looks:
            self._counts[look.status] += 1
            self._noise += look.is_noise
            if self._is_json:
                sheet.add_block(wire.encode(write_look(look)).decode())
            else:
                self._add(sheet, look)
        print_text(sheet.text, is_painted=sheet.is_painted)
        sys.stdout.flush()

    def _add(self, sheet: Sheet, look: Look) -> None:
        at = look.at.astimezone(self._zone)
        day = at.strftime("%A, %Y-%m-%d (%Z)")
        if day != self._day:
            sheet.add(sheet.title(day))
            self._day = day
        gap = " " * (_STATUS_CHARS - len(look.status))
        sheet.add(f"{at:%H:%M}  {sheet.word(look.status)}{gap}  {sheet.word(look.seen.url)}")
        if look.status == "error":
            # The place of the URL in a request, which is on the line above.
            words = (look.seen.error or "there is nothing to compare").removeprefix("url: ")
            sheet.add(f"  {sheet.word(words)}")
            return
        for warning in look.seen.warnings:
            sheet.add(f"  {sheet.word(warning)}")
        if look.judgment is not None:
            views.add_judgment(sheet, look.judgment)
        if look.diff is not None and not look.is_noise:
            views.add_diff(sheet, look.diff)

    def sum_up(self) -> str:
        """Return all of it in a line."""
        counts = self._counts
        rounds = sum(counts.values()) // self._pages
        kinds = [f"{counts[kind]} {kind}" for kind in ("changed", "new", "same", "error")]
        found = ", ".join(each for each in kinds if not each.startswith("0 "))
        times = "once" if rounds == 1 else f"{rounds} times"
        pages = f"{self._pages} page{'s' * (self._pages != 1)}"
        return f"looked at {pages} {times}: {found or 'nothing'}"

    @property
    def status(self) -> int:
        """The exit status: of one look as `track` has it, of many what came of all of them."""
        counts, changed = self._counts, self._counts["changed"] - self._noise
        if self._is_once:
            changed += counts["new"]
        is_good = counts.total() > counts["error"]
        if (counts["error"] and self._is_once) or not is_good:
            return TROUBLE
        return CHANGED if changed else SAME


def run_watch(given: argparse.Namespace) -> int:
    """Watch until it is enough, and return the exit status.

    Raises:
        Trouble: a package is missing, or a setting is wrong.
        ChangeTrackError: what was given makes no sense.
        OSError: a file cannot be used.
    """
    with entered("monitor"):
        return _watch(given)


def _watch(given: argparse.Namespace) -> int:
    plan = _plan_watch(given, datetime.now(UTC))
    memory = Memory(Path(given.state) if given.state is not None else None)
    report = Report(plan, is_json=given.json, color=given.color)
    if not plan.is_once:
        write_line(f"changetrack: {_spell_plan(plan)} (stop with Ctrl-C)")
    # As Ctrl-C does, so that a watch that runs as a service ends as well as one in a terminal.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _run(plan, memory, report)
    except KeyboardInterrupt:
        write_line(f"changetrack: {report.sum_up()}")
    finally:
        signal.signal(signal.SIGTERM, before)
    return report.status


def _run(plan: Watch, memory: Memory, report: Report) -> None:
    import anyio

    ticker = Ticker(sys.stderr)

    async def go_on() -> None:
        async with open_observer() as observe:
            await watch(plan, observe, memory, clock=_WallClock(), ticker=ticker, tell=report.tell)

    try:
        anyio.run(go_on)
    finally:
        ticker.clear()


def _plan_watch(given: argparse.Namespace, now: datetime) -> Watch:
    """Return what was asked for.

    Raises:
        ChangeTrackError: it makes no sense.
    """
    words = spell_schedule(given)
    schedule = parse_schedule(
        _DEFAULT if words is None and given.cron is None else words,
        cron=given.cron,
        timezone=given.timezone or "UTC",
        minimum=_MINIMUM,
        anchor=now,
    )
    urls = tuple(dict.fromkeys(given.urls))
    target = Target(id="", type="scrape", urls=urls, tracking=_plan_tracking(given))
    return Watch(target=target, schedule=schedule, goal=given.goal, is_once=given.once)


def _plan_tracking(given: argparse.Namespace) -> Tracking:
    has_fields = given.schema is not None or given.prompt is not None
    mode = given.mode or ("json" if has_fields else "markdown")
    if mode != "markdown" and not has_fields:
        problem = "JSON needs to know what to look for"
        raise InvalidRequest(problem, "add a --schema or a --prompt", "--mode")
    if mode == "markdown" and has_fields:
        raise InvalidRequest("the text has no fields", "use --mode json or mixed", "--mode")
    schema = None if given.schema is None else read_json(given.schema, "utf-8-sig")
    if schema is not None and not isinstance(schema, dict):
        raise InvalidRequest("this is no JSON Schema", "write an object", given.schema)
    return Tracking(modes=CHANGE_MODES[mode], schema=schema, prompt=given.prompt)


def _spell_plan(plan: Watch) -> str:
    count = len(plan.target.urls)
    what = plan.target.urls[0] if count == 1 else f"{count} pages"
    return f"watching {what}, {explain(plan.schedule)}"
