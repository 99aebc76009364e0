"""`changetrack watch`: rounds on a clock that a test moves, and the command on a real site."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest

import changetrack
from changetrack import JsonObject, Options, Snapshot, track, wire
from changetrack.cli import main
from changetrack.cli.keeping import Memory
from changetrack.cli.screen import Ticker
from changetrack.cli.watch_command import Report
from changetrack.cli.watching import Watch, watch
from changetrack.monitor.models import Target, Tracking
from changetrack.monitor.outcomes import Observation
from changetrack.monitor.schedule import parse_schedule
from tests.monitor.cli.house import CHANGED, SAME, TROUBLE, list_variables
from tests.server.serving import serve
from tests.server.sites import Site
from tests.unit.cli.pages import Terminal

Output = pytest.CaptureFixture[str]
_PAGE = "https://example.com/pricing"
# A Saturday, a minute before the first half hour.
_START = datetime(2026, 5, 30, 12, 29, tzinfo=UTC)
_PLAN = Watch(
    target=Target(id="", type="scrape", urls=(_PAGE,)), schedule=parse_schedule("every 30 minutes")
)


class _Over(Exception):
    """The clock stands still."""


class _Clock:
    """A clock that whoever sleeps moves, until it is over."""

    def __init__(self, rounds_end: datetime) -> None:
        self.time = _START
        self._end = rounds_end

    def now(self) -> datetime:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        if self.time > self._end:
            raise _Over


class _Pages:
    """What each look finds: a text, or why there is none."""

    def __init__(self, *found: str | Exception) -> None:
        self._found = list(found)
        self.asked: list[JsonObject | None] = []
        self.targets: list[Target] = []

    async def observe(self, target: Target, url: str, previous: JsonObject | None) -> Observation:
        """Return the next one."""
        self.asked.append(previous)
        self.targets.append(target)
        found = self._found.pop(0)
        if isinstance(found, Exception):
            return Observation(url=url, error=str(found), error_code="timeout")
        baseline = None if previous is None else Snapshot.from_dict(previous)
        result = track(found, previous=baseline, options=Options())
        return Observation(url=url, result=wire.write_result(result), status_code=200)


def _watch(
    plan: Watch, pages: _Pages, memory: Memory, *, minutes: int, is_json: bool = False
) -> Report:
    """Watch for so long, and return what was told."""
    report = Report(plan, is_json=is_json, color="never")
    clock = _Clock(_START + timedelta(minutes=minutes))
    ticker = Ticker(io.StringIO())

    async def go_on() -> None:
        await watch(plan, pages.observe, memory, clock=clock, ticker=ticker, tell=report.tell)

    if plan.is_once:
        anyio.run(go_on)
    else:
        with pytest.raises(_Over):
            anyio.run(go_on)
    return report


def test_each_round_is_a_line(capsys: Output) -> None:
    """With what changed; a failure replaces nothing, and so hides nothing."""
    pages = _Pages("one\n", "one\n", TimeoutError("the site was silent"), "two\n", "two\n")
    report = _watch(_PLAN, pages, Memory(), minutes=110)
    assert capsys.readouterr().out.splitlines() == [
        "Saturday, 2026-05-30 (UTC)",
        f"12:29  new      {_PAGE}",
        f"12:30  same     {_PAGE}",
        f"13:00  error    {_PAGE}",
        "  the site was silent",
        f"13:30  changed  {_PAGE}",
        "--- previous",
        "+++ current",
        "@@ -1 +1 @@",
        "-one",
        "+two",
        f"14:00  same     {_PAGE}",
    ]
    texts = [None if each is None else each["markdown"] for each in pages.asked]
    assert texts == [None, "one", "one", "one", "two"]
    assert report.sum_up() == "looked at 1 page 5 times: 1 changed, 1 new, 2 same, 1 error"
    assert report.status == CHANGED


def test_a_new_day_is_said_in_the_time_of_its_zone(capsys: Output) -> None:
    """Nobody reads a list of bare times for a week."""
    plan = replace(_PLAN, schedule=parse_schedule("daily at 00:00", timezone="Asia/Tokyo"))
    _watch(plan, _Pages("one", "one"), Memory(), minutes=24 * 60)
    assert capsys.readouterr().out.splitlines() == [
        "Saturday, 2026-05-30 (JST)",
        f"21:29  new      {_PAGE}",
        "Sunday, 2026-05-31 (JST)",
        f"00:00  same     {_PAGE}",
    ]


def test_lines_of_json_are_for_programs(capsys: Output) -> None:
    """Each is one look, with the result as the API has it."""
    _watch(_PLAN, _Pages("one", OSError("no")), Memory(), minutes=2, is_json=True)
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first.pop("result")["snapshot"]["markdown"] == "one"
    assert first == {
        "at": "2026-05-30T12:29:00Z",
        "url": _PAGE,
        "status": "new",
        "statusCode": 200,
        "error": None,
        "errorCode": None,
        "warnings": [],
    }
    assert (second["status"], second["error"], second["result"]) == ("error", "no", None)


def test_a_later_watch_goes_on_from_the_state(capsys: Output) -> None:
    """As long as the pages are compared in the same way."""
    state = Path("state.json")
    once = replace(_PLAN, is_once=True)
    first = _watch(once, _Pages("one"), Memory(state), minutes=0)
    written = state.read_text()
    second = _watch(once, _Pages(OSError("down")), Memory(state), minutes=0)
    assert (first.status, second.status, state.read_text()) == (CHANGED, TROUBLE, written)
    third = _watch(once, _Pages("two"), Memory(state), minutes=0)
    assert third.status == CHANGED
    assert "-one\n+two\n" in capsys.readouterr().out
    fields = replace(once.target, tracking=Tracking(modes=("json",), schema={}))
    other = _Pages("three")
    _watch(replace(once, target=fields), other, Memory(state), minutes=0)
    assert other.asked == [None]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 2, "pages": {}}', '{"version": 1, "pages": {"x": {}}}']
)
def test_what_is_no_state_is_left_alone(text: str, capsys: Output) -> None:
    """It may be somebody's only copy of something."""
    Path("state.json").write_text(text)
    assert main(["watch", _PAGE, "--once", "--state", "state.json"]) == TROUBLE
    said = capsys.readouterr().err
    assert said.startswith("changetrack: state.json: this is not the state of a watch")
    assert Path("state.json").read_text() == text


