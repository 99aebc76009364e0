"""The pages that people read, cut into their fenced blocks and links."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(
    r"^(?P<indent> *)(?P<fence>`{3,})(?P<language>[^\n`]*)\n(?P<body>.*?)^ *(?P=fence) *$",
    re.MULTILINE | re.DOTALL,
)
_LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)|^\[[^\]\n]+\]: (\S+)", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: its language word, its text and the line where the text starts."""

    language: str
    text: str
    line: int


class Page:
    """One Markdown file of the checkout."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text(encoding="utf-8")

    def __repr__(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def is_generated(self) -> bool:
        """Whether docs/build.py writes it."""
        return self.text.startswith("<!-- Written by docs/build.py")

    @property
    def blocks(self) -> Iterator[Block]:
        """Its fenced blocks, in order."""
        yield from find_blocks(self.text)

    @property
    def links(self) -> Iterator[str]:
        """What it links to, outside of fenced blocks."""
        for first, second in _LINK.findall(_FENCE.sub("", self.text)):
            yield first or second

    @property
    def anchors(self) -> set[str]:
        """What a link to one of its headings may end in, spelled as forges spell it."""
        headings = _HEADING.findall(_FENCE.sub("", self.text))
        plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
        return {heading.replace(" ", "-") for heading in plain}


def find_blocks(text: str) -> Iterator[Block]:
    """Return the fenced blocks of a Markdown text, those inside of lists included."""
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start("body")) + 1
        yield Block(found["language"].strip(), textwrap.dedent(found["body"]), line)


_PATTERNS = ("*.md", "docs/**/*.md", "tests/*.md", "tests/*/*.md", "benchmarks/*.md")
# What examples are about is no page of ours.
_EXAMPLES = ROOT / "docs/examples/pages"
PAGES = [
    Page(path)
    for pattern in _PATTERNS
    for path in sorted(ROOT.glob(pattern))
    if not path.is_relative_to(_EXAMPLES)
]
WRITTEN = [page for page in PAGES if not page.is_generated]
