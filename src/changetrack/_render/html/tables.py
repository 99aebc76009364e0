"""The lines of a diff, and its fields, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._hashing import dump_json
from changetrack._render.fields import spell_rest
from changetrack._render.html.styles import ROOT
from changetrack._render.lines import Piece, cut_line
from changetrack._render.markup import Markup, element, join, void
from changetrack._render.rows import Cell, Header, Note, Rest, Row, count_changes, list_rows
from changetrack._render.wording import (
    begin_sentence,
    count,
    spell_delta,
    spell_move,
    spell_origin,
    spell_path,
    spell_target,
)
from changetrack._structure.models import Span
from changetrack._structure.words import compare_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from changetrack._fielddiff.models import RichField
    from changetrack._render.caps import Caps
    from changetrack._render.html.dresses import Dress
    from changetrack._render.rows import Entry, Layout
    from changetrack._render.shown import Shown

# As many ids as fit beside a heading; the rows of all others have theirs as well.
_NAMED_HUNKS = 3

_SIGNS = {"same": "", "deleted": "-", "added": "+"}
_KINDS = {"same": "", "deleted": "del", "added": "add"}
_SIDES = 3  # cells of a side: number, sign, text
_COLUMNS = {"split": 2 * _SIDES, "inline": _SIDES + 1}


def write_lines(diff: Shown, dress: Dress, caps: Caps, layout: Layout) -> Markup:
    """Return the table of lines, side by side or one below the other."""
    tally = str(count_changes(diff)._replace(fields=0))
    bodies: list[list[Markup]] = []
    for entry in list_rows(diff, layout=layout, caps=caps):
        # Each heading begins a body of its own, which it names.
        if isinstance(entry, Header) or not bodies:
            bodies.append([])
        bodies[-1].append(_write_entry(entry, dress, caps, layout))
    return element(
        "table",
        element("caption", tally, **dress.wear("caption")),
        _write_columns(layout, dress),
        _write_labels(_LABELS[layout], dress),
        *(element("tbody", *body) for body in bodies),
        **dress.wear_frame(layout),
    )


def write_fields(diff: Shown, dress: Dress, caps: Caps) -> Markup:
    """Return the table of fields: where, what it was, what it is, by how much."""
    tally = f"{count(diff.field_count, 'field')} changed"
    rows = [_write_field(field, dress, caps) for field in diff.fields[: caps.fields]]
    left = diff.field_count - len(rows)
    if left:
        cell = element("td", spell_rest(left), colspan="4", **dress.wear("rest"))
        rows.append(element("tr", cell, **dress.wear_page("rest wide")))
    columns = [void("col", class_=name) for name in ("path", "value", "value", "delta")]
    return element(
        "table",
        element("caption", tally, **dress.wear("caption")),
        *([] if dress.is_mail else [element("colgroup", *columns)]),
        _write_labels(_FIELD_LABELS, dress),
        element("tbody", *rows),
        **dress.wear_frame("fields"),
    )


_LABELS = {
    "split": (("Before", _SIDES), ("After", _SIDES)),
    "inline": (("Before", 1), ("After", 1), ("", 1), ("Text", 1)),
}

_FIELD_LABELS = (("Path", 1), ("Before", 1), ("After", 1), ("Difference", 1))


def _write_labels(labels: tuple[tuple[str, int], ...], dress: Dress) -> Markup:
    cells = [
        element("th", label, scope="colgroup", colspan=str(span), **dress.wear("label"))
        if span > 1
        else element("th", label, scope="col", **dress.wear("label"))
        if label
        else element("td", **dress.wear("label"))
        for label, span in labels
    ]
    return element("thead", element("tr", *cells))


def _write_columns(layout: Layout, dress: Dress) -> Markup:
    if dress.is_mail:
        return join([])
    side = ("num", "sign", "text")
    names = (*side, *side) if layout == "split" else ("num", *side)
    return element("colgroup", *(void("col", class_=name) for name in names))


def _write_entry(entry: Entry, dress: Dress, caps: Caps, layout: Layout) -> Markup:
    if isinstance(entry, Row):
        cells = _SPREADS[layout](entry, dress, caps)
        return element("tr", *cells, **dress.wear_row(entry.old or entry.new, entry.hunk))
    if isinstance(entry, Note):
        told = _write_note(entry, dress, layout)
        return element("tr", *told, **dress.wear_page("note wide"))
    columns = str(_COLUMNS[layout])
    if isinstance(entry, Rest):
        cell = element("td", str(entry), colspan=columns, **dress.wear("rest"))
        return element("tr", cell, **dress.wear_page("rest wide"))
    head = _write_header(entry, dress)
    cell = element("th", *head, scope="rowgroup", colspan=columns, **dress.wear("hunk"))
    return element("tr", cell, **dress.wear_page("hunk wide"))


def _write_header(header: Header, dress: Dress) -> Iterator[Markup | str]:
    where = header.lines if header.place else header.title
    if header.place:
        yield element("span", header.place, **dress.wear("place"))
        yield " · "
    # The name of a hunk is made of its content by us: what may be clicked is never the page's.
    yield element("span", where, **dress.wear("where"))
    if not dress.has_ids:
        return
    for name in header.ids[:_NAMED_HUNKS]:
        yield " "
        if dress.is_mail:
            yield element("span", f"#{name}", **dress.wear("where"))
        else:
            yield element("a", f"#{name}", href=f"#{ROOT}-{name}")
    if len(header.ids) > _NAMED_HUNKS:
        yield element("span", f" +{len(header.ids) - _NAMED_HUNKS:,}", **dress.wear("where"))


def _write_note(note: Note, dress: Dress, layout: Layout) -> list[Markup]:
    words = spell_move(note.run, is_source=note.is_source)
    arrow = "↷" if note.is_source else "↶"
    said = f"{arrow} {begin_sentence(words)}"
    if layout == "inline":
        return [element("td", said, colspan=str(_COLUMNS["inline"]), **dress.wear("note"))]
    told = element("td", said, colspan=str(_SIDES), **dress.wear("note"))
    empty = element("td", colspan=str(_SIDES), class_="void")
    return [told, empty] if note.is_source else [empty, told]


def _spread_split(row: Row, dress: Dress, caps: Caps) -> Iterator[Markup]:
    for cell, is_second in ((row.old, False), (row.new, True)):
        if cell is None:
            yield element("td", colspan=str(_SIDES), class_="void")
            continue
        # Where the sides are stacked, a line that is on both is shown once.
        also = "twin" if is_second and cell.kind == "same" else _name_kind(cell)
        yield element("td", str(cell.number), **dress.wear("num", also))
        yield from _write_text(cell, dress, caps, also)


def _spread_inline(row: Row, dress: Dress, caps: Caps) -> Iterator[Markup]:
    cell = row.old or row.new
    if cell is None:
        return
    also = _name_kind(cell)
    for side in (row.old, row.new):
        yield element("td", str(side.number) if side else "", **dress.wear("num", also))
    yield from _write_text(cell, dress, caps, also)


def _name_kind(cell: Cell) -> str:
    return f"{_KINDS[cell.kind]}{' moved' * cell.is_moved}"


def _write_text(cell: Cell, dress: Dress, caps: Caps, also: str) -> Iterator[Markup]:
    sign = _SIGNS[cell.kind]
    label = {"aria_label": f"{cell.kind}{', moved' * cell.is_moved}"} if sign else {}
    yield element("td", sign, **label, **dress.wear("sign", also))
    pieces = cut_line(cell.text, cell.spans, caps.line_chars)
    line = dress.write_line(pieces, is_added=cell.kind == "added")
    yield element("td", line, **dress.wear_text(also))


_SPREADS = {"split": _spread_split, "inline": _spread_inline}

_OPS = {"add": "added", "remove": "removed", "replace": "replaced", "move": "moved"}


def _write_field(field: RichField, dress: Dress, caps: Caps) -> Markup:
    name = element(
        "th",
        spell_path(field),
        " ",
        element("span", _OPS[field.op], **dress.wear("op")),
        scope="row",
        **dress.wear("path"),
    )
    before, after = _cut_values(field, caps)
    delta = spell_delta(field.delta)
    look = dress.wear("delta") if delta or dress.is_mail else {"class_": "void"}
    return element(
        "tr",
        name,
        _write_value(dress.write_line(before, is_added=False), "Before", dress),
        _write_value(dress.write_line(after, is_added=True), "After", dress),
        element("td", delta, **look),
        **dress.wear_field(),
    )


def _cut_values(field: RichField, caps: Caps) -> tuple[list[Piece], list[Piece]]:
    """Return the pieces of both values; of strings, those that differ are marked word by word."""
    if field.op == "move":
        return [Piece("plain", spell_origin(field))], [Piece("plain", spell_target(field))]
    before = "" if field.op == "add" else dump_json(field.previous).decode()
    after = "" if field.op == "remove" else dump_json(field.current).decode()
    deleted: Sequence[Span] = [Span(0, len(before))]
    inserted: Sequence[Span] = [Span(0, len(after))]
    if isinstance(field.previous, str) and isinstance(field.current, str):
        deleted, inserted, _ = compare_words(before, after)
    return (
        cut_line(before, deleted, caps.value_chars),
        cut_line(after, inserted, caps.value_chars),
    )


def _write_value(value: Markup, label: str, dress: Dress) -> Markup:
    if dress.is_mail:
        return element("td", value, **dress.wear("value"))
    return element("td", value, class_="text value" if value else "void", data_label=label)
