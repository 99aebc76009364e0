"""What a check answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from changetrack._spelling import show_fields

if TYPE_CHECKING:
    from changetrack._diffs import Diff
    from changetrack._fielddiff.models import SuppressedChange
    from changetrack._history import History, ThreeWay
    from changetrack._models import JsonObject, Status
    from changetrack._render import Rendering
    from changetrack._significance import Verdict
    from changetrack._snapshots import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The answer of one check; `snapshot` is what to keep for the next.

    `diff` is None when nothing changed, when there was nothing to compare with, and for binary
    content. `warnings` say what a reader should doubt, `suppressed` lists the differences that the
    options do not count, `conditions` which of them were met, in their order. `history` and
    `baseline` are there where earlier snapshots were given. `judgment` is for an orchestration that
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
    suppressed: tuple[SuppressedChange, ...] = ()
    conditions: tuple[Verdict, ...] = ()
    history: History | None = None
    baseline: ThreeWay | None = None

    __repr__ = show_fields

    @property
    def changed(self) -> bool:
        """Whether the page changed, or is seen for the first time."""
        return self.status == "changed"

    @property
    def truncated(self) -> bool:
        """Whether `diff.json` is cut; the snapshot and `diff.text` never are."""
        return self.diff is not None and self.diff.truncated

    @property
    def summary(self) -> str:
        """One sentence that says what happened; the same for the same change, always."""
        if self.first_observation:
            return "Seen for the first time."
        if self.diff is None:
            return "The content changed." if self.changed else "Nothing changed."
        from changetrack._render import summarize

        return summarize(self.diff)

    def render(self, *, budget: int = 800, cursor: str | None = None) -> Rendering:
        """Return what changed for a language model, in at most `budget` tokens.

        The most significant changes come first, each with an id to cite; what is left out is
        counted, and the `cursor` of the answer goes on from there.

        Raises:
            InvalidOption: the budget is too small for anything, or the cursor is of another diff.
        """
        from changetrack._diffs import Diff
        from changetrack._render import render_budget

        return render_budget(self.diff or Diff(), budget=budget, cursor=cursor)

    def _repr_html_(self) -> str:
        """Show the change in a notebook."""
        from changetrack._diffs import Diff
        from changetrack._render import render_html

        return render_html(self.diff or Diff(), title=self.summary)
