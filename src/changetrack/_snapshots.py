"""What is kept between two checks, and the JSON in which it is stored (hence camelCase)."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from changetrack._hashing import copy_json, dump_json, load_json, same_json
from changetrack._models import Limits
from changetrack._reader import Reader
from changetrack._spelling import show_fields
from changetrack.errors import ChangeTrackError, InvalidSnapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from changetrack._models import JsonObject, JsonValue

# A stored snapshot was checked when it was made: the only limit is orjson's own of 1,024 levels.
_ANY_DEPTH = 1_024
_ANY_LENGTH = Limits(hash_chars=sys.maxsize, timestamp_chars=sys.maxsize)


class Hashes(NamedTuple):
    """The hash of each side, where one `content_hash` cannot speak for both."""

    markdown: str
    json: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapshot:
    """A page as it was seen: the baseline of the next check.

    `content_hash` is the SHA-256 of the normalized markdown, or of the canonical JSON where only
    JSON is tracked. Any part may be left out to store less: with nothing but the hash, a check
    still tells same from changed. Compares by value.
    """

    markdown: str | None = None
    json: JsonValue = None
    content_hash: str = ""
    captured_at: str | None = None
    hashes: Hashes | None = None
    # Set by track() on what it made itself in this process, so that it is not normalized again.
    # Neither stored nor pickled: another version may normalize otherwise.
    is_tracked: bool = field(default=False, init=False, repr=False, compare=False)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Snapshot):
            return NotImplemented
        mine, theirs = self.__reduce__()[1], other.__reduce__()[1]
        # JSON is equal with its types: Python takes True for 1.
        return mine == theirs and same_json(self.json, other.json)

    __repr__ = show_fields

    def __hash__(self) -> int:
        return hash((self.content_hash, self.markdown, self.captured_at, self.hashes))

    def __reduce__(self) -> tuple[object, ...]:
        values = (self.markdown, self.json, self.content_hash, self.captured_at, self.hashes)
        return (_restore, values)

    def to_dict(self) -> JsonObject:
        """Return the plain dict to store; what is absent is left out.

        >>> Snapshot(markdown="Starter $24", content_hash="aae3").to_dict()
        {'markdown': 'Starter $24', 'contentHash': 'aae3'}
        """
        stored: JsonObject = {}
        if self.markdown is not None:
            stored["markdown"] = self.markdown
        if self.json is not None:
            stored["json"] = self.json
        stored["contentHash"] = self.content_hash
        if self.captured_at is not None:
            stored["capturedAt"] = self.captured_at
        if self.hashes is not None:
            stored["hashes"] = {"markdown": self.hashes.markdown, "json": self.hashes.json}
        return stored

    def to_json(self) -> str:
        """Return the JSON text to store.

        >>> Snapshot(json={"price": "$24"}, content_hash="4dcb").to_json()
        '{"json":{"price":"$24"},"contentHash":"4dcb"}'
        """
        return dump_json(self.to_dict()).decode()

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> Snapshot:
        """Return the snapshot that a stored dict holds; its JSON is copied.

        Raises:
            InvalidSnapshot: a part has the wrong type.
        """
        return read_snapshot(stored, path="", limits=_ANY_LENGTH)

    @classmethod
    def from_json(cls, text: str | bytes | Mapping[str, object]) -> Snapshot:
        """Return the snapshot that a stored JSON text (or its dict) holds.

        Raises:
            InvalidSnapshot: a part has the wrong type.
            InvalidJson: the text is not JSON.

        >>> Snapshot.from_json('{"contentHash":"aae3"}') == Snapshot(content_hash="aae3")
        True
        """
        if not isinstance(text, (str, bytes)):
            return cls.from_dict(text)
        stored = load_json(text, depth=_ANY_DEPTH, digits=_ANY_LENGTH.integer_digits)
        return read_snapshot(stored, path="", limits=_ANY_LENGTH, is_plain=True)


def _restore(
    markdown: str | None,
    json: JsonValue,
    content_hash: str,
    captured_at: str | None,
    hashes: Hashes | None,
) -> Snapshot:
    return Snapshot(
        markdown=markdown,
        json=json,
        content_hash=content_hash,
        captured_at=captured_at,
        hashes=hashes,
    )


def mark_tracked(snapshot: Snapshot) -> Snapshot:
    """Return the same snapshot, marked as made by track() in this process."""
    # It is frozen for everybody else; here it is still being made.
    object.__setattr__(snapshot, "is_tracked", True)
    return snapshot


def read_snapshot(stored: object, *, path: str, limits: Limits, is_plain: bool = False) -> Snapshot:
    """Return the snapshot in a stored object; `path` names it in errors.

    With `is_plain`, its JSON came from a parser and belongs to nobody else, so it is not copied.

    Raises:
        InvalidSnapshot: it is no object, or a part has the wrong type.
        InvalidJson: its JSON is not JSON.
        FieldTooLong: a hash or a timestamp is longer than its limit.
    """
    fields = Reader(stored, path, error=InvalidSnapshot)
    json = fields.raw("json")
    try:
        json = json if is_plain else copy_json(json)
    except ChangeTrackError as error:
        raise error.under(fields.place("json")) from None
    return Snapshot(
        markdown=fields.text("markdown"),
        json=json,
        content_hash=fields.text("contentHash", at_most=limits.hash_chars) or "",
        captured_at=fields.text("capturedAt", at_most=limits.timestamp_chars),
        hashes=_read_hashes(fields.within("hashes"), limits),
    )


def _read_hashes(fields: Reader | None, limits: Limits) -> Hashes | None:
    if fields is None:
        return None
    markdown = fields.text("markdown", at_most=limits.hash_chars)
    json = fields.text("json", at_most=limits.hash_chars)
    return Hashes(markdown, json) if markdown and json else None
