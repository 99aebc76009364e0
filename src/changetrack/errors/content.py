"""What is valid, and cannot be done with this content."""

from __future__ import annotations

from typing import ClassVar

from changetrack.errors.base import ChangeTrackError

__all__ = [
    "BatchTooLarge",
    "ChangeDoesNotApply",
    "ContentTooLarge",
    "DiffSyntaxError",
    "DiffsDoNotMeet",
    "HistoryTooLong",
    "HunkDoesNotApply",
    "LimitExceeded",
    "MergePatchRefused",
    "PatchError",
    "SetTooLarge",
]


class LimitExceeded(ChangeTrackError):
    """The input is valid, but larger than `Limits` allows."""

    code = "payload_too_large"
    reason = "limit_exceeded"
    what: ClassVar[str] = "the input"
    unit: ClassVar[str] = "units"

    def __init__(self, allowed: int, actual: int, path: str = "") -> None:
        super().__init__(
            f"{self.what} has {actual:,} {self.unit}, at most {allowed:,} are allowed",
            "split it or raise the limit",
            path,
        )
        self.allowed = allowed
        self.actual = actual


class BatchTooLarge(LimitExceeded):
    """A batch has more items than `Limits.batch_items`."""

    reason = "batch_too_large"
    what = "the batch"
    unit = "items"


class HistoryTooLong(LimitExceeded):
    """A history has more snapshots than `Limits.history_snapshots`."""

    reason = "history_too_long"
    what = "the history"
    unit = "snapshots"


class SetTooLarge(LimitExceeded):
    """A set of pages has more of them than `Limits.set_items`."""

    reason = "set_too_large"
    what = "the set"
    unit = "items"


class ContentTooLarge(LimitExceeded):
    """A page has more characters than `Limits.markdown_chars`."""

    reason = "content_too_large"
    what = "the page"
    unit = "characters"


class PatchError(ChangeTrackError):
    """A diff cannot be used here."""

    code = "patch_failed"
    reason = "patch_failed"


class DiffSyntaxError(PatchError):
    """The text is not a unified diff of one file."""

    reason = "diff_syntax"


class HunkDoesNotApply(PatchError):
    """The text is not what the hunk expects."""

    reason = "hunk_does_not_apply"

    def __init__(self, hunk: int, line: int) -> None:
        super().__init__(
            f"hunk {hunk} does not match the text at line {line}",
            "apply it to the previous text, or revert it on the current one, as it was then",
        )
        self.hunk = hunk
        self.line = line


class ChangeDoesNotApply(PatchError):
    """The value is not what the field change expects."""

    reason = "change_does_not_apply"

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(problem, "use the snapshot that the diff was made from", path)


class DiffsDoNotMeet(PatchError):
    """Two diffs are to be composed, and the second does not begin where the first ends."""

    reason = "diffs_do_not_meet"

    def __init__(self, path: str = "") -> None:
        super().__init__(
            "the second diff does not start from what the first one leads to",
            "compose diffs of one page in the order in which they were made",
            path,
        )


class MergePatchRefused(PatchError):
    """A merge patch (RFC 7386) cannot express the change."""

    reason = "merge_patch_refused"

    def __init__(self, path: str) -> None:
        super().__init__(
            "a merge patch cannot set null, which removes there", "ask for a JSON Patch", path
        )
