"""What is valid, and cannot be done with this content."""

from __future__ import annotations

from typing import ClassVar

from changetrack.errors.base import ChangeTrackError

__all__ = [
    "BatchTooLarge",
    "ChangeDoesNotApply",
    "ContentTooLarge",
    "DiffSyntaxError",
    "HunkDoesNotApply",
    "LimitExceeded",
    "PatchError",
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
