"""Monitors of another installation, read from what `transfers` wrote, and taken up here.

A definition is read as if somebody had sent it to the API, so nothing gets in that could not be
made. Webhooks are signed with new secrets, and whoever got mail is asked once more. What is there
already stays as it is, so that an import can be repeated; nothing that was compared in the meantime
is undone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from changetrack._kinds import name_kind
from changetrack._models import JsonObject, JsonValue
from changetrack._reader import Reader
from changetrack._snapshots import Snapshot
from changetrack.errors import ChangeTrackError, InvalidOption
from changetrack.monitor.commands import Invite, NewMonitor, create_monitor
from changetrack.monitor.ids import is_id, name_id
from changetrack.monitor.models import Baseline, KeptSnapshot, Monitor
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import BASELINES, MONITORS, SNAPSHOTS
from changetrack.monitor.transfers import VERSION
from changetrack.monitor.wire import DIALECTS, MonitorWish, Rules, read_monitor, read_time

__all__ = [
    "Gained",
    "ImportedBaseline",
    "ImportedMonitor",
    "ImportedRecord",
    "Importer",
    "import_record",
    "read_monitors",
    "read_record",
]

_MOST_ID = 100
_MOST_URL = 2_048
_MOST_HASH = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedMonitor:
    """A monitor that was read from an export."""

    id: str
    wish: MonitorWish


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedBaseline:
    """What a page is compared with, as it was read from an export."""

    monitor_id: str
    target_id: str
    url: str
    contract: str
    content_hash: str
    captured_at: datetime
    snapshot_id: str
    snapshot: JsonObject = field(hash=False)
    missing: int = 0
    is_removed: bool = False


ImportedRecord: TypeAlias = "ImportedMonitor | ImportedBaseline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """Who imports, and what that takes."""

    owner: str
    now: datetime
    # Monitors that the owner may have.
    most: int
    # A new secret for the webhook of a monitor, the same one however often it is asked for.
    make_secret: Callable[[str], str] = field(repr=False)
    invite: Invite


@dataclass(frozen=True, slots=True, kw_only=True)
class Gained:
    """What came of a record: the monitor that it is now part of, and whether it is new there."""

    monitor_id: str | None
    is_new: bool = False
    # Of a webhook that is new; it is shown once.
    secret: str | None = field(default=None, repr=False)
    warnings: tuple[str, ...] = ()


def read_monitors(value: JsonValue, rules: Rules, *, now: datetime) -> list[ImportedRecord]:
    """Return the records of a whole export.

    Raises:
        ChangeTrackError: one of them is wrong; the error names it.
    """
    if not isinstance(value, list):
        problem = f"expected an array of records, got {name_kind(value)}"
        raise InvalidOption(problem, "send what GET /v1/monitor/export gave")
    records: list[ImportedRecord] = []
    for index, each in enumerate(value):
        try:
            record = read_record(each, rules, now=now)
        except ChangeTrackError as error:
            raise error.under(f"[{index}]") from None
        records += [record] if record is not None else []
    return records


def read_record(value: JsonValue, rules: Rules, *, now: datetime) -> ImportedRecord | None:
    """Return a record of an export; None for one that only says what the others are.

    Raises:
        ChangeTrackError: it is wrong; the error names the place.
    """
    fields = Reader(value)
    kind = fields.text("type")
    if kind == "monitor":
        return _read_monitor(fields, rules, now)
    if kind == "baseline":
        return _read_baseline(fields)
    if kind != "export":
        problem = "this is no record of an export"
        raise InvalidOption(problem, "use export, monitor or baseline", fields.place("type"))
    if fields.raw("version") != VERSION:
        problem = "the export is of another version"
        raise InvalidOption(problem, f"send version {VERSION}", fields.place("version"))
    return None


def _read_monitor(fields: Reader, rules: Rules, now: datetime) -> ImportedMonitor:
    monitor_id = _require_id(fields, "id")
    definition = fields.raw("definition")
    if isinstance(definition, dict):
        # What is null in an export was never said.
        definition = {name: each for name, each in definition.items() if each is not None}
    try:
        wish = read_monitor(definition, DIALECTS["v1"], rules, monitor_id=monitor_id, now=now)
    except ChangeTrackError as error:
        raise error.under(fields.place("definition")) from None
    return ImportedMonitor(id=monitor_id, wish=wish)


def _read_baseline(fields: Reader) -> ImportedBaseline:
    stored = fields.raw("snapshot")
    missing = fields.raw("missing")
    try:
        snapshot = Snapshot.from_dict(stored if isinstance(stored, dict) else {}).to_dict()
    except ChangeTrackError as error:
        raise error.under(fields.place("snapshot")) from None
    captured_at = _require(fields, "capturedAt", _MOST_ID)
    return ImportedBaseline(
        monitor_id=_require_id(fields, "monitorId"),
        target_id=_require(fields, "targetId", _MOST_ID),
        url=_require(fields, "url", _MOST_URL),
        contract=_require(fields, "contract", _MOST_HASH),
        content_hash=_require(fields, "contentHash", _MOST_HASH),
        captured_at=read_time(captured_at, fields.place("capturedAt")),
        snapshot_id=_require(fields, "snapshotId", _MOST_ID),
        snapshot=snapshot,
        missing=missing if type(missing) is int and 0 <= missing < 2**31 else 0,
        is_removed=fields.flag("isRemoved") or False,
    )


def _require_id(fields: Reader, name: str) -> str:
    text = _require(fields, name, _MOST_ID)
    # It stands in paths and links, so it looks as ours do.
    if not is_id(text):
        raise InvalidOption("this is no UUID", "send the record as it was", fields.place(name))
    return text


def _require(fields: Reader, name: str, most: int) -> str:
    text = fields.text(name, at_most=most)
    if not text:
        raise InvalidOption(f"there is no {name}", "send the record as it was", fields.place(name))
    return text


def import_record(transaction: Transaction, record: ImportedRecord, importer: Importer) -> Gained:
    """Write a record, unless it is there already.

    Raises:
        TooManyMonitors: the owner has as many as is allowed.
    """
    if isinstance(record, ImportedBaseline):
        return _import_baseline(transaction, record, importer)
    monitor_id, monitor = _find_place(transaction, record.id, importer.owner)
    if monitor is not None:
        return Gained(monitor_id=monitor_id)
    new = NewMonitor(
        id=monitor_id,
        owner=importer.owner,
        config=record.wish.config,
        secret=importer.make_secret(monitor_id),
        is_paused=record.wish.is_paused,
    )
    made = create_monitor(
        transaction, new, now=importer.now, most=importer.most, invite=importer.invite
    )
    return Gained(
        monitor_id=monitor_id,
        is_new=True,
        secret=made.secret,
        warnings=record.wish.warnings,
    )


def _find_place(
    transaction: Transaction, exported_id: str, owner: str
) -> tuple[str, Monitor | None]:
    """Return the id that a monitor has here, and the monitor if it is here.

    It is its own where nobody has it; so links and receivers go on knowing it.
    """
    number = 0
    own_id = exported_id
    while True:
        monitor = transaction.find(MONITORS, own_id)
        if monitor is None:
            return own_id, None
        if monitor.owner == owner and monitor.status != "deleted":
            return own_id, monitor
        number += 1
        own_id = name_id("import", owner, exported_id, number)


def _import_baseline(
    transaction: Transaction, record: ImportedBaseline, importer: Importer
) -> Gained:
    monitor_id, monitor = _find_place(transaction, record.monitor_id, importer.owner)
    if monitor is None:
        return Gained(monitor_id=None, warnings=("its monitor is not here; import that first",))
    if all(target.id != record.target_id for target in monitor.config.targets):
        return Gained(monitor_id=monitor_id, warnings=("its monitor has no such target",))
    if transaction.find(BASELINES, monitor_id, record.target_id, record.url) is not None:
        return Gained(monitor_id=monitor_id)
    # A name of its own, so that nobody can write over what others keep.
    snapshot_id = name_id("import", monitor_id, record.target_id, record.url, record.snapshot_id)
    kept = KeptSnapshot(
        id=snapshot_id,
        monitor_id=monitor_id,
        snapshot=record.snapshot,
        created_at=min(record.captured_at, importer.now),
    )
    baseline = Baseline(
        monitor_id=monitor_id,
        target_id=record.target_id,
        url=record.url,
        contract=record.contract,
        snapshot_id=snapshot_id,
        content_hash=record.content_hash,
        captured_at=record.captured_at,
        missing=record.missing,
        is_removed=record.is_removed,
    )
    transaction.put(SNAPSHOTS, kept)
    transaction.put(BASELINES, baseline)
    return Gained(monitor_id=monitor_id, is_new=True)
