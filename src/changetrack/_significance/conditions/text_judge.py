"""Whether words stand where they did not, do no longer, or stand in what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._significance.conditions.judgments import Judged, cut
from changetrack._significance.conditions.wordings import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from changetrack._significance.conditions.facts import Facts
    from changetrack._significance.conditions.models import TextCondition
    from changetrack._significance.conditions.wordings import Wording


def judge_text(condition: TextCondition, facts: Facts) -> Judged:
    """Return whether the words do what is asked for, in any line or string that changed."""
    phrase = Phrase(condition.words.lower() if condition.ignore_case else condition.words)
    wordings = facts.lowered if condition.ignore_case else facts.wordings
    is_there = phrase.text in (facts.all_lowered if condition.ignore_case else facts.all_words)
    said = f'the words "{cut(condition.words)}"'
    holds, met, unmet = _SIDES[condition.side]
    for at, wording in enumerate(wordings if is_there else ()):
        old, new = phrase.count(wording.previous), phrase.count(wording.current)
        if holds(old, new):
            shown = _show(facts.wordings[at], is_gone=new < old)
            return Judged(met=True, because=f'{said} {met}: "{cut(shown)}"')
    return Judged(met=False, because=f"{said} {unmet}")


def _show(wording: Wording, *, is_gone: bool) -> str:
    text = wording.previous if is_gone else wording.current or wording.previous
    return text.seen if text else ""


# How often the words stood in a text and stand there now decides; then how it is said.
_SIDES: dict[str, tuple[Callable[[int, int], bool], str, str]] = {
    "added": (lambda old, new: new > old, "were added", "were not added"),
    "removed": (lambda old, new: old > new, "were removed", "were not removed"),
    "changed": (
        lambda old, new: old + new > 0,
        "are in what changed",
        "are not in what changed",
    ),
}
