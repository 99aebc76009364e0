"""Which snapshots are the same page: each is in a state, and equal states are the same page.

A state is made of the hashes of those sides that the current page has, taken from the content where
it was kept. What a hash does not cover is not known, and an unknown state is equal to none: never a
false "seen before" (DESIGN §4.9).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from changetrack._hashing import hash_json, hash_markdown
from changetrack.errors import InvalidText

if TYPE_CHECKING:
    from changetrack._models import JsonValue
    from changetrack._snapshots import Snapshot

State: TypeAlias = "tuple[str, ...] | None"
# Returns what of a snapshot's JSON is tracked.
Narrow: TypeAlias = "Callable[[JsonValue], JsonValue]"

_UNKNOWN = ""


class StateReader:
    """Reads the states of snapshots, as far as they can be held against the current one."""

    def __init__(self, current: Snapshot, narrow: Narrow | None = None) -> None:
        self.has_markdown = current.markdown is not None or current.hashes is not None
        self.has_json = current.json is not None or current.hashes is not None
        self._narrow = narrow

    def read(self, snapshot: Snapshot) -> State:
        """Return the state of a snapshot; None when it is not known."""
        known = []
        if self.has_markdown:
            known.append(_hash_markdown(snapshot))
        if self.has_json:
            known.append(self._hash_json(snapshot))
        if not known:  # nothing was kept of the current page but one hash, of whatever it is
            known.append(snapshot.content_hash or self._hash_content(snapshot))
        return None if _UNKNOWN in known else tuple(known)

    def narrow(self, json: JsonValue) -> JsonValue:
        """Return what of a snapshot's JSON is tracked."""
        return json if self._narrow is None else self._narrow(json)

    def _hash_content(self, snapshot: Snapshot) -> str:
        if snapshot.markdown is not None or snapshot.json is None:
            return _hash_markdown(snapshot)
        return self._hash_json(snapshot)

    def _hash_json(self, snapshot: Snapshot) -> str:
        if snapshot.json is None:
            return _find_json_hash(snapshot, alone=not self.has_markdown)
        tracked = self.narrow(snapshot.json)
        if snapshot.is_tracked and tracked is snapshot.json:
            return snapshot.hashes.json if snapshot.hashes else snapshot.content_hash
        return hash_json(tracked)


def _hash_markdown(snapshot: Snapshot) -> str:
    if snapshot.markdown is not None and not snapshot.is_tracked:
        return _hash_page(snapshot.markdown)
    if snapshot.hashes is not None:
        return snapshot.hashes.markdown
    # Beside JSON alone, the hash is of the JSON.
    is_ours = snapshot.markdown is not None or snapshot.json is None
    return snapshot.content_hash if is_ours else _UNKNOWN


def _hash_page(markdown: str) -> str:
    try:
        return hash_markdown(markdown)
    except InvalidText:  # no page that has a hash can be the same
        return _UNKNOWN


def _find_json_hash(snapshot: Snapshot, *, alone: bool) -> str:
    """Return the hash of JSON that was not kept, or that was not there."""
    if snapshot.hashes is not None:
        return snapshot.hashes.json
    if snapshot.markdown is not None:
        return hash_json(None)
    return snapshot.content_hash if alone else _UNKNOWN