def test_what_nobody_saw_is_told_again() -> None:
    """A state that went on before it was shown would hide a change."""
    once, state = replace(_PLAN, is_once=True), Path("state.json")
    _watch(once, _Pages("one"), Memory(state), minutes=0)
    before = state.read_text()

    def fail(_looks: object) -> None:
        raise BrokenPipeError

    async def go_on() -> None:
        clock, ticker = _Clock(_START), Ticker(io.StringIO())
        pages = _Pages("two")
        await watch(once, pages.observe, Memory(state), clock=clock, ticker=ticker, tell=fail)

    with pytest.raises(BrokenPipeError):
        anyio.run(go_on)
    assert state.read_text() == before


def test_a_change_that_does_not_matter_is_no_change(capsys: Output) -> None:
    """The judge's reason stands there, and the diff does not; the goal is no part of the state."""
    plan = replace(_PLAN, goal="prices")

    class _Judged(_Pages):
        async def observe(
            self, target: Target, url: str, previous: JsonObject | None
        ) -> Observation:
            seen = await super().observe(target, url, previous)
            judgment: JsonObject = {"meaningful": False, "confidence": "high", "reason": "a date"}
            return replace(seen, result={**(seen.result or {}), "judgment": judgment})

    pages = _Judged("one", "two")
    report = _watch(plan, pages, Memory(), minutes=2)
    assert capsys.readouterr().out.splitlines()[-2:] == [
        f"12:30  changed  {_PAGE}",
        "  not meaningful (high confidence): a date",
    ]
    assert report.status == SAME
    assert plan.contract == _PLAN.contract
    assert pages.targets[0].tracking.scrape == {"goal": "prices", "judgeEnabled": True}


def test_a_terminal_sees_how_long_there_is_to_wait() -> None:
    """Second by second, on a line that is gone when there is something to tell."""
    terminal = Terminal()
    ticker = Ticker(terminal)
    clock = _Clock(_START + timedelta(seconds=61))
    pages = _Pages("one", "one")

    async def go_on() -> None:
        await watch(_PLAN, pages.observe, Memory(), clock=clock, ticker=ticker, tell=lambda _: None)

    with pytest.raises(_Over):
        anyio.run(go_on)
    shown = terminal.shown.split("\r\x1b[K")
    assert shown[1:4] == ["looking …", "", "next look in 1:00 (stop with Ctrl-C)"]
    assert shown[62:66] == ["next look in 0:01 (stop with Ctrl-C)", "", "looking …", ""]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--every", "20 seconds"), "at least 1 minute"),
        (("--mode", "json"), "--mode: JSON needs to know what to look for"),
        (("--mode", "markdown", "--prompt", "prices"), "--mode: the text has no fields"),
        (("--schema", "list.json"), "list.json: this is no JSON Schema"),
        (("--timezone", "Mars/Base"), "Mars/Base"),
    ],
)
def test_a_watch_that_makes_no_sense_is_refused(
    arguments: tuple[str, ...], problem: str, capsys: Output
) -> None:
    """Before anything is fetched."""
    Path("list.json").write_text("[]")
    assert main(["watch", _PAGE, *arguments]) == TROUBLE
    assert problem in capsys.readouterr().err


