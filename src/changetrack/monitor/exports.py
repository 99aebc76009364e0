"""The history of a monitor as JSON, as lines of JSON, or as CSV: one row for each page of a check.

A check without pages (it was skipped, it failed) is a row of its own, so that nothing is missing.
Rows come oldest first. Columns have a fixed order, and new ones are added at the end only.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from changetrack._hashing import dump_json
from changetrack._models import JsonObject, JsonValue
from changetrack.errors import InvalidOption
from changetrack.monitor.models import Check, Page
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import CHECKS, PAGES
from changetrack.monitor.wire.times import write_time

__all__ = [
    "EXPORT_COLUMNS",
    "EXPORT_TYPES",
    "ExportFormat",
    "HistoryPlace",
    "HistoryRow",
    "HistoryWriter",
    "read_format",
    "read_history",
]

ExportFormat: TypeAlias = Literal["json", "ndjson", "csv"]

# By format, the type that it is sent as.
EXPORT_TYPES: dict[ExportFormat, str] = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
}

# What a spreadsheet takes for the beginning of a formula, in any width. A tab or a line end is
# dropped by some of them, and then what follows it is the beginning.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - meant


class HistoryRow(NamedTuple):
    """A page with its check, or a check that has none."""

    check: Check
    page: Page | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPlace:
    """Where reading goes on: behind a check, or behind a page of the one after it."""

    check: tuple[datetime, str] | None = None
    open_check: str | None = None
    page: tuple[int, str] | None = None


def _of_check(read: Callable[[Check], JsonValue]) -> Callable[[HistoryRow], JsonValue]:
    return lambda row: read(row.check)


def _of_page(read: Callable[[Page], JsonValue]) -> Callable[[HistoryRow], JsonValue]:
    return lambda row: None if row.page is None else read(row.page)


_COLUMNS: dict[str, Callable[[HistoryRow], JsonValue]] = {
    "checkId": _of_check(lambda check: check.id),
    "checkStatus": _of_check(lambda check: check.status),
    "trigger": _of_check(lambda check: check.trigger),
    "scheduledFor": _of_check(lambda check: write_time(check.scheduled_for)),
    "missedSlots": _of_check(lambda check: check.missed_slots),
    "startedAt": _of_check(lambda check: write_time(check.started_at)),
    "finishedAt": _of_check(lambda check: write_time(check.finished_at)),
    "checkError": _of_check(lambda check: check.error),
    "id": _of_page(lambda page: page.id),
    "targetId": _of_page(lambda page: page.target_id),
    "url": _of_page(lambda page: page.url),
    "status": _of_page(lambda page: page.status),
    "statusCode": _of_page(lambda page: page.status_code),
    "title": _of_page(lambda page: page.metadata.get("title")),
    "error": _of_page(lambda page: page.error),
    "errorCode": _of_page(lambda page: page.error_code),
    "previousHash": _of_page(lambda page: page.previous_hash),
    "contentHash": _of_page(lambda page: page.content_hash),
    "previousScrapeId": _of_page(lambda page: page.previous_id),
    "currentScrapeId": _of_page(lambda page: page.current_id),
    "diff": _of_page(lambda page: page.diff),
    "fields": _of_page(lambda page: page.fields),
    "judgment": _of_page(lambda page: page.judgment),
    "warnings": _of_page(lambda page: [*page.warnings]),
    "credits": _of_page(lambda page: page.credits),
    "createdAt": _of_page(lambda page: write_time(page.created_at)),
}
EXPORT_COLUMNS = tuple(_COLUMNS)


def read_format(text: str) -> ExportFormat:
    """Return the format of this name.

    Raises:
        InvalidOption: there is none.
    """
    for known in get_args(ExportFormat):
        if text == known:
            found: ExportFormat = known
            return found
    raise InvalidOption("there is no such format", "use json, ndjson or csv", "format")


def read_history(
    transaction: Transaction, monitor_id: str, place: HistoryPlace | None, limit: int
) -> tuple[list[HistoryRow], HistoryPlace | None]:
    """Return up to so many rows behind a place, and the place behind them; None: that was all."""
    place = place or HistoryPlace()
    rows: list[HistoryRow] = []
    while len(rows) < limit:
        check = _find_check(transaction, monitor_id, place)
        if check is None:
            return rows, None
        is_begun = place.open_check == check.id
        asked = limit - len(rows)
        pages = transaction.select(
            PAGES,
            {"check_id": check.id},
            order=("position", "id"),
            after=place.page if is_begun else None,
            limit=asked,
        )
        rows += [HistoryRow(check, page) for page in pages]
        if len(pages) == asked:
            last = (pages[-1].position, pages[-1].id)
            return rows, HistoryPlace(check=place.check, open_check=check.id, page=last)
        if not pages and not is_begun:
            rows.append(HistoryRow(check))
        place = HistoryPlace(check=(check.created_at, check.id))
    return rows, place


def _find_check(transaction: Transaction, monitor_id: str, place: HistoryPlace) -> Check | None:
    found = transaction.select(
        CHECKS,
        {"monitor_id": monitor_id},
        order=("created_at", "id"),
        after=place.check,
        limit=1,
    )
    return next(iter(found), None)


class HistoryWriter:
    """Writes rows as they come, with what stands before and behind all of them."""

    def __init__(self, kind: ExportFormat) -> None:
        self._kind = kind
        self._is_first = True

    def open(self) -> bytes:
        """Return what comes first."""
        if self._kind == "csv":
            return _write_line(EXPORT_COLUMNS)
        return b"[" if self._kind == "json" else b""

    def write(self, rows: Iterable[HistoryRow]) -> bytes:
        """Return some rows."""
        return b"".join(map(self._write_row, rows))

    def close(self) -> bytes:
        """Return what comes last."""
        return b"\n]\n" if self._kind == "json" else b""

    def _write_row(self, row: HistoryRow) -> bytes:
        values: JsonObject = {name: read(row) for name, read in _COLUMNS.items()}
        if self._kind == "csv":
            return _write_line(map(_write_cell, values.values()))
        if self._kind == "ndjson":
            return dump_json(values) + b"\n"
        start = b"\n" if self._is_first else b",\n"
        self._is_first = False
        return start + dump_json(values)


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _write_line(cells: Iterable[str]) -> bytes:
    writer: Any = csv.writer(_Echo())  # which returns what the file's `write` does
    line: str = writer.writerow([*cells])
    return line.encode("utf-8", "replace")


def _write_cell(value: JsonValue) -> str:
    """Return a value as the text of a cell that no spreadsheet calculates.

    >>> _write_cell("=1+1"), _write_cell({"a": None}), _write_cell(-1), _write_cell(None)
    ("'=1+1", '{"a":null}', '-1', '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return dump_json(value).decode()
