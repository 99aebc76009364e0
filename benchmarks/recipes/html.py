"""HTML pages: what does `html_to_markdown()` find hardest to convert?"""

from __future__ import annotations

import random
from collections.abc import Callable

from benchmarks.recipes import Job, Recipe
from changetrack import html_to_markdown

LEAST_BYTES = 20_000
_MOST_CHARS = 300_000
_TAGS = """
div p span b i em strong a ul ol li table tr td th tbody blockquote pre code h1 h6 section font
article main nav sup sub del q s small center label form button select option dl dt dd figure img
""".split()  # noqa: SIM905 - tags, to be read as words
_VOID = (
    "<br>",
    "<hr>",
    "<img>",
    '<img src="x" alt="y">',
    "<wbr>",
    "<input>",
    "<p>",
    "<li>",
    "<td>",
    "</p>",
)
_RUNS = (
    " ",
    "\n",
    "\t",
    "&nbsp;",
    "&amp;",
    "<",
    ">",
    "&",
    "*",
    "_",
    "`",
    "[",
    "]",
    "\\",
    "x",
    "é",
    "🚀",
    "-",
    "#",
    "|",
    "1. ",
)
_ODD = (
    "<!--",
    "<![CDATA[",
    "<?php",
    "<script>",
    "<style>",
    "<textarea>",
    "<title>",
    "<svg>",
    "<math>",
    "<template>",
    '<a href="',
)


class Page:
    """The page while it grows."""

    def __init__(self, recipe: Recipe) -> None:
        self.rng = random.Random(recipe.seed)
        self.scale = recipe.scale
        self.parts: list[str] = []
        self.closing: list[str] = []
        self.room = _MOST_CHARS * recipe.scale

    def add(self, piece: str, times: int = 1) -> int:
        """Append a piece as often as it fits, and return how often that was."""
        times = min(times * self.scale, self.room // max(1, len(piece)))
        self.parts.append(piece * times)
        self.room -= len(piece) * times
        return times


def build(recipe: Recipe) -> Job:
    """Return the conversion that a recipe describes."""
    page = Page(recipe)
    for name, one, two in recipe.steps:
        STEPS[name](page, one, two)
    html = "".join(page.parts + page.closing[::-1])
    main_content = bool(recipe.seed % 2)
    return Job(
        len(html.encode()),
        lambda: html_to_markdown(
            html, base_url="https://example.com/a/", main_content=main_content
        ),
    )


def _nest(page: Page, depth: int, tag: int) -> None:
    name = _TAGS[tag % len(_TAGS)]
    times = page.add(f"<{name}>", depth)
    page.closing.append(f"</{name}>" * times)


def _nest_two(page: Page, depth: int, tag: int) -> None:
    one, two = _TAGS[tag % len(_TAGS)], _TAGS[tag // 7 % len(_TAGS)]
    times = page.add(f"<{one}><{two}>", depth)
    page.closing.append(f"</{two}></{one}>" * times)


def _open_only(page: Page, count: int, tag: int) -> None:
    page.add(f"<{_TAGS[tag % len(_TAGS)]}>", count)


def _siblings(page: Page, count: int, tag: int) -> None:
    name = _TAGS[tag % len(_TAGS)]
    page.add(f"<{name}>text</{name}>", count)


def _spaced_siblings(page: Page, count: int, tag: int) -> None:
    name = _TAGS[tag % len(_TAGS)]
    page.add(f"\n  <{name}> some <b>text</b> </{name}>\n", count)


def _void(page: Page, count: int, kind: int) -> None:
    page.add(_VOID[kind % len(_VOID)], count)


def _run(page: Page, count: int, kind: int) -> None:
    page.add(_RUNS[kind % len(_RUNS)], count)


def _odd(page: Page, count: int, kind: int) -> None:
    page.add(_ODD[kind % len(_ODD)], count)


def _table(page: Page, rows: int, columns: int) -> None:
    columns = min(columns, 500)
    page.add("<table>" + "<tr>" + "<td>c</td>" * columns + "</tr>")
    page.add("<tr>" + "<td>c</td>" * columns + "</tr>", rows)
    page.add("</table>")


def _span_table(page: Page, rows: int, span: int) -> None:
    page.add(f'<table><tr><td colspan="{span}" rowspan="{span}">c</td></tr>', rows)


def _ordered(page: Page, count: int, start: int) -> None:
    page.add(f'<ol start="{"9" * (start % 400 + 1)}">')
    page.add("<li>item", count)
    page.add("</ol>")


def _links(page: Page, count: int, length: int) -> None:
    page.add(f'<a href="/p?{"q" * min(length, 2_000)}" title="t">link</a>', count)


def _attributes(page: Page, count: int, length: int) -> None:
    names = " ".join(f'data-{at}="{"v" * min(length, 50)}"' for at in range(min(count, 3_000)))
    page.add(f"<div {names}>text</div>")


def _misnested(page: Page, count: int, tag: int) -> None:
    one, two = _TAGS[tag % len(_TAGS)], _TAGS[tag // 5 % len(_TAGS)]
    page.add(f"<{one}><{two}>x</{one}></{two}>", count)


def _words(page: Page, count: int, length: int) -> None:
    page.add("w" * min(length, 5_000) + " ", count)


STEPS: dict[str, Callable[[Page, int, int], None]] = {
    "nest": _nest,
    "nest two": _nest_two,
    "open only": _open_only,
    "siblings": _siblings,
    "spaced siblings": _spaced_siblings,
    "void": _void,
    "run": _run,
    "odd": _odd,
    "table": _table,
    "span table": _span_table,
    "ordered": _ordered,
    "links": _links,
    "attributes": _attributes,
    "misnested": _misnested,
    "words": _words,
}