_COMMAND = (sys.executable, "-m", "changetrack", "watch")


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[Site, str]]:
    """Serve a site that changes, and say where."""
    site = Site()
    with serve(site.app) as pages:
        yield site, pages


def _write_environment(pages: str) -> dict[str, str]:
    source = str(Path(changetrack.__file__).parents[1])
    return {**os.environ, **list_variables(pages), "PYTHONPATH": source}  # noqa: TID251 - to hand it on


def _look(pages: str, *arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        (*_COMMAND, "--once", *arguments),
        env=_write_environment(pages),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_real_page_is_watched(world: tuple[Site, str]) -> None:
    """In a process of its own, without a server; the exit status says what came of it."""
    site, pages = world
    page, state = f"{pages}/pricing", ("--state", "state.json")
    site.price = 19
    status, shown, said = _look(pages, page, *state)
    assert (status, shown.splitlines()[1][5:], said) == (CHANGED, f"  new      {page}", "")
    status, shown, said = _look(pages, page, *state)
    assert (status, shown.splitlines()[1][5:], said) == (SAME, f"  same     {page}", "")
    site.price = 24
    status, shown, said = _look(pages, page, f"{pages}/gone", *state)
    assert (status, said) == (TROUBLE, "")
    assert "-$19\n+$24\n" in shown
    assert shown.endswith(f"  error    {pages}/gone\n  the page answered with status 410\n")
    status, shown, _ = _look(pages, page, *state, "--json")
    assert (status, json.loads(shown)["status"]) == (SAME, "same")


def test_fields_of_a_real_page_are_watched(
    world: tuple[Site, str], monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """By a schema, as the API has it."""
    site, pages = world
    for name, value in list_variables(pages).items():
        monkeypatch.setenv(name, value)
    Path("schema.json").write_text('{"type": "object", "properties": {"plans": {}}}')
    given = ["watch", f"{pages}/data.json", "--once", "--schema", "schema.json"]
    given += ["--state", "state.json"]
    site.price = 19
    assert main(given) == CHANGED
    site.price = 24
    assert main([*given, "--mode", "mixed"]) == CHANGED
    assert capsys.readouterr().out.splitlines()[-1].endswith(f"  new      {pages}/data.json")
    assert main(given) == CHANGED
    site.price = 29
    assert main(given) == CHANGED
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "~ plans[0].price: 24 → 29 (+20.8 %)"


def test_a_setting_that_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    """The settings of the server hold for a watch as well."""
    monkeypatch.setenv("CHANGETRACK_ROBOTS", "obey")
    assert main(["watch", _PAGE, "--once"]) == TROUBLE
    said = "changetrack: CHANGETRACK_ROBOTS: 'obey' is not respect or ignore\n"
    assert capsys.readouterr().err == said


_WITHOUT_CRONSIM = """
import sys
sys.modules["cronsim"] = None
from changetrack.cli import main
sys.exit(main(["watch", "http://127.0.0.1:1/", "--once"]))
"""


def test_without_the_extra_the_command_that_installs_it_is_named() -> None:
    """In one line."""
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_CRONSIM], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (TROUBLE, "")
    assert done.stderr.endswith('install it: pip install "changetrack[monitor]"\n')
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="signals are others elsewhere")
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_a_watch_that_is_stopped_sums_up(by: signal.Signals, world: tuple[Site, str]) -> None:
    """And leaves no process behind."""
    _, pages = world
    with subprocess.Popen(
        (*_COMMAND, f"{pages}/plain", "--every", "hour"),
        env=_write_environment(pages),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline(), process.stdout.readline()]
        process.send_signal(by)
        _, said = process.communicate(timeout=30)
    assert process.returncode == SAME
    assert lines[1].endswith(f"  new      {pages}/plain\n")
    assert said.splitlines() == [
        f"changetrack: watching {pages}/plain, every hour, at :00 (UTC) (stop with Ctrl-C)",
        "changetrack: looked at 1 page once: 1 new",
    ]
