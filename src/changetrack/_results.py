"""What a check answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from changetrack._fielddiff import FieldDiff
    from changetrack._models import DiffAst, JsonObject, PathMap, Status
    from changetrack._snapshots import Snapshot
    from changetrack._textdiff import TextDiff


@dataclass(frozen=True)
class Diff:
    """What changed, in the surfaces that the modes asked for.

    `text_diff` and `field_diff` are the two diffs themselves; `text` and `json` are what the wire
    shows of them, rendered when first read. Values in `json` are the snapshot's own: copy them
    before changing them.
    """

    text_diff: TextDiff | None = None
    field_diff: FieldDiff | None = None

    @property
    def text(self) -> str | None:
        """The unified text, in gitDiff and mixed mode."""
        return None if self.text_diff is None else self.text_diff.text

    @property
    def json(self) -> DiffAst | PathMap:
        """The path map where JSON is tracked, otherwise the parse-diff style tree."""
        if self.field_diff is not None:
            return self.field_diff.map
        return {} if self.text_diff is None else self.text_diff.ast

    @property
    def truncated(self) -> bool:
        """Whether `json` is cut; `text` never is."""
        if self.field_diff is not None:
            return self.field_diff.truncated
        return self.text_diff is not None and self.text_diff.truncated


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer of one check; `snapshot` is what to keep for the next.

    `diff` is None when nothing changed, when there was nothing to compare with, and for binary
    content. `warnings` say what a reader should doubt. `judgment` is for an orchestration that
    judges changes.
    """

    status: Status
    first_observation: bool
    content_hash: str
    snapshot: Snapshot
    diff: Diff | None = None
    judgment: JsonObject | None = field(default=None, hash=False)
    tag: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the page changed, or is seen for the first time."""
        return self.status == "changed"

    @property
    def truncated(self) -> bool:
        """Whether `diff.json` is cut; the snapshot and `diff.text` never are."""
        return self.diff is not None and self.diff.truncated
