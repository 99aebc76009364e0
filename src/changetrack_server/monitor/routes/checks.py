"""Endpoints of checks: those of a monitor, and one with its pages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from changetrack import JsonObject, JsonValue
from changetrack.errors import InvalidMonitor
from changetrack.monitor.lists import Listed, list_checks, list_pages
from changetrack.monitor.owners import find_check
from changetrack.monitor.wire import write_check, write_page
from changetrack_server.monitor.routes.envelopes import succeed

if TYPE_CHECKING:
    from changetrack.monitor.lists import Window
    from changetrack.monitor.models import Check, CheckStatus, Page
    from changetrack.monitor.ports import Transaction
    from changetrack_server.monitor.routes.asking import Ask

__all__ = ["list_all", "show"]


async def list_all(ask: Ask) -> JsonObject:
    """Show the checks of a monitor, the newest first."""
    monitor_id, statuses = ask.read_id(), _read_statuses(ask)
    of = ("checks", monitor_id, *statuses)
    window = ask.read_window(*of)
    listed = await ask.orchestra.transact(
        partial(
            list_checks, owner=ask.owner, monitor_id=monitor_id, window=window, statuses=statuses
        )
    )
    shown: list[JsonValue] = [write_check(each, ask.dialect) for each in listed.items]
    more: JsonObject = {}
    if listed.after is not None and ask.dialect.has_cursors:
        cursor = ask.write_cursor(listed.after, *of)
        following = ask.write_next(limit=window.limit, status=ask.query("status"), cursor=cursor)
        more = {"next": cursor, "nextUrl": following}
    return succeed(shown, total=listed.total, **more)


def _read_statuses(ask: Ask) -> tuple[CheckStatus, ...]:
    status = ask.query("status")
    if status is None:
        return ()
    statuses = ask.dialect.find_statuses(status)
    if not statuses:
        problem = f"there is no status {status[:60]!r} of a check"
        raise InvalidMonitor(problem, f"use {', '.join(ask.dialect.statuses)}", "status")
    return statuses


async def show(ask: Ask) -> JsonObject:
    """Show a check with a portion of its pages, in the order in which they were done."""
    monitor_id, check_id = ask.read_id(), ask.read_id("checkId")
    status = ask.read_status()
    of = ("pages", monitor_id, check_id, status or "")
    window = ask.read_window(*of, skip="skip")

    def work(transaction: Transaction) -> tuple[Check, Listed[Page]]:
        check = find_check(transaction, ask.owner, monitor_id, check_id)
        return check, list_pages(transaction, check, window, status=status)

    check, listed = await ask.orchestra.transact(work)
    following = _write_following(ask, window, listed, of)
    data = write_check(check, ask.dialect)
    data["pages"] = [write_page(page, ask.dialect) for page in listed.items]
    # Where clients of either API look for it.
    return succeed({**data, **following, "totalPages": listed.total}, **following)


def _write_following(
    ask: Ask, window: Window, listed: Listed[Page], of: tuple[str, ...]
) -> JsonObject:
    """Return where the pages go on, in the words of the dialect; nothing where they do not."""
    if listed.after is None:
        return {}
    cursor = ask.write_cursor(listed.after, *of)
    query = {"limit": window.limit, "status": ask.query("status"), "cursor": cursor}
    if ask.dialect.has_cursors:
        return {"next": cursor, "nextUrl": ask.write_next(**query)}
    # What counts is the cursor; the number is for whoever reads it.
    return {"next": ask.write_next(skip=window.skip + window.limit, **query)}
