"""Whether conditions are met by a change: on crossing, never on what merely is so.

`{"number": {"path": "price", "value": {"lt": 100}}}` is met when the price comes below 100, not
while it stays there. A field that appears with such a value crosses as well; one that goes does
not. `percent` and `absolute` are about the change itself and need a number on both sides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

from changetrack._significance.conditions.bounds import is_within, spell_bounds, spell_number
from changetrack._significance.conditions.facts import Facts
from changetrack._significance.conditions.field_judge import judge_field
from changetrack._significance.conditions.headings import fold_name, holds
from changetrack._significance.conditions.judgments import Judged, choose, cut
from changetrack._significance.conditions.models import (
    ClassCondition,
    FieldCondition,
    Junction,
    NumberCondition,
    ScoreCondition,
    SectionCondition,
    TextCondition,
)
from changetrack._significance.conditions.number_judge import judge_number
from changetrack._significance.conditions.text_judge import judge_text
from changetrack._significance.lines import STEP
from changetrack._significance.models import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from changetrack._significance.conditions.facts import Changes
    from changetrack._significance.conditions.models import Condition
    from changetrack._structure.models import SectionChange

# A sentence names so many reasons and counts the others.
_MAX_REASONS = 3


def evaluate(conditions: Iterable[Condition], changes: Changes | None) -> tuple[Verdict, ...]:
    """Return whether each condition is met by the changes, in the order of the conditions.

    Where nothing changed, none is met, a `not` neither: conditions are about changes. Of the
    changes, only the parts that the conditions ask for are worked out.

    >>> from changetrack._diffs import Diff
    >>> from changetrack._fielddiff import diff_fields
    >>> from changetrack._significance.conditions.reading import read_conditions
    >>> conditions = read_conditions([{"number": {"path": "price", "percent": {"lte": -10}}}])
    >>> (verdict,) = evaluate(conditions, Diff(None, diff_fields({"price": 29}, {"price": 24})))
    >>> verdict.met, verdict.because
    (True, 'price went from 29 to 24 (-17.2 %)')
    """
    facts = Facts(changes) if changes and (changes.text_diff or changes.field_diff) else None
    verdicts = []
    for each in conditions:
        judged = _judge(each, facts) if facts else Judged(met=False, because="nothing changed")
        verdicts.append(Verdict(met=judged.met, because=judged.because, name=each.name))
    return tuple(verdicts)


def _judge(condition: Condition, facts: Facts) -> Judged:
    # Whoever reads conditions bounds their depth, so this recursion is bounded.
    if isinstance(condition, Junction):
        return _judge_junction(condition, facts)
    return _JUDGES[type(condition)](condition, facts)


def _judge_junction(junction: Junction, facts: Facts) -> Judged:
    judged = [_judge(part, facts) for part in junction.parts]
    if junction.kind == "not":
        return Judged(not judged[0].met, judged[0].because)
    wants_all = junction.kind == "all"
    met = all(part.met for part in judged) if wants_all else any(part.met for part in judged)
    # What decided: those that are met, or those that are not.
    reasons = list(dict.fromkeys(part.because for part in judged if part.met is met))
    more = len(reasons) - _MAX_REASONS
    shown = reasons[:_MAX_REASONS] + ([f"and {more} more"] if more > 0 else [])
    return Judged(met, "; ".join(shown))


def _judge_class(condition: ClassCondition, facts: Facts) -> Judged:
    present = facts.changes.stats.significance.classes
    common = [each for each in present if each in condition.classes]
    if common:
        return Judged(met=True, because=f"the change is of class {' and '.join(common)}")
    return Judged(met=False, because=f"the change is of class {', '.join(present) or 'none'}")


def _judge_score(condition: ScoreCondition, facts: Facts) -> Judged:
    score = facts.changes.stats.significance.score
    met = is_within(score, condition.bounds)
    which = "which is" if met else "which is not"
    said = f"the score is {spell_number(score)}, {which} {spell_bounds(condition.bounds)}"
    return Judged(met, said)


def _judge_section(condition: SectionCondition, facts: Facts) -> Judged:
    wanted = [fold_name(part) for part in condition.heading]
    found = (
        Judged(condition.status in (None, section.status), _tell_section(section))
        for section in facts.changes.sections
        if section.status != "unchanged"
        and (holds(section.heading, wanted) or holds(section.previous_heading or (), wanted))
    )
    return choose(found, f'no section "{STEP.join(map(cut, condition.heading))}" changed')


def _tell_section(section: SectionChange) -> str:
    return f'the section "{STEP.join(map(cut, section.heading))}" was {section.status}'


# Each judge is only ever given conditions of its own kind.
_Judge: TypeAlias = "Callable[[Condition, Facts], Judged]"
_JUDGES = cast(
    "dict[type[object], _Judge]",
    {
        NumberCondition: judge_number,
        TextCondition: judge_text,
        ClassCondition: _judge_class,
        ScoreCondition: _judge_score,
        FieldCondition: judge_field,
        SectionCondition: _judge_section,
    },
)
