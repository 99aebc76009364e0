"""The text diff: one edit script, from which every surface is rendered when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from changetrack._models import Limits, Options
from changetrack._normalize import read_markdown
from changetrack._textdiff.boundaries import tidy_edits
from changetrack._textdiff.edits import compare_lines
from changetrack._textdiff.hunks import group_edits
from changetrack._textdiff.parsediff import count_entries, list_chunks, wrap_chunks
from changetrack._textdiff.unified import render_unified

if TYPE_CHECKING:
    from changetrack._models import DiffAst
    from changetrack._textdiff.edits import Edit, Lines
    from changetrack._textdiff.hunks import Hunk

_DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class TextDiff:
    """What differs between two texts; false when nothing does.

    `edits` are the ranges that differ, `(old_start, old_end, new_start, new_end)`, counted from
    zero with exclusive ends. `coarse` says that the work budget made them larger than the smallest
    possible. Everything else is rendered from them, once, when first read. `notes` is where those
    who read more out of the diff keep what the next reader would work out again.
    """

    old: Lines = field(repr=False)
    new: Lines = field(repr=False)
    edits: list[Edit]
    coarse: bool = False
    context: int = 3
    ast_changes: int = field(default=_DEFAULT_LIMITS.ast_changes, repr=False)
    notes: dict[str, object] = field(default_factory=dict, repr=False, compare=False)

    def __bool__(self) -> bool:
        return bool(self.edits)

    def __hash__(self) -> int:
        return hash(tuple(self.edits))

    @property
    def additions(self) -> int:
        """The number of lines added, of the whole diff."""
        return sum(edit[3] - edit[2] for edit in self.edits)

    @property
    def deletions(self) -> int:
        """The number of lines deleted, of the whole diff."""
        return sum(edit[1] - edit[0] for edit in self.edits)

    @cached_property
    def hunks(self) -> list[Hunk]:
        """The edits in groups, with the unchanged lines around them."""
        sizes = {"old_size": len(self.old), "new_size": len(self.new)}
        return group_edits(self.edits, context=self.context, **sizes)

    @cached_property
    def text(self) -> str:
        """The unified text, never cut; empty when nothing differs."""
        return render_unified(self.old, self.new, self.hunks)

    @cached_property
    def ast(self) -> DiffAst:
        """The parse-diff style tree, cut at `Limits.ast_changes` entries."""
        ast = wrap_chunks(
            list_chunks(self.old, self.new, self.hunks, cap=self.ast_changes),
            additions=self.additions,
            deletions=self.deletions,
        )
        if self.truncated:
            ast["truncated"] = True
        return ast

    @property
    def truncated(self) -> bool:
        """Whether the tree is cut."""
        return count_entries(self.hunks, self.deletions) > self.ast_changes


def diff_text(
    previous: str, current: str, *, context: int = 3, limits: Limits = _DEFAULT_LIMITS
) -> TextDiff:
    r"""Return what differs between two markdown texts, after normalizing both.

    Raises:
        ContentTooLarge: a text is longer than `limits.markdown_chars`.
        InvalidOption: `context` is negative.

    >>> print(diff_text("Starter $19\n\nPro $49", "Starter $24\n\nPro $49").text, end="")
    --- previous
    +++ current
    @@ -1,3 +1,3 @@
    -Starter $19
    +Starter $24
    <BLANKLINE>
     Pro $49
    """
    options = Options(context=context)
    _, old = read_markdown(previous, limits, "previous")
    _, new = read_markdown(current, limits, "current")
    return diff_lines(old, new, context=options.context, limits=limits)


def diff_lines(old: Lines, new: Lines, *, context: int, limits: Limits) -> TextDiff:
    """Return what differs between two normalized texts, given as lines."""
    script = compare_lines(old, new)
    edits = tidy_edits(script.edits, old, new)
    return TextDiff(old, new, edits, script.coarse, context, limits.ast_changes)
