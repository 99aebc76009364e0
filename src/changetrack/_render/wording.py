"""How all renderings name a place, a number of lines, a value and a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._hashing import dump_json
from changetrack._render.ansi import escape_controls
from changetrack._structure.table_syntax import split_cells
from changetrack._structure.titles import read_plain

if TYPE_CHECKING:
    from changetrack._fielddiff.models import Delta, RichField
    from changetrack._models import JsonValue
    from changetrack._structure.models import MovedRun, Place

# A heading is a line of the page and may be as long as one; nobody reads more of it.
_HEADING_CHARS = 80
# Headings nest six deep; what is more is noise.
_PLACE_CHARS = 240
_PATH_CHARS = 240

# Percents below this would read as none.
_SMALLEST_PERCENT = 0.1

_TIMES = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def count(number: int, noun: str) -> str:
    """Return a number of things, in words.

    >>> count(1, "line"), count(2_000, "line")
    ('1 line', '2,000 lines')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def list_words(words: list[str]) -> str:
    """Return an enumeration.

    >>> list_words(["a"]), list_words(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def begin_sentence(words: str) -> str:
    """Return words with a capital in front; the others stay as they are.

    >>> begin_sentence("line 3, Plans")
    'Line 3, Plans'
    """
    return f"{words[:1].upper()}{words[1:]}"


def shorten(text: str, chars: int) -> str:
    r"""Return a text as one harmless line, no longer than this.

    >>> shorten("a\tb\x1b[2J  and more", 9)
    'a b\\x1b[…'
    """
    # Bounded before it is worked on: a line may be megabytes long.
    words = escape_controls(" ".join(text[: chars * 4].split()))
    return words if len(words) <= chars else f"{words[: chars - 1]}…"


def spell_heading(place: Place) -> str:
    """Return the headings above something; nothing above all of them."""
    names = [shorten(heading, _HEADING_CHARS) for heading in place.heading]
    return shorten(" › ".join(names), _PLACE_CHARS)


def spell_place(place: Place, lines: tuple[str, ...] = ()) -> str:
    """Return where on the page something is: the headings, and the rows where it is in a table.

    `lines` are those that are there; rows that go on beyond their table have no name.

    >>> from changetrack._structure.models import Place, TablePlace
    >>> table = TablePlace(header=("Plan", "Price"), row_key="Pro")
    >>> place = Place(heading=("Pricing", "Yearly"), table=table)
    >>> spell_place(place)
    'Pricing › Yearly › row “Pro”'
    >>> spell_place(place, ("| Pro | $24 |", "| Team | $79 |"))
    'Pricing › Yearly › rows “Pro” to “Team”'
    """
    key = "" if place.table is None else place.table.row_key
    keys = _list_ends(lines) if key and lines else [key]
    names = [f"“{shorten(each, _HEADING_CHARS)}”" for each in keys if each]
    rows = f"row{'s' * (len(names) > 1)} {' to '.join(names)}" if names else ""
    return " › ".join(filter(None, (spell_heading(place), rows)))


def _list_ends(lines: tuple[str, ...]) -> list[str]:
    """Return the names of the first and the last row, one of a single row; none of what is more."""
    told = [at for at, line in enumerate(lines) if line]
    rows = lines[told[0] : told[-1] + 1] if told else ()
    if not all("|" in row for row in rows):
        return []
    keys = [read_plain(split_cells(row)[0]) for row in dict.fromkeys(rows[:1] + rows[-1:])]
    return keys if all(keys) else []


def spell_lines(start: int, size: int) -> str:
    """Return the numbers of lines.

    >>> spell_lines(12, 1), spell_lines(12, 3)
    ('line 12', 'lines 12-14')
    """
    return f"line {start}" if size <= 1 else f"lines {start}-{start + size - 1}"


def spell_move(run: MovedRun, *, is_source: bool) -> str:
    """Return where lines went, or where they came from."""
    how = "moved and edited" if run.edited else "moved"
    if is_source:
        return f"{how} to {spell_lines(run.new_start, run.new_lines)}"
    return f"{how} from {spell_lines(run.old_start, run.old_lines)}"


def spell_path(field: RichField) -> str:
    """Return the place of a field change, by the keys of list items where they have some."""
    return shorten_path(field.key_path or field.path)


def spell_origin(field: RichField) -> str:
    """Return the place that a field had before."""
    return shorten_path(field.origin or field.path)


def spell_target(field: RichField) -> str:
    """Return the place that a field has now, by position as its origin is."""
    return shorten_path(field.path)


def shorten_path(path: str) -> str:
    """Return a path that fits a line: of a long one its end, which says more than its beginning."""
    return make_printable(path if len(path) <= _PATH_CHARS else f"…{path[-_PATH_CHARS:]}")


def make_printable(path: str) -> str:
    """Return a path on one line: a key may hold a line end, and would forge the next line."""
    if path.isprintable():
        return path
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in path)


def spell_value(value: JsonValue, chars: int) -> str:
    """Return a JSON value as JSON, cut where it is longer than this.

    >>> spell_value({"price": "$24"}, 120), spell_value("abcdef", 4)
    ('{"price":"$24"}', '"abc…')
    """
    text = dump_json(value).decode()
    return escape_controls(text if len(text) <= chars else f"{text[:chars]}…")


def spell_delta(delta: Delta | None) -> str:
    """Return by how much two values differ; nothing where that is no number.

    >>> from changetrack._fielddiff.models import Delta
    >>> spell_delta(Delta(kind="number", previous=29, current=24, absolute=-5, percent=-17.2414))
    '-17.2 %'
    """
    if delta is None or delta.absolute is None:
        return ""
    if delta.kind == "date":
        return _spell_seconds(delta.absolute)
    if delta.percent is None:
        return f"{delta.absolute:+,.10g}"
    is_small = abs(delta.percent) < _SMALLEST_PERCENT
    return f"{delta.percent:+.2g} %" if is_small else f"{delta.percent:+,.1f} %"


def _spell_seconds(seconds: float) -> str:
    for size, noun in _TIMES:
        if abs(seconds) >= size:
            number = seconds / size
            is_one = round(abs(number), 1) == 1
            return f"{number:+,.1f}".removesuffix(".0") + f" {noun}{'' if is_one else 's'}"
    return f"{seconds:+g} s"
