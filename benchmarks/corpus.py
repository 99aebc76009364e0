"""Seeded markdown pages and edits of them: what a crawler sees on an ordinary day.

The same seed makes the same pages on every machine. A page is a shop, a manual or a news site:
headings, paragraphs, lists, tables, code, links, prices, with accents, CJK and emoji (so a `str`
of it is UCS-4, which is Python's slow case). JSON values live in `values.py`, worst cases in
`hostile.py`.
"""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEED = "changetrack-1"
SIZES = {"2KB": 2_000, "20KB": 20_000, "200KB": 200_000, "2MB": 2_000_000}
EDITS = ("none", "whitespace", "line", "1%", "10%", "50%", "rewrite", "shuffle")

_WORDS = """
the of and to in a is that for it as was with be by on not he his but at are this have from or had
an they which one you were all her she there would their we him been has when who will more no if
out so said what up its about than into them can only other new some could time these two may then
do first any my now such like our over plan price update monthly yearly shipping returns warranty
battery display kernel release changelog storage backup customer support invoice account region
latency throughput café naïve crème résumé Zürich señor façade Œuvre smörgåsbord piñata jalapeño
Łódź København São Paulo Ελλάδα Москва Straße
""".split()  # noqa: SIM905 - words, to be read as words
_PHRASES = """
東京タワー 送料無料 新製品のお知らせ 价格更新 免费试用 한국어지원 🚀fast 🎉sale ✅done ⭐⭐⭐⭐
""".split()  # noqa: SIM905
_PLACES = "pricing docs/start blog/2026 shop/item help about changelog api/reference".split()  # noqa: SIM905
_BOILERPLATE = (
    "[Add to cart](#cart)",
    "[Read more](#more)",
    "Free returns within 30 days.",
    "* * *",
    "[Back to top](#top)",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sides of one comparison and the name of what happened between them."""

    name: str
    previous: str
    current: str


def page(size: int, variant: str = "base") -> str:
    """Return a page of about `size` UTF-8 bytes that is already normal."""
    rng = random.Random(f"{SEED}/{variant}")
    lines: list[str] = [f"# {_title(rng)}", ""]
    length = len(lines[0].encode()) + 2
    while length < size:
        for line in rng.choice(_SECTIONS)(rng):
            lines.append(line)
            length += len(line.encode()) + 1
            if length >= size:
                break
    return "\n".join(tidy(lines))


def tidy(lines: list[str]) -> list[str]:
    """Drop repeated and outer blank lines, so that what is left is normal."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def edit(text: str, kind: str) -> str:
    """Return what `text` looks like after an edit of `kind` (one of `EDITS`)."""
    rng = random.Random(f"{SEED}/{kind}/{len(text)}")
    if kind == "none":
        return text.encode().decode()
    if kind == "rewrite":
        return page(len(text.encode()), variant="other")
    lines = text.split("\n")
    if kind == "whitespace":
        return "\n".join(_cosmetic(rng, lines))
    if kind == "shuffle":
        rng.shuffle(lines)
    elif kind == "line":
        at = next(i for i in range(len(lines) // 2, len(lines)) if lines[i])
        lines[at] = _reworded(rng, lines[at])
    else:
        lines = list(_scattered(rng, lines, int(kind.rstrip("%")) / 100))
    return "\n".join(tidy(lines))


@functools.cache
def pair(size: str, kind: str) -> Pair:
    """Return the pair of one cell of the matrix."""
    previous = page(SIZES[size])
    return Pair(f"{size}/{kind}", previous, edit(previous, kind))


def pairs(sizes: tuple[str, ...] = tuple(SIZES), kinds: tuple[str, ...] = EDITS) -> Iterator[Pair]:
    """Yield every cell of the matrix, smallest first."""
    for size in sizes:
        for kind in kinds:
            yield pair(size, kind)


def _words(rng: random.Random, least: int, most: int) -> str:
    words = [rng.choice(_WORDS) for _ in range(rng.randint(least, most))]
    if rng.random() < 0.06:
        words.insert(rng.randrange(len(words)), rng.choice(_PHRASES))
    return " ".join(words)


def _title(rng: random.Random) -> str:
    return _words(rng, 2, 5).capitalize()


def _link(rng: random.Random) -> str:
    return (
        f"[{_words(rng, 1, 3)}](https://example.com/{rng.choice(_PLACES)}/{rng.randrange(100_000)})"
    )


def _price(rng: random.Random) -> str:
    cents = rng.choice(("00", "49", "90", "95", "99"))
    return f"{rng.choice('$€£¥')}{rng.randrange(1, 2_000)}.{cents}"


def _prose(rng: random.Random) -> Iterator[str]:
    yield from (f"## {_title(rng)}", "")
    for _ in range(rng.randint(1, 4)):
        text = _words(rng, 15, 60).capitalize()
        yield from (f"{text} {_link(rng)}." if rng.random() < 0.25 else f"{text}.", "")


def _bullets(rng: random.Random) -> Iterator[str]:
    yield from (f"### {_title(rng)}", "")
    for _ in range(rng.randint(3, 9)):
        yield f"- {_link(rng) if rng.random() < 0.3 else _words(rng, 2, 8)}"
    yield ""


def _table(rng: random.Random) -> Iterator[str]:
    yield from (f"### {_title(rng)}", "", "| Plan | Price | Seats |", "| --- | --- | --- |")
    for _ in range(rng.randint(3, 8)):
        yield f"| {_words(rng, 1, 2)} | {_price(rng)} | {rng.randrange(1, 500)} |"
    yield ""


def _card(rng: random.Random) -> Iterator[str]:
    number = rng.randrange(100_000)
    yield from (f"![{_words(rng, 1, 3)}](https://cdn.example.com/img/{number}.webp)", "")
    yield from (f"#### {_link(rng)}", "")
    yield from (f"**{_price(rng)}** · {rng.randrange(1, 3_000)} reviews", "")
    yield from (rng.choice(_BOILERPLATE), "")


def _code(rng: random.Random) -> Iterator[str]:
    yield "```python"
    for _ in range(rng.randint(2, 6)):
        indent, name, call = "    " * rng.randrange(3), *rng.choices(_WORDS[:60], k=2)
        yield f"{indent}{name} = {call}({rng.randrange(99)})"
    yield from ("```", "")


_SECTIONS: tuple[Callable[[random.Random], Iterator[str]], ...] = (
    _prose,
    _prose,
    _bullets,
    _table,
    _card,
    _card,
    _code,
)


def _cosmetic(rng: random.Random, lines: list[str]) -> Iterator[str]:
    for line in lines:
        yield line + rng.choice(("  ", " ", "\t", "\u00a0")) if rng.random() < 0.15 else line
        if not line and rng.random() < 0.1:
            yield ""
    yield ""


def _scattered(rng: random.Random, lines: list[str], share: float) -> Iterator[str]:
    full = [at for at, line in enumerate(lines) if line]
    chosen = set(rng.sample(full, max(1, round(len(full) * share))))
    for at, line in enumerate(lines):
        if at not in chosen:
            yield line
            continue
        action = rng.random()
        if action < 0.7:
            yield _reworded(rng, line)
        elif action < 0.85:
            yield from (line, f"{_words(rng, 4, 12).capitalize()}.")


def _reworded(rng: random.Random, line: str) -> str:
    words = line.split(" ")
    at = rng.randrange(len(words))
    words[at] = (
        _price(rng)
        if any(sign in words[at] for sign in "$€£¥")
        else f"{rng.choice(_WORDS)}{rng.randrange(1_000)}"
    )
    return " ".join(words)
