"""Whether a number changed by so much, or came within bounds that it was not in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._significance.conditions.bounds import is_within, spell_bounds, spell_number
from changetrack._significance.conditions.judgments import Judged, cut
from changetrack._significance.lines import STEP

if TYPE_CHECKING:
    from changetrack._fielddiff.amounts import Amount
    from changetrack._significance.conditions.facts import Facts
    from changetrack._significance.conditions.models import NumberCondition
    from changetrack._significance.shifts import Shift


def judge_number(condition: NumberCondition, facts: Facts) -> Judged:
    """Return whether a number does what is asked for; without a path, any that became another."""
    if condition.path is None and not condition.is_of_text:
        read = [facts.read_shift(node) for node in facts.nodes if node.op == "replace"]
        shifts = [shift for shift in read if shift and shift.is_change] + [*facts.line_shifts]
        nothing = "no number changed into another one"
    else:
        shifts = _find_shifts(condition, facts)
        nothing = f"no number changed {_spell_place(condition, facts)}"
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


def _find_shifts(condition: NumberCondition, facts: Facts) -> list[Shift]:
    """Return the numbers at the path of a field, and at the place in the text."""
    shifts: list[Shift] = []
    if condition.path is not None:
        read = map(facts.read_shift, facts.find_nodes(condition.path))
        shifts += filter(None, read)
    if condition.is_of_text:
        shifts += facts.find_shifts(condition.heading, condition.row, condition.column)
    return shifts


def _spell_place(condition: NumberCondition, facts: Facts) -> str:
    names = (*condition.heading, condition.row, condition.column)
    told = STEP.join(cut(name) for name in names if name is not None)
    places = [f"at {facts.spell_path(condition.path)}"] if condition.path is not None else []
    return " or ".join([*places, *([f'in "{told}"'] if told else [])])


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
