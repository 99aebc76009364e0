"""Monitors on their way from one server to another, in portions that any server takes."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from changetrack import wire
from changetrack.cli.client import ServerTrouble, write_path
from changetrack.cli.files import WIDE, print_bytes, write_pieces
from changetrack.errors import ChangeTrackError, InvalidRequest

if TYPE_CHECKING:
    from changetrack._models import JsonObject, JsonValue
    from changetrack.cli.client import Answer, Client

__all__ = ["fetch_export", "send_import"]

# A fourth of what a server takes by default; one record may be larger, and goes alone.
_PORTION_BYTES = 4 * 2**20
# And of what is parsed at once.
_PORTION_RECORDS = 500
# How a server names a record of the array that it was sent.
_PLACE = re.compile(r"\[(\d+)\]\.?(: )?")


class _Record(NamedTuple):
    """A record of an export, and where it stands in the file."""

    place: str
    value: JsonValue


def fetch_export(client: Client, monitor: str | None, kind: str | None, output: str | None) -> None:
    """Write the history of a monitor, or without one all monitors, to a file or to standard output.

    Raises:
        ServerTrouble: it cannot be had; a file is what it was then.
        OSError: it cannot be written.
    """
    path = write_path("export") if monitor is None else write_path(monitor, "export")
    with client.stream(path, query={"format": kind}) as pieces:
        if output is not None:
            write_pieces(Path(output), pieces)
            return
        # A terminal shows letters, and a piece may end within one.
        for piece in [b"".join(pieces)] if sys.stdout.isatty() else pieces:
            print_bytes(piece)


def send_import(client: Client, name: str) -> Iterator[Answer]:
    """Send what an export wrote, and return the answer to each portion as it comes.

    Raises:
        InvalidRequest: it is no export; the error names the file and the place.
        ServerTrouble: the server takes no more; what it took before stays.
    """
    data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    before = ""
    for portion in _split(_list_records(data, name)):
        try:
            answer = client.ask("POST", write_path("import"), body=[each.value for each in portion])
        except ServerTrouble as trouble:
            raise _place(trouble, portion, before) from None
        before = portion[-1].place
        yield answer


def _place(trouble: ServerTrouble, portion: Sequence[_Record], before: str) -> ServerTrouble:
    """Return what a server says of a record, with the line and the name that people know it by."""
    said = str(trouble)
    found = _PLACE.match(said)
    record = portion[int(found[1])] if found and int(found[1]) < len(portion) else None
    if found is None or record is None:
        kept = f"; what stands up to {before} was imported" if before else ""
        return ServerTrouble(f"{said}{kept}", trouble.status)
    name = _name(record.value)
    kept = f"what stands up to {before} was imported" if before else "nothing was imported"
    problem = f"{record.place}{f', {name}' if name else ''}: {said[found.end() :]}"
    return ServerTrouble(f"{problem}; {kept}", trouble.status)


def _name(record: JsonValue) -> str:
    match record:
        case {"type": "monitor", "definition": {"name": str(name)}}:
            return f"monitor {name!r}"
        case {"type": "baseline", "url": str(url)}:
            return f"page {url!r}"
        case _:
            return ""


def _list_records(data: bytes, name: str) -> list[_Record]:
    if data.lstrip().startswith(b"["):
        records = _list_items(data, name)
    else:
        lines = enumerate(data.split(b"\n"), 1)
        records = [
            _Record(f"line {at}", _read_line(line, f"{name}, line {at}"))
            for at, line in lines
            if line.strip()
        ]
    if not records:
        problem = "there is nothing in it"
        raise InvalidRequest(problem, "name what `changetrack monitor export` wrote", name)
    return records


def _list_items(data: bytes, name: str) -> list[_Record]:
    try:
        items = wire.load(data, limits=WIDE)
    except ChangeTrackError as error:
        raise error.under(name) from None
    listed = items if isinstance(items, list) else []
    return [_Record(f"record {at}", item) for at, item in enumerate(listed, 1)]


def _read_line(line: bytes, place: str) -> JsonObject:
    try:
        record = wire.load(line, limits=WIDE)
    except ChangeTrackError as error:
        raise error.under(place) from None
    if not isinstance(record, dict):
        problem = "this is no record of an export"
        raise InvalidRequest(problem, "name what `changetrack monitor export` wrote", place)
    return record


def _split(records: list[_Record]) -> Iterator[list[_Record]]:
    portion: list[_Record] = []
    size = 0
    for record in records:
        length = len(wire.encode(record.value))
        if portion and (size + length > _PORTION_BYTES or len(portion) == _PORTION_RECORDS):
            yield portion
            portion, size = [], 0
        portion.append(record)
        size += length
    if portion:
        yield portion
