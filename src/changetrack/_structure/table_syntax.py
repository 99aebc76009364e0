"""Where the tables of a page are, and what their rows hold: GFM, with and without outer pipes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from changetrack._textdiff.edits import Edit

_PIPE = re.compile(r"\\.|\|", re.DOTALL)
_ALIGNMENT = re.compile(r":?-++:?")
# A blank line ends a table, and so does what begins another block. Any other line is a row of it.
_OTHER_BLOCK = re.compile(
    r"[ ]{0,3}(?:\#{1,6}(?:[ \t]|$) | ``` | ~~~ | <[a-z/!] | [-*+][ \t] | [0-9]{1,9}[.)][ \t]"
    r" | (?:-{3,}|\*{3,}|_{3,})$)",
    re.VERBOSE | re.IGNORECASE,
)


class WrittenTable(NamedTuple):
    """Lines `start:end` of a page: header, alignment, rows."""

    start: int
    end: int
    header: tuple[str, ...]


def split_cells(line: str) -> list[str]:
    r"""Return the cells of a row as they are written, but for the backslash of a pipe.

    >>> split_cells(r"| Pro | a \| b |"), split_cells("Pro | $49")
    (['Pro', 'a | b'], ['Pro', '$49'])
    """
    row = line.lstrip("> \t").rstrip()
    if "\\" not in row:
        return [cell.strip() for cell in row.removeprefix("|").removesuffix("|").split("|")]
    pipes = [found.start() for found in _PIPE.finditer(row) if found[0] == "|"]
    starts = [0, *(at + 1 for at in pipes)]
    ends = [*pipes, len(row)]
    cells = [row[start:end] for start, end in zip(starts, ends, strict=True)]
    if pipes[:1] == [0]:
        del cells[0]
    if pipes[-1:] == [len(row) - 1] and len(cells) > 1:
        del cells[-1]
    return [_PIPE.sub(_spell_pipe, cell).strip() for cell in cells]


def _spell_pipe(found: re.Match[str]) -> str:
    return "|" if found[0] == "\\|" else found[0]


def list_touched(lines: Sequence[str], edits: Sequence[Edit], side: int) -> list[WrittenTable]:
    """Return the tables of the lines that an edit changes, and those right beside an edit.

    `side` says where in an edit these lines are counted: 0 on the previous page, 2 on the current.
    Beside it, because a table that got a row at its end is touched on one side only.
    """
    tables: list[WrittenTable] = []
    done = 0
    for edit in edits:
        at = max(edit[side] - 1, done)
        last = min(edit[side + 1] + 1, len(lines))
        while at < last:
            if lines[at]:
                start, done = _find_block(lines, at, done)
                tables += _list_tables(lines, start, done)
                at = done
            at += 1
    return tables


def _find_block(lines: Sequence[str], at: int, floor: int) -> tuple[int, int]:
    """Return the run of lines around this one that are not blank."""
    start, end = at, at + 1
    while start > floor and lines[start - 1]:
        start -= 1
    while end < len(lines) and lines[end]:
        end += 1
    return start, end


def _list_tables(lines: Sequence[str], start: int, end: int) -> Iterator[WrittenTable]:
    """Yield the tables of a block."""
    at = start + 1
    while at < end:
        header = read_header(lines[at - 1], lines[at])
        if header:
            rows = at + 1
            while rows < end and _is_row(lines[rows], lines[at]):
                rows += 1
            yield WrittenTable(at - 1, rows, header)
            at = rows
        at += 1


def read_header(above: str, line: str) -> tuple[str, ...]:
    """Return the header that an alignment row makes of the line above it; nothing if it is none."""
    if "|" not in line or line.strip("|-:> \t"):
        return ()
    marks = split_cells(line)
    if not all(map(_ALIGNMENT.fullmatch, marks)):
        return ()
    header = split_cells(above)
    is_quote = above.lstrip()[:1] == ">"
    fits = len(header) == len(marks) and is_quote == (line.lstrip()[:1] == ">")
    return tuple(header) if fits else ()


def _is_row(line: str, alignment: str) -> bool:
    is_quote = line.lstrip()[:1] == ">"
    return is_quote == (alignment.lstrip()[:1] == ">") and not _OTHER_BLOCK.match(line)
