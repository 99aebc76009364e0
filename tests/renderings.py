"""Readers of what the renderers write: what a rendering says, taken from the rendering alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple

from changetrack._diffs import Diff
from changetrack._render import (
    Rendering,
    render_added,
    render_budget,
    render_html,
    render_removed,
    render_terminal,
    summarize,
)
from changetrack._render.rows import Layout

# Tokens for everything.
PLENTY = 10**9

_VOID = {"col"}
_CELLS = {"td", "th"}
_MOVED = re.compile(r"moved(?: and edited)? to lines? (\d+)(?:-(\d+))?")
_COLUMN = re.compile(r"(?:^|│) *\d+ ([-+])")


class Counts(NamedTuple):
    """What a rendering comes to; None where it does not say."""

    additions: int | None
    deletions: int | None
    moved: int | None
    fields: int | None


class Page(HTMLParser):
    """HTML read strictly: each element is closed where it must be, and nothing is left over."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.attributes: set[tuple[str, str]] = set()
        self.names: set[str] = set()
        self.links: set[str] = set()
        # Of each cell, its class or its style, and its words.
        self.cells: list[tuple[str, str]] = []
        self.words = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and what it has."""
        given = {name: value or "" for name, value in attrs}
        assert len(given) == len(attrs)
        self.names.add(tag)
        self.attributes |= {(tag, name) for name in given}
        self.links |= {value for name, value in given.items() if name in {"href", "id"}}
        if tag not in _VOID:
            self.open.append(tag)
        if tag in _CELLS:
            self.cells.append((given.get("class") or given.get("style", ""), ""))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element, which must be this one."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Add to the words of the cell."""
        if self.open[-1] == "style":
            return
        self.words += data
        if not _CELLS.isdisjoint(self.open):
            look, text = self.cells[-1]
            self.cells[-1] = look, text + data

    def handle_comment(self, data: str) -> None:
        """There are none, and nothing like them."""
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        """There are none."""
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        """There are none."""
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        """There are none."""
        raise AssertionError(data)

    def find_cells(self, *classes: str) -> list[str]:
        """Return the words of the cells that have all of these classes."""
        return [text for look, text in self.cells if set(classes) <= set(look.split())]


def read_page(html: str) -> Page:
    """Return what a fragment holds."""
    page = Page()
    page.feed(html)
    page.close()
    assert page.open == []
    return page


def count_html(diff: Diff, layout: Layout) -> Counts:
    """Count the cells with a sign, and the rows of fields."""
    page = read_page(render_html(diff, layout=layout))
    return Counts(
        len(page.find_cells("sign", "add")),
        len(page.find_cells("sign", "del")),
        len(page.find_cells("sign", "add", "moved")),
        len(page.find_cells("path")),
    )


def count_terminal(diff: Diff, width: int | None) -> Counts:
    """Count the lines that begin with a sign, or have one in a column."""
    lines = render_terminal(diff, width=width, color=False).split("\n")[:-1]
    fields = lines[: len(diff.fields)]
    assert all(line[0] in "+-~>" for line in fields)
    rest = lines[len(fields) + (bool(fields) and bool(diff.text_diff)) :]
    is_wide = width is not None
    signs = [sign for line in rest[0 if is_wide else 2 :] for sign in _list_signs(line, is_wide)]
    moved = sum(map(_count_moved, rest))
    return Counts(signs.count("+"), signs.count("-"), moved, len(fields))


def _list_signs(line: str, is_wide: bool) -> Iterator[str]:  # noqa: FBT001 - it is read as a word
    if not is_wide:
        yield line[:1]
    elif not line.startswith("@@"):
        yield from (found[1] for found in _COLUMN.finditer(line))


def _count_moved(line: str) -> int:
    found = _MOVED.fullmatch(line.removeprefix("@@ ")) if line.startswith("@@ ") else None
    return int(found[2] or found[1]) - int(found[1]) + 1 if found else 0


def count_views(diff: Diff) -> Counts:
    """Count what came and what went, each in its own view."""
    came, went = (
        sum(
            line == sign or line.startswith(f"{sign} ")
            for block in view(diff).split("\n\n")
            if not block.startswith("Fields:")
            for line in block.split("\n")
        )
        for view, sign in ((render_added, "+"), (render_removed, "-"))
    )
    return Counts(came, went, None, None)


def quote(rendering: Rendering) -> list[str]:
    """Return the lines between the two markers."""
    lines = rendering.text.split("\n")
    fences = [at for at, line in enumerate(lines) if line.startswith("=== untrusted ")]
    first, last = fences
    marker = lines[first]
    assert lines[last] == marker
    assert rendering.text.count(marker) == 2
    return lines[first + 1 : last]


def count_budget(diff: Diff) -> Counts:
    """Count the lines under the heads of hunks, and the heads of fields."""
    rendering = render_budget(diff, budget=PLENTY)
    counts = {"+": 0, "-": 0, "[": 0}
    is_field = False
    for line in quote(rendering) if rendering.ids else []:
        if line.startswith("["):
            is_field = line[1] == "f"
            counts["["] += is_field
        elif not is_field and line[1:2] in {"", " "}:
            counts[line[0]] += 1
    moved = find_number(r"([\d,]+) lines? moved", rendering.text.split("\n")[0])
    return Counts(counts["+"], counts["-"], moved, counts["["])


def find_number(pattern: str, text: str) -> int:
    """Return the sum of the numbers that a pattern finds."""
    return sum(int(found.replace(",", "")) for found in re.findall(pattern, text))


def count_summary(diff: Diff) -> int:
    """Return how many lines the sentence tells of, where no heading holds a number."""
    told = summarize(diff)
    lines = find_number(r"([\d,]+) (?:more |changed )?lines?", told)
    return lines + find_number(r"(?:,|and) ([\d,]+) (?:added|removed)", told)
