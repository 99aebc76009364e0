"""How much a change matters, a hunk or a field at a time and all together."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from changetrack._models import FieldChange
from changetrack._significance.carried import pair_carried
from changetrack._significance.classes import observe_hunk, observe_roughly
from changetrack._significance.fields import Allowance, observe_change
from changetrack._significance.fingerprints import fingerprint_change
from changetrack._significance.models import Stats
from changetrack._significance.scoring import Observed, score_change, score_many

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from changetrack._fielddiff import FieldDiff
    from changetrack._fielddiff.models import RichField
    from changetrack._models import FieldOp, JsonValue
    from changetrack._significance.models import ChangeClass, Significance
    from changetrack._structure.models import RichHunk
    from changetrack._textdiff import TextDiff

# After so many changed lines, the other hunks count as text that is not read: a second or two.
_MOST_LINES = 10_000

# Decimals of a share: a line of ten thousand shows.
_DIGITS = 4


def weigh_hunk(hunk: RichHunk) -> Significance:
    """Return how much a change of lines matters, why, and what kind of change it is.

    >>> from changetrack._structure.models import Place, RichHunk
    >>> hunk = RichHunk(
    ...     id="h1", op="replace", old_start=3, old_lines=1, new_start=3, new_lines=1,
    ...     removed=("Pro: $29",), added=("Pro: $24",), place=Place(heading=("Pricing",)),
    ... )
    >>> weigh_hunk(hunk).classes, [term.name for term in weigh_hunk(hunk).terms]
    (('price',), ['class', 'size', 'magnitude', 'place'])
    """
    return score_change(observe_hunk(hunk))


def weigh_field(field: RichField) -> Significance:
    """Return how much a change of a field matters, why, and what kind of change it is."""
    return score_change(observe_change(_spell_change(field), Allowance()))


def weigh_fields(fields: Iterable[RichField]) -> tuple[Significance, ...]:
    """Return how much each change of a field matters; very many are not all read."""
    return weigh_changes(map(_spell_change, fields))


def _spell_change(field: RichField) -> FieldChange:
    return FieldChange(
        op=field.op, path=field.segments, previous=field.previous, current=field.current
    )


def weigh_changes(changes: Iterable[FieldChange]) -> tuple[Significance, ...]:
    """Return how much each change of a field matters.

    The first are read, several thousands of them; the others weigh what happened to them alone.
    """
    allowance = Allowance()
    return tuple(
        score_change(observe_change(change, allowance))
        if allowance.left > 0
        else _weigh_roughly(change.op)
        for change in changes
    )


def weigh_hunks(text_diff: TextDiff | None, hunks: Sequence[RichHunk]) -> tuple[Significance, ...]:
    """Return how much each hunk matters; after 10,000 lines, without reading it.

    Lines that were edited while they moved are compared with what they were, if the diff is given.
    """
    carried = pair_carried(text_diff, hunks)
    weights = []
    left = _MOST_LINES
    for hunk in hunks:
        observed = observe_hunk(hunk, carried) if left > 0 else observe_roughly(hunk)
        weights.append(score_change(observed))
        left -= len(hunk.removed) + len(hunk.added)
    return tuple(weights)


@cache
def _weigh_roughly(op: FieldOp) -> Significance:
    kind: ChangeClass = "moved-only" if op == "move" else "text"
    return score_change(Observed(frozenset({kind}), words=1))


def weigh_diff(
    text_diff: TextDiff | None,
    field_diff: FieldDiff | None,
    hunks: Sequence[RichHunk],
    weights: Sequence[Significance] | None = None,
) -> Stats:
    """Return a diff in numbers, how much it matters, and the fingerprint of the change.

    `weights` are those of its hunks and fields, for whoever has them already.

    `similarity` counts lines where a text was compared and fields elsewhere; a line that moved
    counts as changed. The score is that of the weightiest change, and a little for the others.
    """
    if weights is None:
        weights = (*weigh_hunks(text_diff, hunks), *weigh_changes(field_diff or ()))
    classes = [each for part in weights for each in part.classes]
    similarity = _compare_sides(text_diff, field_diff)
    runs = {run for hunk in hunks for run in hunk.moved}
    return Stats(
        similarity=similarity,
        changed_ratio=round(1 - similarity, _DIGITS),
        additions=text_diff.additions if text_diff is not None else 0,
        deletions=text_diff.deletions if text_diff is not None else 0,
        moved_lines=sum(run.new_lines for run in runs),
        fields=len(field_diff) if field_diff is not None else 0,
        significance=score_many(classes, weights),
        fingerprint=fingerprint_change(text_diff, field_diff),
        coarse=text_diff is not None and text_diff.coarse,
        lists_by_position=field_diff.lists_by_position if field_diff is not None else (),
    )


def _compare_sides(text_diff: TextDiff | None, field_diff: FieldDiff | None) -> float:
    """Return the share of what both sides have; all of it where there is nothing."""
    if text_diff is not None and (text_diff.old or text_diff.new):
        whole = len(text_diff.old) + len(text_diff.new)
        changed = text_diff.additions + text_diff.deletions
    elif field_diff is not None:
        whole = count_leaves(field_diff.previous) + count_leaves(field_diff.current)
        changed = sum(map(_count_changed, field_diff))
    else:
        return 1.0
    # A list that was empty had no value, but counts as changed: more may change than there is.
    return round(max(0.0, 1 - changed / whole), _DIGITS) if whole else 1.0


def _count_changed(change: FieldChange) -> int:
    """Return how many values of both sides a change is about; one that moved is on both."""
    if change.op == "move":
        return 2
    old = 0 if change.op == "add" else count_leaves(change.previous)
    new = 0 if change.op == "remove" else count_leaves(change.current)
    return old + new


def count_leaves(root: JsonValue) -> int:
    """Return how many values a value has in it that hold no others; an empty one counts.

    >>> count_leaves({"a": [1, {"b": None}], "c": {}}), count_leaves(5)
    (3, 1)
    """
    count = 0
    pending = [root]
    while pending:
        value = pending.pop()
        if value and isinstance(value, (dict, list)):
            pending += value.values() if isinstance(value, dict) else value
        else:
            count += 1
    return count
