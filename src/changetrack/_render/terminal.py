"""A diff for the terminal: unified, or side by side where there is room for both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._render.ansi import PAINTS, RESET, REVERSED, UPRIGHT, escape_controls, paint
from changetrack._render.columns import expand_tabs, measure, wrap_pieces
from changetrack._render.fields import describe_field, list_rich_fields, spell_rest
from changetrack._render.lines import Piece, cut_line
from changetrack._render.rows import Cell, Header, Note, Row, list_rows
from changetrack._render.wording import spell_move
from changetrack._textdiff.unified import HEADER, spell_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from changetrack._diffs import Diff
    from changetrack._render.ansi import Paint
    from changetrack._render.caps import Caps
    from changetrack._render.rows import Entry
    from changetrack._render.shown import Shown

# Two columns of text of some fifty characters each, and their line numbers.
SIDE_BY_SIDE_WIDTH = 120
# A word on each side; on a terminal that is narrower yet, lines wrap.
_LEAST_WIDTH = 40

_SIGNS = {"same": " ", "deleted": "-", "added": "+"}
_MIDDLE = " │ "
# Of a side, beside its number and its text: a blank, the sign, a blank.
_MARGIN = 3


def render_terminal(
    diff: Diff,
    *,
    width: int | None = None,
    color: bool = True,
    side_by_side: bool | None = None,
) -> str:
    r"""Return a diff for a terminal that is so many columns wide.

    From 120 columns on, both sides stand beside each other; below, and where the width is not
    known, it is a unified diff whose headers say under which heading a change is; `side_by_side`
    says so whatever the width. What differs in a line is reversed. Control characters are spelled
    out: a page cannot command the terminal.

    >>> from changetrack import Diff, diff_text
    >>> diff = Diff(diff_text("# Plans\n\nStarter $19", "# Plans\n\nStarter $24"))
    >>> print(render_terminal(diff, color=False), end="")
    --- previous
    +++ current
    @@ -1,3 +1,3 @@ Plans
     # Plans
    <BLANKLINE>
    -Starter $19
    +Starter $24
    """
    brush = _Brush(color=color)
    lines: list[str] = []
    if diff.field_count:
        lines += map(brush.paint_field, list_rich_fields(diff).splitlines())
    if diff.text_diff:
        if lines:
            lines.append("")
        columns = SIDE_BY_SIDE_WIDTH if width is None else max(width, _LEAST_WIDTH)
        is_wide = width is not None and width >= SIDE_BY_SIDE_WIDTH
        is_split = is_wide if side_by_side is None else side_by_side
        lines += _lay_side_by_side(diff, brush, columns) if is_split else _unify(diff, brush)
    return "".join(f"{line}\n" for line in lines)


def list_plain_lines(diff: Shown, caps: Caps) -> Iterator[str]:
    """Yield a diff line by line for whoever reads plain text: no more than its HTML shows.

    Every line of the page has its sign, or a blank, before it.
    """
    brush = _Brush(color=False)
    for field in diff.fields[: caps.fields]:
        yield describe_field(field, caps.value_chars)
    left = diff.field_count - min(caps.fields, len(diff.fields))
    if left:
        yield spell_rest(left)
    for entry in list_rows(diff, layout="inline", caps=caps):
        if isinstance(entry, Header):
            yield f"{entry.title}:"
        else:
            yield _write_entry(entry, brush, caps.line_chars)


def paint_lines(diff: Shown) -> str:
    """Return the lines of a diff in colours, one below the other, with what differs reversed."""
    brush = _Brush(color=True)
    return "".join(f"{line}\n" for line in _unify(diff, brush)) if diff.text_diff else ""


class _Brush:
    """What puts colour on text, or leaves it."""

    def __init__(self, *, color: bool) -> None:
        self._color = color

    def paint(self, text: str, color: Paint | None) -> str:
        return paint(text, color) if self._color and color and text else text

    def paint_field(self, line: str) -> str:
        return self.paint(line, _FIELD_PAINTS.get(line[0]))

    def paint_line(self, lead: str, pieces: Iterable[Piece], color: Paint | None) -> str:
        """Return a line in a colour with what differs in it reversed; pieces are escaped here."""
        if not self._color:
            return lead + "".join(escape_controls(piece.text) for piece in pieces)
        painted = [lead]
        for kind, text in pieces:
            shown = escape_controls(text)
            painted.append(f"{REVERSED}{shown}{UPRIGHT}" if kind == "marked" else shown)
        line = "".join(painted)
        return f"{PAINTS[color]}{line}{RESET}" if color and line else line


_FIELD_PAINTS: dict[str, Paint] = {"+": "added", "-": "deleted", "~": "replaced", ">": "moved"}


def _choose_paint(cell: Cell) -> Paint | None:
    if cell.kind == "same":
        return None
    return "moved" if cell.is_moved else cell.kind


def _unify(diff: Shown, brush: _Brush) -> Iterator[str]:
    yield from (brush.paint(line, "title") for line in HEADER.split("\n"))
    for entry in list_rows(diff, layout="inline"):
        yield _write_entry(entry, brush)


def _write_entry(entry: Entry, brush: _Brush, chars: int | None = None) -> str:
    cell = (entry.old or entry.new) if isinstance(entry, Row) else None
    if cell is None:
        return _write_between(entry, brush)
    return brush.paint_line(_SIGNS[cell.kind], _cut(cell, chars), _choose_paint(cell))


def _cut(cell: Cell, chars: int | None = None) -> list[Piece]:
    # Whoever wants less pipes it through something that shows less.
    return cut_line(cell.text, cell.spans, len(cell.text) if chars is None else chars)


def _write_between(entry: Entry, brush: _Brush) -> str:
    if isinstance(entry, Header):
        ranges = f"{spell_header(entry.group)} " if entry.group else "@@ "
        return brush.paint(f"{ranges}{entry.place}".rstrip(), "range")
    if isinstance(entry, Note):
        return brush.paint(f"@@ {spell_move(entry.run, is_source=entry.is_source)}", "moved")
    return str(entry)


def _lay_side_by_side(diff: Shown, brush: _Brush, width: int) -> Iterator[str]:
    # Of the last line that is shown.
    ends = [
        max(hunk.old_end, hunk.new_end) for hunk in (diff.text_diff.hunks if diff.text_diff else ())
    ]
    digits = len(str(max(ends, default=0)))
    room = (width - len(_MIDDLE)) // 2 - digits - _MARGIN
    sheet = _Columns(brush, digits, room)
    for entry in list_rows(diff, layout="split"):
        if isinstance(entry, Row):
            yield from sheet.write_row(entry)
        else:
            yield _write_between(entry, brush)


class _Columns:
    """Two columns, each with its numbers and signs."""

    def __init__(self, brush: _Brush, digits: int, room: int) -> None:
        self._brush = brush
        self._digits = digits
        self._room = room

    def write_row(self, row: Row) -> Iterator[str]:
        """Yield the lines of a row, as many as the longer side takes."""
        left, right = self._wrap(row.old), self._wrap(row.new)
        for at in range(max(len(left), len(right))):
            old, used = self._write_cell(row.old, left, at)
            new, _ = self._write_cell(row.new, right, at)
            gap = " " * (self._room + self._digits + _MARGIN - used)
            yield f"{old}{gap} │{' ' if new else ''}{new}"

    def _wrap(self, cell: Cell | None) -> list[list[Piece]]:
        if cell is None:
            return []
        pieces = [
            piece._replace(text=expand_tabs(escape_controls(piece.text))) for piece in _cut(cell)
        ]
        return list(wrap_pieces(pieces, self._room))

    def _write_cell(self, cell: Cell | None, rows: list[list[Piece]], at: int) -> tuple[str, int]:
        """Return a line of a side, and how many columns it takes."""
        if cell is None or at >= len(rows):
            return "", 0
        sign = _SIGNS[cell.kind] if at == 0 else " "
        lead = f" {sign} " if rows[at] else f" {sign}".rstrip()
        number = (str(cell.number) if at == 0 else "").rjust(self._digits)
        shown = self._brush.paint_line(lead, rows[at], _choose_paint(cell))
        used = self._digits + len(lead) + sum(measure(piece.text) for piece in rows[at])
        return f"{self._brush.paint(number, 'faint')}{shown}", used
