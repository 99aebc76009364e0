"""A score that can be checked by hand: a few terms, each with its reason, and their sum."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING, NamedTuple, get_args

from changetrack._significance.models import ChangeClass, Significance, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CLASSES: tuple[ChangeClass, ...] = get_args(ChangeClass)

# What a change is worth by its kind alone. Whatever a formatting change can gain by its size and
# by the changes around it (0.04 + 0.04 + 0.12) stays below what a price or a state has from the
# start; so it does for what merely moved, and for boilerplate.
_BASES: dict[ChangeClass, tuple[float, str]] = {
    "price": (0.6, "a price changed"),
    "availability": (0.55, "whether something can be had changed"),
    "number": (0.4, "a number changed"),
    "date": (0.35, "a date changed"),
    "heading": (0.35, "a heading changed"),
    "text": (0.3, "the wording changed"),
    "link-only": (0.2, "only the target of a link changed"),
    "moved-only": (0.1, "it only moved"),
    "formatting-only": (0.04, "only the formatting changed"),
    "boilerplate": (0.02, "it is boilerplate"),
}
# Classes of changes whose place on the page says nothing, and whose size says little.
_QUIET: frozenset[ChangeClass] = frozenset({"moved-only", "formatting-only", "boilerplate"})
_QUIET_SHARE = 1 / 4

# A word counts 0.02, each doubling as much again: a sentence 0.08, a page no more than 0.16.
_SIZE_STEP, _SIZE_MOST = 0.02, 0.16
# A change by all of its value counts like six doublings of its length.
_SHIFT_MOST = 0.12
# What stands high up is what a page is about. Levels and depths count from one.
_HEADING_LEVELS = {1: 0.12, 2: 0.08, 3: 0.04}
_DEPTHS = {
    0: (0.03, "it is at the top: no heading or key above"),
    1: (0.03, "it is near the top: one heading or key above"),
    2: (0.015, "it is not far down: two headings or keys above"),
}
# Tables hold what people compare.
_IN_TABLE = 0.03
# One more change of weight 1 counts 0.04, and so does each doubling.
_BREADTH_STEP, _BREADTH_MOST = 0.04, 0.12

_DIGITS = 4


class Observed(NamedTuple):
    """What was seen of a change, for its score.

    `words` are those that changed, `shift` the largest change of a number in percent, `level` that
    of the highest heading that changed (0: none did), and `depth` says under how many headings or
    keys it stands.
    """

    classes: frozenset[ChangeClass]
    words: int = 0
    shift: float | None = None
    level: int = 0
    depth: int = 0
    in_table: bool = False


def order_classes(classes: Iterable[ChangeClass]) -> tuple[ChangeClass, ...]:
    """Return the classes in their fixed order, each once."""
    present = frozenset(classes)
    return tuple(each for each in CLASSES if each in present)


def score_change(observed: Observed) -> Significance:
    """Return the score of one change, as the sum of its terms.

    >>> score_change(Observed(frozenset({"price"}), words=2, shift=-50.0)).score
    0.7217
    """
    classes = order_classes(observed.classes)
    if not classes:
        return Significance(score=0.0, classes=(), terms=())
    loudest = max(classes, key=lambda each: _BASES[each][0])
    share = _QUIET_SHARE if loudest in _QUIET else 1
    terms = [_term("class", *_BASES[loudest])]
    size = min(_SIZE_MOST, _SIZE_STEP * log2(1 + observed.words)) * share
    terms.append(_term("size", size, f"words changed: {observed.words:,}"))
    if loudest not in _QUIET:
        terms += _weigh_shift(observed.shift)
        terms += _weigh_place(observed)
    return total(classes, terms)


def score_many(classes: Iterable[ChangeClass], parts: Sequence[Significance]) -> Significance:
    """Return the score of several changes: that of the weightiest, and a little for the others."""
    if not parts:
        return Significance(score=0.0, classes=(), terms=())
    top = max(parts, key=lambda part: part.score)
    others = sum(part.score for part in parts) - top.score
    terms = [term for term in top.terms if term.name != "clamp"]
    if len(parts) > 1:
        breadth = min(_BREADTH_MOST, _BREADTH_STEP * log2(1 + max(others, 0)))
        terms.append(_term("breadth", breadth, f"other changes: {len(parts) - 1:,}"))
    return total(order_classes(classes), terms)


def total(classes: tuple[ChangeClass, ...], terms: list[Term]) -> Significance:
    """Return the sum of the terms, with one more where it would leave 0 to 1."""
    raw = round(sum(term.value for term in terms), _DIGITS)
    score = min(max(raw, 0.0), 1.0)
    if score != raw:
        terms = [*terms, _term("clamp", score - raw, "a score is from 0 to 1")]
    return Significance(score=score, classes=classes, terms=tuple(terms))


def _weigh_shift(shift: float | None) -> Iterable[Term]:
    if shift:
        value = min(abs(shift), 100) / 100 * _SHIFT_MOST
        yield _term("magnitude", value, f"a number changed by {shift:+.1f} %")


def _weigh_place(observed: Observed) -> Iterable[Term]:
    if observed.level in _HEADING_LEVELS:
        value = _HEADING_LEVELS[observed.level]
        yield _term("heading", value, f"level of the heading: {observed.level}")
    if observed.depth in _DEPTHS:
        yield _term("place", *_DEPTHS[observed.depth])
    if observed.in_table:
        yield _term("table", _IN_TABLE, "it is in a table")


def _term(name: str, value: float, because: str) -> Term:
    return Term(name=name, value=round(value, _DIGITS), because=because)
