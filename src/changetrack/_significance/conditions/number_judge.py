"""Whether a number changed by so much, or came within bounds that it was not in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._significance.conditions.bounds import is_within, spell_bounds, spell_number
from changetrack._significance.conditions.judgments import Judged, choose, cut

if TYPE_CHECKING:
    from changetrack._significance.conditions.facts import Facts
    from changetrack._significance.conditions.models import NumberCondition
    from changetrack._significance.readings import Shift


def judge_number(condition: NumberCondition, facts: Facts) -> Judged:
    """Return whether a number does what is asked for; without a path, any that became another."""
    if condition.path is None:
        read = [facts.read_shift(node) for node in facts.nodes if node.op == "replace"]
        shifts = [shift for shift in read if shift and shift.is_change] + [*facts.line_shifts]
        nothing = "no number changed into another one"
    else:
        read = [facts.read_shift(node) for node in facts.find_nodes(condition.path.parts)]
        shifts = [shift for shift in read if shift]
        nothing = f"no number changed at {cut(condition.path.text)}"
    judge = _judge_value if condition.measure == "value" else _judge_change
    return choose((judge(condition, shift) for shift in shifts), nothing)


def _judge_change(condition: NumberCondition, shift: Shift) -> Judged:
    said = cut(shift.label) + shift.told
    is_percent = condition.measure == "percent"
    number = shift.percent if is_percent else shift.absolute
    if number is None:
        return Judged(met=False, because=f"{said}, which is no change in {_UNITS[is_percent]}")
    if is_within(number, condition.bounds):
        return Judged(met=True, because=said)
    wanted = spell_bounds(condition.bounds, " %" if is_percent else "")
    by = "" if is_percent else f" by {spell_number(number)}"
    return Judged(met=False, because=f"{said}{by}, which is not {wanted}")


_UNITS = {True: "percent", False: "one currency and unit"}


def _judge_value(condition: NumberCondition, shift: Shift) -> Judged:
    said = cut(shift.label) + shift.told
    bounds = condition.bounds
    was = shift.previous is not None and is_within(shift.previous.value, bounds)
    is_now = shift.current is not None and is_within(shift.current.value, bounds)
    if was and is_now:
        return Judged(met=False, because=f"{said} and stayed within the bound")
    if is_now or shift.current is None:
        return Judged(is_now, said)
    return Judged(met=False, because=f"{said}, which is not {spell_bounds(bounds)}")
