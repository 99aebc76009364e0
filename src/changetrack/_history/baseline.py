"""A page between its last snapshot and a baseline that stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from changetrack._history.models import ThreeWay
from changetrack._history.states import StateReader

if TYPE_CHECKING:
    from changetrack._diffs import Diff
    from changetrack._history.models import Relation
    from changetrack._history.states import Narrow
    from changetrack._snapshots import Snapshot


class Compared(Protocol):
    """What came of comparing a page with one snapshot: a `Result`, for one."""

    @property
    def changed(self) -> bool:
        """Whether the page differs from the snapshot."""
        ...

    @property
    def diff(self) -> Diff | None:
        """In what it differs, where that can be said."""
        ...


# By whether the current page differs from the baseline, and from the last one; and whether the last
# one differs from the baseline, which only matters when the current page does.
_RELATIONS: dict[tuple[bool, bool, bool], Relation] = {
    (False, False, False): "unchanged",
    (False, False, True): "unchanged",
    (False, True, False): "reverted",
    (False, True, True): "reverted",
    # Small steps may each pass a tolerance that their sum does not: what counts is the baseline.
    (True, False, False): "new",
    (True, False, True): "standing",
    (True, True, False): "new",
    (True, True, True): "further",
}


def compare_three(
    baseline: Snapshot,
    last: Snapshot | None,
    current: Snapshot,
    *,
    since_baseline: Compared,
    since_last: Compared,
    was_changed: bool | None = None,
    narrow: Narrow | None = None,
) -> ThreeWay:
    """Return how the current page stands to a baseline that stays, beside the last snapshot.

    `since_baseline` and `since_last` are what came of comparing the current page with each. Without
    a last snapshot, the baseline is the last one. `was_changed` says whether the last one differed
    from the baseline, where options let some differences pass; otherwise their content tells, or
    their hashes, and what a hash does not cover counts as changed. `narrow` returns what of a
    snapshot's JSON is tracked.

    >>> from changetrack._tracking import track
    >>> pinned = track("Starter $19").snapshot
    >>> last = track("Starter $24").snapshot
    >>> now = track("Starter $19", previous=last)
    >>> since = track("Starter $19", previous=pinned)
    >>> compare_three(pinned, last, now.snapshot, since_baseline=since, since_last=now)
    ThreeWay(relation='reverted', diff=None)
    """
    if last is None:
        relation: Relation = "new" if since_baseline.changed else "unchanged"
        return ThreeWay(relation=relation, diff=since_baseline.diff)
    if was_changed is None:
        reader = StateReader(current, narrow)
        state = reader.read(last)
        was_changed = state is None or state != reader.read(baseline)
    relation = _RELATIONS[since_baseline.changed, since_last.changed, was_changed]
    return ThreeWay(relation=relation, diff=since_baseline.diff)
