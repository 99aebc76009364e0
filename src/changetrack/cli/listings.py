"""Sections, links and tables that changed, as lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from changetrack._render.ansi import escape_line, paint
from changetrack._render.wording import count, spell_heading
from changetrack._structure import Place, format_section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._diffs import Diff
    from changetrack._render.ansi import Paint
    from changetrack._structure import SectionChange, TableChange

__all__ = ["Line", "list_links", "list_sections", "list_tables", "paint_line"]


class Line(NamedTuple):
    """A line for people, and its colour."""

    text: str
    color: Paint | None = None


def paint_line(line: Line, *, is_painted: bool) -> str:
    """Return what is printed of a line; nothing in it commands a terminal."""
    text = escape_line(line.text)
    return paint(text, line.color) if is_painted and line.color else text


def list_sections(diff: Diff) -> Iterator[Line]:
    """Yield what became of each section; those that did not change are counted."""
    unchanged = 0
    for section in diff.sections:
        if section.status == "unchanged":
            unchanged += 1
        else:
            yield Line(format_section(section), _choose_section_paint(section))
    if unchanged:
        yield Line(f"{count(unchanged, 'section')} unchanged", "faint")


def _choose_section_paint(section: SectionChange) -> Paint:
    paints: dict[str, Paint] = {"added": "added", "removed": "deleted", "moved": "moved"}
    return paints.get(section.status, "replaced")


def list_links(diff: Diff) -> Iterator[Line]:
    """Yield what became of each link and image, as it is written."""
    for change in diff.links:
        links = [link for link in (change.previous, change.current) if link is not None]
        mark = "!" if change.kind == "image" else ""
        written = " → ".join(f"{mark}[{link.text}]({link.target})" for link in links)
        sign, color = _SIGNS.get(change.change, _REPLACED)
        yield Line(f"{sign} {written}  ({_spell_place(change.heading, links[-1].line)})", color)


def _spell_place(heading: tuple[str, ...], line: int) -> str:
    return ", ".join(filter(None, (spell_heading(Place(heading=heading)), f"line {line}")))


_REPLACED: tuple[str, Paint] = ("~", "replaced")
_SIGNS: dict[str, tuple[str, Paint]] = {"added": ("+", "added"), "removed": ("-", "deleted")}


def list_tables(diff: Diff) -> Iterator[Line]:
    """Yield what became of each table, and below it of its columns, rows and cells."""
    for change in diff.tables:
        sign, color = _SIGNS.get(change.status, _REPLACED)
        yield Line(f"{sign} table  ({_spell_place(change.heading, change.line)})", color)
        yield from _list_table(change)


def _list_table(change: TableChange) -> Iterator[Line]:
    for name in change.columns_removed:
        yield Line(f"  - column “{name}”", "deleted")
    for name in change.columns_added:
        yield Line(f"  + column “{name}”", "added")
    for rename in change.columns_renamed:
        yield Line(f"  ~ column “{rename.previous}” → “{rename.current}”", "replaced")
    for name in change.rows_removed:
        yield Line(f"  - row “{name}”", "deleted")
    for name in change.rows_added:
        yield Line(f"  + row “{name}”", "added")
    for cell in change.cells:
        before, after = (
            _NO_CELL if each is None else each for each in (cell.previous, cell.current)
        )
        yield Line(f"  ~ {cell.row_key}, {cell.column}: {before} → {after}", "replaced")


# A row that is shorter than its table.
_NO_CELL = "—"
