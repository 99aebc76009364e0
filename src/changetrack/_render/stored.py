"""A stored diff, read back as far as anybody shows it: its lines and their context, and its fields.

The rest of both pages is not known, so neither are the headings above a change; and what moved is
judged by the lines that changed, not by whether others like them stand elsewhere. All else is as in
every other diff: line numbers, what differs in a line, by how much a value differs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from changetrack._fielddiff import parse_path
from changetrack._fielddiff.models import RichField
from changetrack._fielddiff.pointers import format_pointer
from changetrack._render.stored_text import StoredText, read_text
from changetrack._structure import Place, describe_hunks
from changetrack._textdiff import TextDiff
from changetrack.errors import ChangeTrackError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from changetrack._models import FieldOp, JsonObject, JsonValue, PathSegment
    from changetrack._significance.models import Significance
    from changetrack._structure import LinePair, MovedRun, RichHunk
    from changetrack._textdiff import Hunk
    from changetrack._textdiff.edits import Edit

# Of a text; what comes behind them is counted. Nobody who shows a stored diff shows more.
_MOST_LINES = 2_000
# Of a path map, those are told by how much they differ; all of them are there.
_MOST_DELTAS = 100

# The place of a line that there is not.
_NOWHERE = -1


@dataclass(frozen=True)
class StoredDiff:
    """What a stored diff says, as whatever shows a diff reads it."""

    text_diff: StoredText | None = None
    fields: tuple[RichField, ...] = ()

    @cached_property
    def hunks(self) -> tuple[RichHunk, ...]:
        """Each change of the lines that are known, without where on the page it is."""
        return tuple(_Numbering(self.text_diff).list_hunks()) if self.text_diff else ()

    @property
    def field_count(self) -> int:
        """The number of fields that are known."""
        return len(self.fields)

    @cached_property
    def hunk_weights(self) -> tuple[Significance, ...]:
        """How much each of the hunks matters."""
        from changetrack._significance import weigh_hunks

        return weigh_hunks(None, self.hunks)

    @cached_property
    def weighed_fields(self) -> tuple[tuple[Significance, RichField], ...]:
        """Each of the fields, and how much it matters."""
        from changetrack._significance import weigh_fields

        return tuple(zip(weigh_fields(self.fields), self.fields, strict=True))


def read_stored(diff: JsonObject | None, *, most_lines: int | None = _MOST_LINES) -> StoredDiff:
    r"""Return what a diff says that was written for the wire: its text, and its path map.

    No more than `most_lines` lines of the text are read, which is enough to show it; the changed
    ones among the others are counted. Whatever is there instead of a diff shows nothing.

    >>> text = "--- previous\n+++ current\n@@ -7 +7 @@\n-Starter $19\n+Starter $24\n"
    >>> hunk, = read_stored({"text": text}).hunks
    >>> hunk.old_start, hunk.removed, hunk.pairs[0].deleted
    (7, ('Starter $19',), (Span(start=8, end=11),))
    """
    text, fields = (diff or {}).get("text"), (diff or {}).get("json")
    return StoredDiff(
        read_text(text, most_lines) if isinstance(text, str) and text else None,
        tuple(_list_fields(fields)) if isinstance(fields, dict) else (),
    )


class _Numbering:
    """The known lines as one text, and what is found there with the numbers that it has really."""

    def __init__(self, text: StoredText) -> None:
        self._text = text
        self._old_at: list[int] = []
        self._new_at: list[int] = []
        self._edits: list[Edit] = []
        for hunk in text.hunks:
            self._join(hunk)

    def list_hunks(self) -> Iterator[RichHunk]:
        old = [self._text.old.get(at, "") for at in self._old_at]
        new = [self._text.new.get(at, "") for at in self._new_at]
        real = (edit for hunk in self._text.hunks for edit in hunk.edits)
        described = describe_hunks(TextDiff(old, new, self._edits))
        for edit, hunk in zip(real, described, strict=True):
            yield self._number(hunk, edit)

    def _number(self, hunk: RichHunk, edit: Edit) -> RichHunk:
        i, i_end, j, j_end = edit
        return replace(
            hunk,
            old_start=i + (i < i_end),
            new_start=j + (j < j_end),
            # A heading that is not known may stand between one that is and the change.
            place=Place(),
            pairs=tuple(map(self._number_pair, hunk.pairs)),
            moved=tuple(map(self._number_run, hunk.moved)),
        )

    def _number_pair(self, pair: LinePair) -> LinePair:
        return replace(
            pair,
            old_line=self._old_at[pair.old_line - 1] + 1,
            new_line=self._new_at[pair.new_line - 1] + 1,
        )

    def _number_run(self, run: MovedRun) -> MovedRun:
        return replace(
            run,
            old_start=self._old_at[run.old_start - 1] + 1,
            new_start=self._new_at[run.new_start - 1] + 1,
        )

    def _join(self, hunk: Hunk) -> None:
        old, new = len(self._old_at) - hunk.old_start, len(self._new_at) - hunk.new_start
        self._edits += [(i + old, e + old, j + new, n + new) for i, e, j, n in hunk.edits]
        self._old_at += range(hunk.old_start, hunk.old_end)
        self._new_at += range(hunk.new_start, hunk.new_end)
        # A line that nobody knows, so that what is not beside each other is not joined.
        self._old_at.append(_NOWHERE)
        self._new_at.append(_NOWHERE)


def _list_fields(fields: Mapping[str, JsonValue]) -> Iterator[RichField]:
    """Yield the entries of a path map; a tree of hunks, which stands in its place, has none."""
    entries = (
        (path, pair)
        for path, pair in fields.items()
        if isinstance(pair, dict) and ("previous" in pair or "current" in pair)
    )
    yield from (_read_field(*entry) for entry in islice(entries, _MOST_DELTAS))
    yield from (_read_field(*entry, is_weighed=False) for entry in entries)


def _read_field(path: str, pair: JsonObject, *, is_weighed: bool = True) -> RichField:
    from changetrack._fielddiff.values import understand

    segments: tuple[PathSegment, ...]
    try:
        segments = parse_path(path)
    except ChangeTrackError:
        # Of list items that have keys; it is shown as it came.
        segments = (path,)
    # The map has null for what is not there.
    previous, current = pair.get("previous"), pair.get("current")
    op: FieldOp = "add" if previous is None else "remove" if current is None else "replace"
    return RichField(
        op=op,
        path=path,
        pointer=format_pointer(segments),
        segments=segments,
        previous=previous,
        current=current,
        delta=understand(previous, current) if is_weighed and op == "replace" else None,
    )
