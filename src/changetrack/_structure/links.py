"""The links and images of a page that changed, apart from the text around them."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from changetrack._structure.link_syntax import scan_links
from changetrack._structure.models import Link, LinkChange
from changetrack._structure.moves import find_moves
from changetrack._structure.outline import read_outlines
from changetrack._structure.pairing import Pairing, join_pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from changetrack._structure.link_syntax import LinkKind
    from changetrack._structure.models import LinkChangeKind
    from changetrack._structure.outline import Outline, Outlines
    from changetrack._textdiff import TextDiff
    from changetrack._textdiff.edits import Edit


class _Place(NamedTuple):
    """A link on a changed line, counted from one, and the number of the edit that changed it.

    `pair` is the current line that its line became, or is; 0 where that is not known.
    """

    kind: LinkKind
    text: str
    target: str
    line: int
    column: int
    edit: int
    pair: int = 0


_Change: TypeAlias = "tuple[_Place | None, _Place | None]"
# Zero is the trait that a link does not have.
_Key: TypeAlias = "tuple[object, ...] | int"
_Trait: TypeAlias = "Callable[[_Place], _Key]"
# What makes two links the same one: first those that stayed as they are …
_SAME: tuple[_Trait, ...] = (
    lambda link: (link.edit, link.kind, link.text, link.target),
    lambda link: (link.kind, link.text, link.target),
)
# … then those of which something stayed, best of all in the same line.
_ALIKE: tuple[_Trait, ...] = (
    lambda link: link.pair and (link.pair, link.kind, link.target),
    lambda link: (link.edit, link.kind, link.target),
    lambda link: link.pair and (link.pair, link.kind, link.text),
    lambda link: (link.edit, link.kind, link.text),
    lambda link: link.pair and (link.pair, link.kind),
)


def describe_links(text_diff: TextDiff) -> tuple[LinkChange, ...]:
    r"""Return what became of each link and image of the changed lines, in the order of the page.

    One that stands elsewhere as it was did not change. The others are followed by their target,
    then by their text, then by their place in a line. Titles, and links in code, do not count.
    Takes time linear in the changed lines.

    >>> from changetrack._textdiff import diff_text
    >>> (change,) = describe_links(diff_text("See [docs](/v1), please", "See [docs](/v2) now"))
    >>> change.change, change.previous.target, change.current.target
    ('target', '/v1', '/v2')
    """
    outlines = read_outlines(text_diff)
    old = _list_places(text_diff.edits, outlines.old, 0)
    new = _list_places(text_diff.edits, outlines.new, 2)
    for trait in _SAME:
        _, old, new = _match(old, new, trait)
    partners = _pair_lines(text_diff, old, new)
    old = [link._replace(pair=partners.get(link.line, 0)) for link in old]
    new = [link._replace(pair=link.line) for link in new]
    changes = []
    for trait in _ALIKE:
        matched, old, new = _match(old, new, trait)
        changes += matched
    matched, old, new = _match_lone(old, new)
    changes += [*matched, *((link, None) for link in old), *((None, link) for link in new)]
    return tuple(_write_change(outlines, *change) for change in sorted(changes, key=_find_order))


def _list_places(edits: Sequence[Edit], outline: Outline, side: int) -> list[_Place]:
    return [
        _Place(link.kind, link.text, link.target, line + 1, link.start, number)
        for number, edit in enumerate(edits)
        for line in range(edit[side], edit[side + 1])
        for link in scan_links(outline.lines[line])
        if not outline.is_fenced(line)
    ]


def _match(
    old: list[_Place], new: list[_Place], trait: _Trait
) -> tuple[list[_Change], list[_Place], list[_Place]]:
    """Return the links that have a trait in common, in their order, and what is left of both."""
    waiting: defaultdict[_Key, deque[_Place]] = defaultdict(deque)
    left = []
    for link in old:
        key = trait(link)
        if key:
            waiting[key].append(link)
        else:
            left.append(link)
    matched: list[_Change] = []
    alone = []
    for link in new:
        places = waiting.get(trait(link))
        if places:
            matched.append((places.popleft(), link))
        else:
            alone.append(link)
    left += [link for places in waiting.values() for link in places]
    return matched, sorted(left, key=_find_line), alone


def _match_lone(
    old: list[_Place], new: list[_Place]
) -> tuple[list[_Change], list[_Place], list[_Place]]:
    """Match what is the only one with its target on both sides, wherever it stands."""
    old_counts, new_counts = (
        Counter((each.kind, each.target) for each in side) for side in (old, new)
    )

    def find_target(link: _Place) -> _Key:
        key = link.kind, link.target
        return key if old_counts[key] == new_counts[key] == 1 else 0

    return _match(old, new, find_target)


def _pair_lines(text_diff: TextDiff, old: list[_Place], new: list[_Place]) -> dict[int, int]:
    """Return which old line became which new one, where both may have links.

    That is in the edits that have links on both sides, and in the runs that moved and were edited.
    """
    if not old or not new:
        return {}
    pairing = Pairing(text_diff)
    numbers = {link.edit for link in old} & {link.edit for link in new}
    pairs = [pair for at in sorted(numbers) for pair in pairing.pair(text_diff.edits[at])]
    carried = [pair for run in find_moves(text_diff) for pair in pairing.pair_run(run)]
    return {pair.old_line: pair.new_line for pair in join_pairs(pairs, carried)}


def _find_line(link: _Place) -> tuple[int, int]:
    return link.line, link.column


def _find_order(change: _Change) -> tuple[int, bool, int, int]:
    """Return where a change belongs: in the order of the page, what is gone first."""
    previous, current = change
    if current:
        return current.edit, True, current.line, current.column
    return (previous.edit, False, previous.line, previous.column) if previous else (0, False, 0, 0)


def _write_change(
    outlines: Outlines, previous: _Place | None, current: _Place | None
) -> LinkChange:
    outline, place = (outlines.new, current) if current else (outlines.old, previous)
    heading = outline.find_heading(place.line - 1) if place else -1
    return LinkChange(
        kind=place.kind if place else "link",
        change=_name_change(previous, current),
        heading=outline.find_path(heading),
        previous=_write_link(previous),
        current=_write_link(current),
    )


def _name_change(previous: _Place | None, current: _Place | None) -> LinkChangeKind:
    if previous is None or current is None:
        return "removed" if previous else "added"
    if previous.target == current.target:
        return "text"
    return "target" if previous.text == current.text else "both"


def _write_link(place: _Place | None) -> Link | None:
    return Link(text=place.text, target=place.target, line=place.line) if place else None
