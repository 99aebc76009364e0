"""All sections of a page at once, when each is asked for.

The outline reads titles one by one, for the few headings above a change. Here all of them are
wanted, and a search through all titles costs as much as one through two of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from changetrack._structure.titles import TITLE_CHARS, read_title

if TYPE_CHECKING:
    from changetrack._structure.outline import Outline
    from changetrack._textdiff.edits import Lines

# What may be markup in a title, or the signs that close a heading.
_MARKUP = re.compile(r"[\\`*_\[<&~#]")
# Headings that are a link to what they name, and nothing else: those of every news site.
_LINKED = re.compile(
    r"^\[([^][\\`*_<&~#!\xa7\xb6\U0001f517\s]++(?:[ ][^][\\`*_<&~#!\s]++)*+)\]"
    r"\([^()\s\\`<]{1,300}\)$",
    re.MULTILINE,
)
# What a slug leaves out, unless it is a mark that belongs to a letter.
_UNSPELLED = re.compile(r"[^\w\- \n]+")
_NAMELESS = "section"
_MOST_LEVELS = 6


class SectionList(NamedTuple):
    """The sections of a page, the part above all headings first; each list has an entry for each.

    `starts` lacks that first part: it begins at the top, so that a search in it gives its place.
    `parents` are the places of the sections around each.
    """

    starts: list[int]
    ends: list[int]
    paths: list[tuple[str, ...]]
    slugs: list[str]
    parents: list[int]

    def read_lines(self, at: int, lines: Lines) -> Lines:
        """Return the lines of a section, without blank ones at its end."""
        own = lines[self.starts[at - 1] if at else 0 : self.ends[at]]
        while own and not own[-1]:
            own.pop()
        return own


def list_sections(outline: Outline) -> SectionList:
    """Return all sections of a page, as the outline has them."""
    starts = outline.skeleton.lines
    titles = _read_titles(outline)
    paths: list[tuple[str, ...]] = [()]
    slugs = [""]
    parents = [0]
    taken: dict[str, int] = {}
    # By level: the section that a heading of this level stands in.
    around = [0] * (_MOST_LEVELS + 1)
    for at, (level, title, own) in enumerate(
        zip(outline.skeleton.levels, titles, _spell_slugs(titles), strict=True), 1
    ):
        parent = around[level]
        around[level + 1 :] = [at] * (_MOST_LEVELS - level)
        parents.append(parent)
        paths.append((*paths[parent], title))
        slug = f"{slugs[parent]}/{own}" if parent else own
        if slug in taken:
            slug = _number_slug(slug, taken)
        taken[slug] = 0
        slugs.append(slug)
    return SectionList(starts, [*starts, len(outline.lines)], paths, slugs, parents)


def _number_slug(own: str, taken: dict[str, int]) -> str:
    """Return the first slug with a number behind it that is not taken."""
    slug = own
    while slug in taken:
        taken[own] += 1
        slug = f"{own}-{taken[own]}"
    return slug


def _read_titles(outline: Outline) -> list[str]:
    """Return the title of each heading; only those with markup are read one by one."""
    starts, underlines = outline.skeleton.lines, outline.skeleton.underlines
    lines = [outline.lines[start] for start in starts]
    titles = [line.lstrip(" ").lstrip("#").strip(" \t") for line in lines]
    text = "\n".join(titles)
    if "](" in text:
        text = _LINKED.sub(r"\1", text)
        titles = text.split("\n")
    if underlines or _MARKUP.search(text) or len(max(titles, key=len, default="")) > TITLE_CHARS:
        for at, title in enumerate(titles):
            if starts[at] in underlines:
                titles[at] = outline.read_underlined(at)
            elif len(title) > TITLE_CHARS or _MARKUP.search(title):
                titles[at] = read_title(lines[at])
    return titles


def _spell_slugs(titles: list[str]) -> list[str]:
    """Return the own part of each slug."""
    words = "\n".join(titles).lower().replace(" ", "-").split("\n") if titles else []
    return [
        # Most titles are words and nothing else, which is told faster than a search goes.
        word
        if word.replace("-", "").isalnum() and "-" not in (word[0], word[-1])
        else _UNSPELLED.sub(_keep_marks, word).strip("-") or _NAMELESS
        for word in words
    ]


def _keep_marks(found: re.Match[str]) -> str:
    if found[0].isascii():
        return ""
    from unicodedata import category

    return "".join(char for char in found[0] if category(char)[0] == "M")
