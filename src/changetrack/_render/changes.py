"""The changes of a diff as a language model reads them, what matters most first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from changetrack._hashing import canonical_json, hash_text
from changetrack._render.ansi import escape_controls
from changetrack._render.fields import describe_field
from changetrack._render.lines import cut_line
from changetrack._render.tokens import TOKEN_CHARS, cut_tokens, estimate_tokens
from changetrack._render.wording import (
    spell_delta,
    spell_lines,
    spell_move,
    spell_path,
    spell_place,
    spell_value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from changetrack._diffs import Diff
    from changetrack._fielddiff.models import RichField
    from changetrack._significance.models import Significance
    from changetrack._structure.models import RichHunk, Span

# A line that costs more is given in several parts, so that no line needs a large budget.
_LINE_TOKENS = 64
# What stands above the lines of a change, likewise.
_HEAD_TOKENS = 96
# Both, with line ends and signs: no change needs more to begin, or to go on.
MOST_TOKENS = _LINE_TOKENS + _HEAD_TOKENS + 16

# Of a line, or a value, more is not given at all: only what is around its differences.
_MOST_CHARS = 4_000
# Runs of lines that moved, of one hunk; more are seen in their lines.
_NAMED_RUNS = 2
# More are counted and not shown, of the lightest: a model would read for a thousand renderings.
_MOST_FIELDS, _MOST_FIELD_CHARS = 20_000, 1_000_000
# Of a hash. Hunks have as many.
_ID_DIGITS = 12

_GOES_ON = " (continued)"


class ChangeLine(NamedTuple):
    """A line below the head of a change; parts of a line after its first count for nothing."""

    text: str
    counts: Literal["added", "deleted"] | None = None


class Part(NamedTuple):
    """So much of a change as there was room for; `end` is the line that comes next."""

    lines: list[str]
    tokens: int
    end: int


@dataclass(frozen=True, slots=True)
class Change:
    """A hunk or a field: its id, a head that says what and where, and its lines."""

    id: str
    head: str
    lines: list[ChangeLine]
    is_field: bool

    @property
    def least(self) -> int:
        """The tokens without which it cannot be shown, wherever it goes on."""
        head = f"{self.head}{_GOES_ON * (len(self.lines) > 1)}"
        lines = max((_estimate_line(line.text) for line in self.lines), default=0)
        return _estimate_line(head) + lines

    @property
    def cost(self) -> int:
        """The tokens with which it is shown at once."""
        return _estimate_line(self.head) + sum(_estimate_line(line.text) for line in self.lines)

    def take(self, start: int, room: int) -> Part | None:
        """Return what fits, from a line on; None where not even one line does."""
        head = f"{self.head}{_GOES_ON * (start > 0)}"
        shown, used, at = [head], _estimate_line(head), start
        while at < len(self.lines):
            cost = _estimate_line(self.lines[at].text)
            if used + cost > room:
                break
            shown.append(self.lines[at].text)
            used += cost
            at += 1
        is_something = at > start or not self.lines
        return Part(shown, used, at) if is_something and used <= room else None


def list_changes(diff: Diff) -> list[Change]:
    """Return the changes of a diff: what matters most first, and what comes first of the same.

    Beyond 20,000 fields, or 1,000,000 characters of fields, the others are not there.
    """
    weighed: list[tuple[float, Change]] = []
    left = _MOST_FIELD_CHARS
    fields = sorted(diff.weighed_fields, key=lambda pair: -pair[0].score)
    for weight, field in fields[:_MOST_FIELDS]:
        if left <= 0:
            break
        described = _describe_field(field)
        weighed.append((weight.score, described))
        left -= len(described.head) + sum(len(line.text) for line in described.lines)
    for weight, hunk in zip(diff.hunk_weights, diff.hunks, strict=True):
        weighed.append((weight.score, _describe_hunk(hunk, weight)))
    return [change for _, change in sorted(weighed, key=lambda pair: -pair[0])]


def name_field(field: RichField) -> str:
    """Return the id of a field change; the same change of the same field has the same one."""
    told = canonical_json([field.op, field.path, field.origin, field.previous, field.current])
    return f"f{hash_text(told.decode())[:_ID_DIGITS]}"


def _estimate_line(text: str) -> int:
    return estimate_tokens(text) + 1


def _describe_hunk(hunk: RichHunk, weight: Significance) -> Change:
    where = (
        spell_lines(hunk.new_start, hunk.new_lines)
        if hunk.added
        else f"formerly {spell_lines(hunk.old_start, hunk.old_lines)}"
    )
    place = spell_place(hunk.place, hunk.added or hunk.removed)
    told = [where, place, " ".join(weight.classes), *_spell_moves(hunk)]
    head = _shorten_head(f"[{hunk.id}] {', '.join(filter(None, told))}")
    lines: list[ChangeLine] = []
    spans: dict[int, tuple[Span, ...]] = {pair.old_line: pair.deleted for pair in hunk.pairs}
    for number, text in enumerate(hunk.removed, hunk.old_start):
        lines += _split("-", text, spans.get(number, ()), "deleted")
    spans = {pair.new_line: pair.inserted for pair in hunk.pairs}
    for number, text in enumerate(hunk.added, hunk.new_start):
        lines += _split("+", text, spans.get(number, ()), "added")
    return Change(hunk.id, head, lines, is_field=False)


def _spell_moves(hunk: RichHunk) -> Iterator[str]:
    for run in hunk.moved[:_NAMED_RUNS]:
        is_source = hunk.old_start <= run.old_start < hunk.old_start + hunk.old_lines
        start, size = (
            (run.old_start, run.old_lines) if is_source else (run.new_start, run.new_lines)
        )
        yield f"{spell_lines(start, size)} {spell_move(run, is_source=is_source)}"


def _describe_field(field: RichField) -> Change:
    name = name_field(field)
    line = f"[{name}] {describe_field(field, _MOST_CHARS)}"
    if len(line) <= TOKEN_CHARS * _LINE_TOKENS and estimate_tokens(line) <= _LINE_TOKENS:
        return Change(name, line, [], is_field=True)
    delta = spell_delta(field.delta)
    told = [spell_path(field), f"({delta})" if delta else ""]
    lines: list[ChangeLine] = []
    if field.op in {"remove", "replace"}:
        lines += _split("-", spell_value(field.previous, _MOST_CHARS), (), None)
    if field.op in {"add", "replace"}:
        lines += _split("+", spell_value(field.current, _MOST_CHARS), (), None)
    head = _shorten_head(f"[{name}] {' '.join(filter(None, told))}:")
    return Change(name, head, lines, is_field=True)


def _shorten_head(text: str) -> str:
    if estimate_tokens(text) <= _HEAD_TOKENS:
        return text
    return f"{text[: cut_tokens(text, _HEAD_TOKENS - 4)]}…"


def _split(
    sign: str, text: str, spans: Iterable[Span], counts: Literal["added", "deleted"] | None
) -> Iterator[ChangeLine]:
    """Yield a line in parts that are not too long."""
    if len(text) > _MOST_CHARS:
        text = "".join(piece.text for piece in cut_line(text, tuple(spans), _MOST_CHARS))
    shown = escape_controls(text)
    lead = f"{sign} " if shown else sign
    # No character costs more than four tokens.
    while 4 * len(shown) > _LINE_TOKENS and estimate_tokens(shown) > _LINE_TOKENS:
        end = cut_tokens(shown, _LINE_TOKENS)
        yield ChangeLine(f"{lead}{shown[:end]}", counts)
        lead, counts, shown = f"{sign}… ", None, shown[end:]
    yield ChangeLine(f"{lead}{shown}", counts)
