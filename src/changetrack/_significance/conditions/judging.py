"""Whether a condition is met by a change: on crossing, never on what merely is so.

`{"number": {"path": "price", "value": {"lt": 100}}}` is met when the price comes below 100, not
while it stays there. A field that appears with such a value crosses as well; one that goes does
not. `percent` and `absolute` are about the change itself and need a number on both sides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from changetrack._hashing import dump_json, same_json
from changetrack._significance.conditions.bounds import is_within, spell_bounds, spell_number
from changetrack._significance.conditions.facts import Facts
from changetrack._significance.conditions.models import (
    ClassCondition,
    FieldCondition,
    Junction,
    NumberCondition,
    ScoreCondition,
    SectionCondition,
    TextCondition,
)
from changetrack._significance.conditions.patterns import ANYWHERE, matches
from changetrack._significance.conditions.wordings import Phrase
from changetrack._significance.lines import STEP
from changetrack._significance.markup import list_words, read_visible
from changetrack._significance.models import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from changetrack._models import JsonValue
    from changetrack._significance.conditions.facts import Changes
    from changetrack._significance.conditions.models import Condition
    from changetrack._significance.conditions.nodes import Node
    from changetrack._significance.conditions.patterns import Part
    from changetrack._significance.readings import Shift
    from changetrack._structure.models import SectionChange

# A sentence names so many reasons and counts the others; each quotes so many characters.
_MAX_REASONS = 3
_MAX_QUOTE = 80


class _Judged(NamedTuple):
    met: bool
    because: str


def evaluate(conditions: Iterable[Condition], changes: Changes | None) -> tuple[Verdict, ...]:
    """Return whether each condition is met by the changes, in the order of the conditions.

    Where nothing changed, none is met, a `not` neither: conditions are about changes. Of the
    changes, only the parts that the conditions ask for are worked out.
    """
    conditions = tuple(conditions)
    if changes is None or not (changes.text_diff or changes.field_diff):
        return tuple(
            Verdict(met=False, because="nothing changed", name=each.name) for each in conditions
        )
    facts = Facts(changes)
    verdicts = []
    for each in conditions:
        met, because = _judge(each, facts)
        verdicts.append(Verdict(met=met, because=because, name=each.name))
    return tuple(verdicts)


def _judge(condition: Condition, facts: Facts) -> _Judged:
    # Reading bounds the depth, so this recursion is bounded.
    if isinstance(condition, Junction):
        return _judge_junction(condition, facts)
    return _JUDGES[type(condition)](condition, facts)


def _judge_junction(junction: Junction, facts: Facts) -> _Judged:
    judged = [_judge(part, facts) for part in junction.parts]
    if junction.kind == "not":
        return _Judged(not judged[0].met, judged[0].because)
    wants_all = junction.kind == "all"
    met = all(part.met for part in judged) if wants_all else any(part.met for part in judged)
    # What decided: all that are met, or those that are not.
    reasons = [part.because for part in judged if part.met is met]
    more = len(reasons) - _MAX_REASONS
    shown = reasons[:_MAX_REASONS] + ([f"and {more} more"] if more > 0 else [])
    return _Judged(met, "; ".join(dict.fromkeys(shown)))


def _judge_number(condition: NumberCondition, facts: Facts) -> _Judged:
    if condition.path is None:
        read = [facts.read_shift(node) for node in facts.nodes if node.op == "replace"]
        shifts = [shift for shift in read if shift and shift.is_change] + [*facts.line_shifts]
        nothing = "no number changed into another one"
    else:
        read = [facts.read_shift(node) for node in facts.find_nodes(condition.path.parts)]
        shifts = [shift for shift in read if shift]
        nothing = f"no number changed at {_cut(condition.path.text)}"
    judged = [_judge_shift(condition, shift) for shift in shifts]
    return _choose(judged, nothing)


def _judge_shift(condition: NumberCondition, shift: Shift) -> _Judged:
    said = shift.spell()
    if condition.measure == "value":
        return _judge_value(condition, shift, said)
    is_percent = condition.measure == "percent"
    number = shift.percent if is_percent else shift.absolute
    wanted = spell_bounds(condition.bounds, " %" if is_percent else "")
    if number is None:
        return _Judged(met=False, because=f"{said}, of which {condition.measure} has no meaning")
    met = is_within(number, condition.bounds)
    if met or is_percent:
        return _Judged(met, said if met else f"{said}, which is not {wanted}")
    return _Judged(met, f"{said}, a change of {spell_number(number)}, which is not {wanted}")


def _judge_value(condition: NumberCondition, shift: Shift, said: str) -> _Judged:
    bounds = condition.bounds
    was = shift.previous is not None and is_within(shift.previous.value, bounds)
    is_now = shift.current is not None and is_within(shift.current.value, bounds)
    if was and is_now:
        return _Judged(met=False, because=f"{said} and stayed within the bound")
    if is_now or shift.current is None:
        return _Judged(is_now, said)
    return _Judged(met=False, because=f"{said}, which is not {spell_bounds(bounds)}")


def _judge_text(condition: TextCondition, facts: Facts) -> _Judged:
    phrase = Phrase(condition.words.lower() if condition.ignore_case else condition.words)
    wordings = facts.lowered if condition.ignore_case else facts.wordings
    said = f'the words "{_cut(condition.words)}"'
    met, unmet = _TEXT_SAID[condition.side]
    for at, wording in enumerate(wordings):
        old, new = phrase.count(wording.previous), phrase.count(wording.current)
        if _TEXT_HOLDS[condition.side](old, new):
            previous, current = facts.wordings[at]
            shown = previous if new < old or current is None else current
            return _Judged(met=True, because=f'{said} {met}: "{_cut(shown.seen if shown else "")}"')
    return _Judged(met=False, because=f"{said} {unmet}")


# How often words stood in a text, and stand there now.
_TEXT_HOLDS: dict[str, Callable[[int, int], bool]] = {
    "added": lambda old, new: new > old,
    "removed": lambda old, new: old > new,
    "changed": lambda old, new: old + new > 0,
}
_TEXT_SAID = {
    "added": ("were added", "were not added"),
    "removed": ("were removed", "were not removed"),
    "changed": ("are in what changed", "are not in what changed"),
}


def _judge_class(condition: ClassCondition, facts: Facts) -> _Judged:
    present = facts.changes.stats.significance.classes
    common = [each for each in condition.classes if each in present]
    if common:
        return _Judged(met=True, because=f"the change is of class {' and '.join(common)}")
    return _Judged(met=False, because=f"the change is of class {', '.join(present) or 'none'}")


def _judge_score(condition: ScoreCondition, facts: Facts) -> _Judged:
    score = facts.changes.stats.significance.score
    met = is_within(score, condition.bounds)
    which = "which is" if met else "which is not"
    said = f"the score is {spell_number(score)}, {which} {spell_bounds(condition.bounds)}"
    return _Judged(met, said)


def _judge_field(condition: FieldCondition, facts: Facts) -> _Judged:
    parts, nothing = condition.path.parts, f"{_cut(condition.path.text)} did not change"
    if condition.becomes is not None:
        return _choose(list(_judge_becomes(parts, condition.becomes[0], facts)), nothing)
    if condition.op is None:
        # What changed inside of a field is a change of it.
        nodes = facts.find_nodes((*parts, ANYWHERE))
        return _choose([_Judged(met=True, because=_say_node(node)) for node in nodes], nothing)
    judged = [_Judged(node.op == condition.op, _say_node(node)) for node in facts.find_nodes(parts)]
    return _choose(judged, nothing)


def _judge_becomes(parts: tuple[Part, ...], wanted: JsonValue, facts: Facts) -> Iterator[_Judged]:
    for node in facts.find_nodes((*parts, ANYWHERE)):
        if matches(parts, node.path, node.key_path):
            met = node.op in ("add", "replace") and same_json(node.current, wanted)
        else:
            # Something changed inside of it: by that, it may have become what is asked for.
            sizes = range(len(node.path))
            size = next(at for at in sizes if matches(parts, node.path[:at], node.keys[:at]))
            whole = facts.find_current(node.keys[:size])
            met = whole is not None and same_json(whole[0], wanted)
        yield _Judged(met, _say_node(node))


_SAID = {
    "added": ("were added", "were not added"),
    "removed": ("were removed", "were not removed"),
    "changed": ("are in what changed", "are not in what changed"),
}


def _judge_class(condition: ClassCondition, facts: Facts) -> _Judged:
    present = facts.changes.stats.significance.classes
    common = [each for each in condition.classes if each in present]
    if common:
        return _Judged(met=True, because=f"the change is of class {' and '.join(common)}")
    return _Judged(met=False, because=f"the change is of class {', '.join(present) or 'none'}")


def _judge_score(condition: ScoreCondition, facts: Facts) -> _Judged:
    score = facts.changes.stats.significance.score
    met = is_within(score, condition.bounds)
    which = "which is" if met else "which is not"
    said = f"the score is {spell_number(score)}, {which} {spell_bounds(condition.bounds)}"
    return _Judged(met, said)


def _judge_field(condition: FieldCondition, facts: Facts) -> _Judged:
    parts, text = condition.path.parts, _cut(condition.path.text)
    if condition.becomes is not None:
        return _judge_becomes(condition, condition.becomes[0], facts)
    if condition.op is None:
        inside = (*parts, ANYWHERE)
        found = [node for node in facts.nodes if matches(inside, node.path, node.key_path)]
        met = [_Judged(met=True, because=_say_node(node)) for node in found]
        return _choose(met, f"{text} did not change")
    at = [node for node in facts.nodes if matches(parts, node.path, node.key_path)]
    judged = [_Judged(node.op == condition.op, _say_node(node)) for node in at]
    return _choose(judged, f"{text} did not change")


def _judge_becomes(condition: FieldCondition, wanted: JsonValue, facts: Facts) -> _Judged:
    parts = condition.path.parts
    judged = []
    for node in facts.nodes:
        keys = node.path if node.key_path is None else node.key_path
        if matches(parts, node.path, node.key_path):
            is_there = node.op in ("add", "replace") and same_json(node.current, wanted)
            judged.append(_Judged(is_there, _say_node(node)))
            continue
        # What changed may be inside of what is asked about.
        for size in range(len(keys)):
            if matches(parts, node.path[:size], keys[:size]):
                whole = facts.find_current(keys[:size])
                is_there = whole is not None and same_json(whole[0], wanted)
                judged.append(_Judged(is_there, _say_node(node)))
                break
    return _choose(judged, f"{_cut(condition.path.text)} did not change")


_SAID = {
    "add": "appeared as {current}",
    "remove": "is gone (it was {previous})",
    "replace": "went from {previous} to {current}",
    "move": "moved",
}


def _say_node(node: Node) -> str:
    said = _SAID[node.op]
    previous = _spell(node.previous) if "{previous}" in said else ""
    current = _spell(node.current) if "{current}" in said else ""
    return f"{_cut(node.spelled)} {said.format(previous=previous, current=current)}"


def _judge_section(condition: SectionCondition, facts: Facts) -> _Judged:
    wanted = [_fold(part) for part in condition.heading]
    name = STEP.join(map(_cut, condition.heading))
    judged = [
        _Judged(condition.status in (None, section.status), _say_section(section))
        for section in facts.changes.sections
        if section.status != "unchanged"
        and (_holds(section.heading, wanted) or _holds(section.previous_heading or (), wanted))
    ]
    return _choose(judged, f'no section under "{name}" changed')


def _holds(path: tuple[str, ...], wanted: list[str]) -> bool:
    folded = [_fold(part) for part in path]
    last = len(folded) - len(wanted)
    return any(folded[at : at + len(wanted)] == wanted for at in range(last + 1))


def _fold(heading: str) -> str:
    return " ".join(list_words(read_visible(heading).text)).casefold()


def _say_section(section: SectionChange) -> str:
    return f'the section "{STEP.join(map(_cut, section.heading))}" was {section.status}'


def _choose(judged: list[_Judged], nothing: str) -> _Judged:
    """Return the first that is met, else the first that is not, else that there is none."""
    met = [each for each in judged if each.met]
    return (met or judged or [_Judged(met=False, because=nothing)])[0]


def _spell(value: JsonValue) -> str:
    return _cut(dump_json(value).decode())


def _cut(text: str) -> str:
    shown = text if len(text) <= _MAX_QUOTE else f"{text[:_MAX_QUOTE]}…"
    return shown if shown.isprintable() else ascii(shown)[1:-1]


# Each judge is only ever given conditions of its own kind.
_Judge: TypeAlias = "Callable[[Condition, Facts], _Judged]"
_JUDGES = cast(
    "dict[type[object], _Judge]",
    {
        NumberCondition: _judge_number,
        TextCondition: _judge_text,
        ClassCondition: _judge_class,
        ScoreCondition: _judge_score,
        FieldCondition: _judge_field,
        SectionCondition: _judge_section,
    },
)
