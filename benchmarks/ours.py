"""What we measure of ourselves: public names only, called the way a user calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack import Snapshot, hash_json, hash_markdown, track, wire

if TYPE_CHECKING:
    from benchmarks.corpus import Pair
    from benchmarks.values import Json


def track_bytes(current: str, previous: dict[str, Json] | Snapshot) -> bytes:
    """Do the whole job: from a page and its stored baseline to the JSON that goes out."""
    return wire.encode(wire.write_result(track(current, previous=previous)))


def track_json_bytes(current: Json, previous: dict[str, Json]) -> bytes:
    """Do the whole job in JSON mode."""
    return wire.encode(wire.write_result(track(json=current, previous=previous, modes=["json"])))


def stored(pair: Pair) -> dict[str, Json]:
    """Return the plain dict that a caller kept for the previous page."""
    return {"markdown": pair.previous, "contentHash": hash_markdown(pair.previous)}


def stored_json(previous: Json) -> dict[str, Json]:
    """Return the plain dict that a caller kept for the previous extraction."""
    return {"json": previous, "contentHash": hash_json(previous)}


def snapshot(pair: Pair) -> Snapshot:
    """Return the snapshot that `track()` made of the previous page in this process."""
    return track(pair.previous).snapshot
