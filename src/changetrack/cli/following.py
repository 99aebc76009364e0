"""A check that is waited for, and what it found."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from changetrack.cli import views
from changetrack.cli.client import write_path
from changetrack.cli.files import print_bytes, print_text, write_line
from changetrack.cli.screen import Ticker
from changetrack.cli.showing import CHANGED, SAME, TROUBLE, wants_color
from changetrack.cli.tables import Sheet

if TYPE_CHECKING:
    import argparse

    from changetrack._models import JsonObject
    from changetrack.cli.client import Answer, Client

__all__ = ["follow_check", "print_check"]

# A page takes a second, a crawl takes minutes: at first often, then less so.
_FIRST_SECONDS, _MOST_SECONDS, _GROWTH = 0.2, 3.0, 1.3
_PORTION = 100
_OPEN = frozenset({"queued", "running"})
# What a check is looked at for; pages that stayed the same are counted and not listed.
_TOLD = ("changed", "new", "removed", "error")


def follow_check(
    given: argparse.Namespace,
    client: Client,
    monitor: str,
    check: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Wait until a check has ended, print it, and return what came of it as an exit status."""
    path = write_path(monitor, "checks", check)
    ticker = Ticker(sys.stderr)
    seconds = _FIRST_SECONDS
    try:
        row = client.ask("GET", path, query={"limit": 1}).row
        while row.get("status") in _OPEN:
            ticker.show(_spell_progress(row))
            sleep(seconds)
            seconds = min(seconds * _GROWTH, _MOST_SECONDS)
            row = client.ask("GET", path, query={"limit": 1}).row
    except KeyboardInterrupt:
        ticker.clear()
        write_line("changetrack: the check goes on; see it later with:")
        write_line(f"  changetrack monitor check {monitor} {check}")
        raise
    ticker.clear()
    print_check(given, client, monitor, check)
    return _judge(row)


def _spell_progress(row: JsonObject) -> str:
    if row.get("status") == "queued":
        return "waiting for its turn"
    pages = views.count_pages(row)
    found = views.summarize(row.get("summary"))
    return f"{pages:,} pages so far: {found}" if pages else "no page so far"


def _judge(check: JsonObject) -> int:
    summary = check.get("summary")
    counts = summary if isinstance(summary, dict) else {}
    if check.get("status") != "completed" or counts.get("error"):
        return TROUBLE
    return CHANGED if any(counts.get(kind) for kind in _TOLD) else SAME


def print_check(
    given: argparse.Namespace,
    client: Client,
    monitor: str,
    check: str,
    *,
    status: str | None = None,
) -> None:
    """Print what a check found: all but what stayed the same, or one kind of pages alone.

    As JSON, each part of the answer is a line.
    """
    path = write_path(monitor, "checks", check)
    first = client.ask("GET", path, query={"limit": _PORTION, "status": status})
    if given.json:
        for part in _parts(client, first):
            print_bytes(part.line)
        return
    sheet = Sheet(is_painted=wants_color(given.color))
    views.add_check(sheet, first.row)
    print_text(sheet.text, is_painted=sheet.is_painted)
    for part in _parts(client, first):
        _print_pages(part, sheet.is_painted, told=_TOLD if status is None else (status,))


def _parts(client: Client, first: Answer) -> Iterator[Answer]:
    part: Answer | None = first
    while part is not None:
        yield part
        part = client.follow(part)


def _print_pages(part: Answer, is_painted: bool, *, told: tuple[str, ...]) -> None:  # noqa: FBT001 - one of two
    pages = part.row.get("pages")
    sheet = Sheet(is_painted=is_painted)
    for page in pages if isinstance(pages, list) else []:
        if isinstance(page, dict) and page.get("status") in told:
            views.add_page(sheet, page)
    print_text(sheet.text, is_painted=is_painted)
