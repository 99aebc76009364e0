"""What does `html_to_markdown()` cost, next to plain markdownify over the same parser?

Both parse with lxml and use markdownify's conversions. Ours also tames the markup first and
normalizes the text after, so the two answers differ on purpose.
"""

from __future__ import annotations

import html
import random
from typing import TYPE_CHECKING

from benchmarks.corpus import SEED
from benchmarks.runner import (
    Report,
    Settings,
    fresh,
    microseconds,
    own_time,
    progress,
    python_contender,
    race,
    rounded,
)
from changetrack import html_to_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

QUESTION = "what does html_to_markdown() cost, next to plain markdownify over the same parser?"
_SIZES = {"5KB": 5_000, "50KB": 50_000, "500KB": 500_000}
_WORDS = ("price", "plan", "café", "support", "東京", "🚀", "a & b", "<new>", "backup", "Zürich")


def answer(settings: Settings) -> Report:
    """Measure every size."""
    report = Report("html", QUESTION)
    for name, size in _SIZES.items():
        progress(name)
        source = page(size)

        def input_of(source: str = source) -> tuple[object, ...]:
            return (fresh(source),)

        measured = race(
            [
                python_contender("ours", input_of, html_to_markdown, clock=own_time),
                python_contender("markdownify", input_of, _plain, clock=own_time),
            ],
            settings,
        )
        ratio = measured.ratio("markdownify", "ours")
        report.rows.append(
            {
                "case": name,
                "ours µs": microseconds(measured.median("ours")),
                "markdownify µs": microseconds(measured.median("markdownify")),
                "markdownify ÷ ours": rounded(ratio.median),
                "spread": f"{ratio.low:.2f}–{ratio.high:.2f}",
            }
        )
    return report


def page(size: int) -> str:
    """Return an HTML page of about `size` characters."""
    rng = random.Random(f"{SEED}/html")
    parts = ["<!doctype html><title>Shop</title><nav><a href='/'>Home</a></nav><main>"]
    length = 0
    while length < size:
        part = rng.choice(_BLOCKS)(rng)
        parts.append(part)
        length += len(part)
    return "".join(parts) + "</main>"


def _plain(source: str) -> str:
    from bs4 import BeautifulSoup
    from markdownify import MarkdownConverter

    return str(MarkdownConverter(heading_style="ATX").convert_soup(BeautifulSoup(source, "lxml")))


def _text(rng: random.Random, count: int) -> str:
    return html.escape(" ".join(rng.choices(_WORDS, k=count)))


def _paragraph(rng: random.Random) -> str:
    link = f"<a href='/p/{rng.randrange(1_000)}'>{_text(rng, 2)}</a>"
    return f"<p class='c'>{_text(rng, 20)} {link} <strong>{_text(rng, 2)}</strong></p>"


def _list(rng: random.Random) -> str:
    return f"<ul>{''.join(f'<li>{_text(rng, 5)} <em>new</em></li>' for _ in range(5))}</ul>"


def _table(rng: random.Random) -> str:
    head = "".join(f"<th>{_text(rng, 1)}</th>" for _ in range(4))
    rows = ("".join(f"<td>{_text(rng, 2)}</td>" for _ in range(4)) for _ in range(4))
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _heading(rng: random.Random) -> str:
    return f"<div><div><h2 id='top'>{_text(rng, 4)}</h2></div></div>"


def _code(rng: random.Random) -> str:
    return f"<div><img src='/i.png' alt='a'><pre><code>{_text(rng, 8)}</code></pre></div>"


_BLOCKS: tuple[Callable[[random.Random], str], ...] = (
    _paragraph,
    _list,
    _table,
    _heading,
    _code,
)
