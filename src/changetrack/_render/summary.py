"""One sentence for a diff: the same for the same diff, always."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from changetrack._hashing import dump_json
from changetrack._render.rows import count_changes
from changetrack._render.wording import count, list_words, shorten, spell_delta, spell_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from changetrack._diffs import Diff
    from changetrack._fielddiff.models import RichField
    from changetrack._models import JsonValue
    from changetrack._render.shown import Shown
    from changetrack._structure.models import RichHunk

# A notification shows about as much, and so does a line of a list.
MAX_CHARS = 200
# Of them for the lines, where fields changed as well.
_TEXT_CHARS = 120
# Places, and fields, that are named; the others are counted.
_NAMED = 3
_HEADING_CHARS = 32
# So that one field always has its place beside the lines.
_PATH_CHARS = 32
_VALUE_CHARS = 20


def summarize(diff: Diff) -> str:
    r"""Return what changed in one sentence of at most 200 characters, what matters most first.

    A line that became another one is changed, and a line that stands elsewhere is moved, or both;
    neither is added or removed. What is not named is counted.

    >>> from changetrack import Diff, diff_text
    >>> summarize(Diff(diff_text("# Plans\n\nStarter $19", "# Plans\n\nStarter $24")))
    '1 line changed in Plans.'
    """
    return tell_changes(diff)


def tell_changes(diff: Shown) -> str:
    """Return the same sentence for any diff; of a stored one it names no headings."""
    has_both = bool(diff.text_diff) and diff.field_count > 0
    lines = _tell_lines(diff, _TEXT_CHARS if has_both else MAX_CHARS - 1)
    fields = _tell_fields(diff, MAX_CHARS - len(lines) - len("; ."))
    return f"{'; '.join(filter(None, (lines, fields))) or 'Nothing changed'}."


@dataclass(slots=True)
class _Section:
    """What happened under a heading, and in which hunks, by their places."""

    heading: tuple[str, ...]
    hunks: list[int] = field(default_factory=list)
    changed: int = 0
    added: int = 0
    removed: int = 0

    @property
    def lines(self) -> int:
        return self.changed + self.added + self.removed

    def tell(self, *, is_alone: bool) -> str:
        kinds = {"changed": self.changed, "added": self.added, "removed": self.removed}
        told = [(number, kind) for kind, number in kinds.items() if number]
        # The noun is said once.
        words = [f"{count(number, 'line')} {kind}" for number, kind in told[:1]]
        words += [f"{number:,} {kind}" for number, kind in told[1:]]
        where = " › ".join(shorten(each, _HEADING_CHARS) for each in self.heading[-2:])
        place = f" in {where}" if where else "" if is_alone else " at the top"
        return f"{list_words(words)}{place}"


def _tell_lines(diff: Shown, room: int) -> str:
    sections = _order(_list_sections(diff), diff)
    moved = count_changes(diff).moved
    last = [f"{count(moved, 'line')} moved"] if moved else []

    def tell(named: int) -> str:
        told = [each.tell(is_alone=len(sections) == 1) for each in sections[:named]]
        left = sum(each.lines for each in sections[named:])
        more = [f"{count(left, 'more line')} elsewhere"] if left else []
        if left and not named:
            more = [f"{count(left, 'changed line')}"]
        return list_words([*told, *more, *last])

    return _fit(tell, room)


def _order(sections: list[_Section], diff: Shown) -> list[_Section]:
    """Return sections with those first that matter most; one alone is not even weighed."""
    if len(sections) <= 1:
        return sections
    scores = [weight.score for weight in diff.hunk_weights]
    return sorted(sections, key=lambda each: -max(scores[place] for place in each.hunks))


def _fit(tell: Callable[[int], str], room: int) -> str:
    """Return what names the most that there is room for."""
    for named in range(_NAMED, 0, -1):
        told = tell(named)
        if len(told) <= room:
            return told
    return tell(0)


def _list_sections(diff: Shown) -> list[_Section]:
    """Return the sections where lines changed, apart from those that only moved."""
    sections: dict[tuple[str, ...], _Section] = {}
    for place, hunk in enumerate(diff.hunks):
        # What did not move of it is blank lines, and nobody is told of those.
        if hunk.op == "move":
            continue
        heading = hunk.place.heading
        section = sections.setdefault(heading, _Section(heading))
        section.hunks.append(place)
        old = _drop_moved(
            hunk.old_start, hunk.old_lines, [(run.old_start, run.old_lines) for run in hunk.moved]
        )
        new = _drop_moved(
            hunk.new_start, hunk.new_lines, [(run.new_start, run.new_lines) for run in hunk.moved]
        )
        changed = sum(pair.old_line in old and pair.new_line in new for pair in hunk.pairs)
        section.changed += changed + _count_carried(hunk)
        section.added += len(new) - changed
        section.removed += len(old) - changed
    return [section for section in sections.values() if section.lines]


def _count_carried(hunk: RichHunk) -> int:
    """Return how many lines came to a hunk from another one, and were edited on their way."""
    old = range(hunk.old_start, hunk.old_start + hunk.old_lines)
    new = range(hunk.new_start, hunk.new_start + hunk.new_lines)
    return sum(pair.new_line in new and pair.old_line not in old for pair in hunk.pairs)


def _drop_moved(start: int, size: int, runs: list[tuple[int, int]]) -> set[int]:
    """Return the numbers of lines that did not move."""
    left = set(range(start, start + size))
    for run_start, run_size in runs:
        first, last = max(run_start, start), min(run_start + run_size, start + size)
        left.difference_update(range(first, last))
    return left


def _tell_fields(diff: Shown, room: int) -> str:
    if not diff.field_count:
        return ""
    weighed = sorted(diff.weighed_fields, key=lambda pair: -pair[0].score)
    fields = [each for _, each in weighed[:_NAMED]]

    def tell(named: int) -> str:
        told = [_tell_field(each) for each in fields[:named]]
        if not told:
            return f"{count(diff.field_count, 'field')} changed"
        left = diff.field_count - len(told)
        return list_words([*told, count(left, "more field")] if left else told)

    return _fit(tell, room)


def _tell_field(change: RichField) -> str:
    path = spell_path(change)
    if len(path) > _PATH_CHARS:
        path = f"…{path[1 - _PATH_CHARS :]}"
    # Where one became the other, 1 and "1" must not look the same.
    is_other = change.op == "replace" and type(change.previous) is not type(change.current)
    before, after = (_tell_value(v, is_quoted=is_other) for v in (change.previous, change.current))
    delta = spell_delta(change.delta)
    told = {
        "add": f"{path} added: {after}",
        "remove": f"{path} removed, was {before}",
        "replace": f"{path}: {before} → {after}{f' ({delta})' if delta else ''}",
        "move": f"{path} moved",
    }
    return told[change.op]


def _tell_value(value: JsonValue, *, is_quoted: bool) -> str:
    if isinstance(value, str) and not is_quoted:
        return shorten(value, _VALUE_CHARS) or '""'
    return shorten(dump_json(value).decode(), _VALUE_CHARS)
