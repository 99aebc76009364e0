"""What there is to say beside a diff: which conditions were met, and what older versions tell."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from changetrack._render.ansi import escape_line, paint
from changetrack._render.wording import make_printable

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from changetrack._fielddiff.models import SuppressedChange
    from changetrack._history import History, Relation, ThreeWay
    from changetrack._results import Result
    from changetrack._significance import Verdict

__all__ = ["count_suppressed", "list_remarks"]

_MEANINGS: dict[Relation, str] = {
    "unchanged": "the page is as it was there",
    "new": "the page differs from it now, and did not before",
    "standing": "the page differs from it, as it did before",
    "reverted": "the page is again as it was there",
    "further": "the page differs from it, and otherwise than before",
}
_REASONS = {"tolerance": "within --tolerance", "order": "of order alone"}


def list_remarks(result: Result, given: argparse.Namespace, *, is_painted: bool) -> Iterator[str]:
    """Yield a line for each condition, for the history and for the baseline, if there are any."""
    for number, verdict in enumerate(result.conditions, 1):
        yield _spell_verdict(verdict, number, is_painted=is_painted)
    if result.history is not None:
        yield f"history: {_spell_history(result.history, [*given.history, _find_last(given)])}"
    if result.baseline is not None:
        yield f"baseline: {_spell_baseline(result.baseline, given.baseline)}"


def _find_last(given: argparse.Namespace) -> str:
    """Return what the version before this one is called."""
    return str(given.state if hasattr(given, "state") else given.old)


def _spell_verdict(verdict: Verdict, number: int, *, is_painted: bool) -> str:
    word = f"{'met' if verdict.met else 'not met':<7}"
    if is_painted:
        word = paint(word, "added" if verdict.met else "faint")
    name = verdict.name or f"condition {number}"
    return f"{word}  {escape_line(name)}: {escape_line(verdict.because)}"


def _spell_history(history: History, names: Sequence[str]) -> str:
    told = []
    back = None if history.reverted_to is None else names[history.reverted_to]
    first = names[history.seen_before[0]] if history.seen_before else None
    if back is not None:
        told.append(f"reverted to {back}")
    if first is None:
        told.append("not seen before")
    elif first != back:
        told.append(f"seen before in {first}")
    if history.flapping:
        told.append("flapping")
    if history.closest is not None and not history.seen_before:
        alike = f"{history.similarity * 100:.0f} % alike"
        told.append(f"closest to {names[history.closest]} ({alike})")
    return make_printable(", ".join(told))


def _spell_baseline(three: ThreeWay, name: str) -> str:
    told = f"{make_printable(name)}: {three.relation} ({_MEANINGS[three.relation]})"
    if three.diff is None:
        return told
    from changetrack._render import summarize

    return f"{told}: {summarize(three.diff)}"


def count_suppressed(suppressed: Sequence[SuppressedChange]) -> str:
    """Return how many differences do not count, and why; nothing where there are none."""
    counts = Counter(each.reason for each in suppressed)
    told = ", ".join(f"{number:,} {_REASONS[reason]}" for reason, number in counts.items())
    return f"not counted as changes: {told}" if told else ""
