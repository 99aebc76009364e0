"""All sections of a page at once: one search through all titles costs as much as two titles do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from changetrack._structure.titles import TITLE_CHARS, read_plain, read_title

if TYPE_CHECKING:
    from changetrack._structure.headings import Skeleton
    from changetrack._textdiff.edits import Lines

# What may be markup in a title, or the signs that close a heading.
_MARKUP = re.compile(r"[\\`*_\[<&~#]")
# A heading that is a link to what it names, and nothing else: those of every news site.
_LINKED = re.compile(
    r"\[([^][\\`*_<&~#!\xa7\xb6\U0001f517\s]++(?:[ ][^][\\`*_<&~#!\s]++)*+)\]"
    r"\([^()\s\\`<]{1,300}\)"
)
# What a slug leaves out, unless it is a mark that belongs to a letter.
_UNSPELLED = re.compile(r"[^\w\-]+")
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
        return read_text(lines, self.starts[at - 1] if at else 0, self.ends[at])


def read_text(lines: Lines, start: int, end: int) -> Lines:
    """Return some lines without blank ones at their end."""
    while end > start and not lines[end - 1]:
        end -= 1
    return lines[start:end]


def list_sections(lines: Lines, skeleton: Skeleton) -> SectionList:
    """Return all sections of a page, given where its headings are."""
    starts = skeleton.lines
    titles = _read_titles(lines, skeleton)
    paths: list[tuple[str, ...]] = [()]
    slugs = [""]
    parents = [0]
    taken: dict[str, int] = {}
    # By level: the section that a heading of this level stands in, as far as the last one says.
    around = [0] * (_MOST_LEVELS + 1)
    last = parent = 0
    above: tuple[str, ...] = ()
    stem = ""
    rows = zip(skeleton.levels, titles, _spell_slugs(titles), strict=True)
    for before, (level, title, own) in enumerate(rows):
        if level != last:  # otherwise it stands where the one before it does
            for deeper in range(last + 1, level + 1):
                around[deeper] = before
            last, parent = level, around[level]
            above = paths[parent]
            stem = f"{slugs[parent]}/" if parent else ""
        parents.append(parent)
        paths.append((*above, title))
        slug = stem + own
        if slug in taken:
            slug = _number_slug(slug, taken)
        taken[slug] = 0
        slugs.append(slug)
    return SectionList(starts, [*starts, len(lines)], paths, slugs, parents)


def _number_slug(own: str, taken: dict[str, int]) -> str:
    """Return the first slug with a number behind it that is not taken."""
    slug = own
    while slug in taken:
        taken[own] += 1
        slug = f"{own}-{taken[own]}"
    return slug


def _read_titles(lines: Lines, skeleton: Skeleton) -> list[str]:
    """Return the title of each heading; only those with markup are read one by one."""
    underlines = skeleton.underlines
    titles = [title.strip(" \t") for title in skeleton.titles]
    text = "\n".join(titles)
    if "](" in text:
        titles = [
            found[1] if title[:1] == "[" and (found := _LINKED.fullmatch(title)) else title
            for title in titles
        ]
        text = "\n".join(titles)
    if underlines or _MARKUP.search(text) or max(map(len, titles), default=0) > TITLE_CHARS:
        for at, start in enumerate(skeleton.lines):
            if start in underlines:
                titles[at] = _read_underlined(lines[start : underlines[start]])
            elif len(titles[at]) > TITLE_CHARS or _MARKUP.search(titles[at]):
                titles[at] = read_title(lines[start])
    return titles


def _read_underlined(lines: Lines) -> str:
    return read_plain(" ".join([line.strip() for line in lines]))


def _spell_slugs(titles: list[str]) -> list[str]:
    """Return the own part of each slug."""
    if not titles:
        return []
    text = "\n".join(titles)
    slugs = text.lower().replace(" ", "-").split("\n")
    for at, letters in enumerate(text.replace(" ", "").split("\n")):
        # Most titles are words and nothing else, which is told faster than a search goes.
        if not letters.isalnum():
            slugs[at] = _UNSPELLED.sub(_keep_marks, slugs[at]).strip("-") or _NAMELESS
    return slugs


def _keep_marks(found: re.Match[str]) -> str:
    if found[0].isascii():
        return ""
    from unicodedata import category

    return "".join(char for char in found[0] if category(char)[0] == "M")
