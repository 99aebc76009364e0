"""Whether a number changed by so much, or came within bounds that it was not in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._significance.conditions.bounds import is_within, spell_bounds, spell_number
from changetrack._significance.conditions.judgments import Judged, cut

if TYPE_CHECKING:
    from changetrack._fielddiff.amounts import Amount
    from changetrack._significance.conditions.facts import Facts
    from changetrack._significance.conditions.models import NumberCondition
    from changetrack._significance.shifts import Shift


def judge_number(condition: NumberCondition, facts: Facts) -> Judged:
    """Return whether a number does what is asked for; without a path, any that became another."""
    if condition.path is None:
        read = [facts.read_shift(node) for node in facts.nodes if node.op == "replace"]
        shifts = [shift for shift in read if shift and shift.is_change] + [*facts.line_shifts]
        nothing = "no number changed into another one"
    else:
        read = [facts.read_shift(node) for node in facts.find_nodes(condition.path)]
        shifts = [shift for shift in read if shift]
        nothing = f"no number changed at {facts.spell_path(condition.path)}"
    if condition.measure == "value":
        met = next((shift for shift in shifts if _crosses(condition, shift)), None)
    else:
        measured = zip(shifts, facts.measure(shifts, condition.measure), strict=True)
        bounds = condition.bounds
        inside = (shift for shift, by in measured if by is not None and is_within(by, bounds))
        met = next(inside, None)
    if met:
        return Judged(met=True, because=cut(met.label) + met.told)
    return Judged(met=False, because=_tell_unmet(condition, shifts[0]) if shifts else nothing)


def _crosses(condition: NumberCondition, shift: Shift) -> bool:
    return _is_in(shift.current, condition) and not _is_in(shift.previous, condition)


def _is_in(amount: Amount | None, condition: NumberCondition) -> bool:
    return amount is not None and is_within(amount.value, condition.bounds)


def _tell_unmet(condition: NumberCondition, shift: Shift) -> str:
    said = cut(shift.label) + shift.told
    if condition.measure == "value":
        if _is_in(shift.current, condition):
            return f"{said} and stayed within the bound"
        outside = f"{said}, which is not {spell_bounds(condition.bounds)}"
        return outside if shift.current else said
    number = shift.percent if condition.measure == "percent" else shift.absolute
    if number is None:
        return f"{said}, which is no change {_UNITS[condition.measure]}"
    if condition.measure == "percent":
        return f"{said}, which is not {spell_bounds(condition.bounds, ' %')}"
    return f"{said} by {spell_number(number)}, which is not {spell_bounds(condition.bounds)}"


_UNITS = {"percent": "in percent", "absolute": "of one currency and unit"}
