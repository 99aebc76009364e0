"""What a page is made of once it is tamed: a small tree, and the words for its parts.

No library's tree is used, because theirs recurse and climb: this one has no way up and its depth is
bounded by whoever builds it (`tree`). Strings among the children are text, except for two markers,
which cannot be confused with it: text outside of `pre` never holds a newline.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

# Between blocks, and where a line ends inside of one.
BLOCK_BREAK = "\n\n"
LINE_BREAK = "\n"

ROOT = "[document]"

# Inline markup, under the one name by which it is converted. Elements that Markdown has no word for
# (`span`, `u`, `sub`, `label`, every unknown one, …) are not here: they leave their text only.
FORMATTING = {
    "a": "a",
    "b": "b",
    "code": "code",
    "del": "del",
    "em": "em",
    "i": "em",
    "kbd": "code",
    "q": "q",
    "s": "del",
    "samp": "code",
    "strike": "del",
    "strong": "b",
    "tt": "code",
}
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
CELLS = frozenset({"td", "th"})
# What reads as a list is one: the options of a form are compared line by line, too, and definitions
# stand below their term. Pandoc's `:   ` is text to most readers, and its indent hides a fence.
LISTS = {"dir": "ul", "menu": "ul", "ol": "ol", "select": "ul", "ul": "ul"}
ITEMS = frozenset({"li", "option"})
DEFINITIONS = frozenset({"dd", "dt"})
PREFORMATTED = frozenset({"listing", "plaintext", "pre", "xmp"})
# The parts of a page that tell its content from its frame; nodes only where somebody asks for them.
LANDMARKS = frozenset({"article", "aside", "footer", "header", "main", "nav", "search", "section"})
LANDMARK_ROLES = {
    "alertdialog": "aside",
    "article": "article",
    "banner": "header",
    "complementary": "aside",
    "contentinfo": "footer",
    "dialog": "aside",
    "main": "main",
    "navigation": "nav",
    "search": "search",
}
# Blocks that mean nothing by themselves: a break before and after is all they leave.
WRAPPERS = LANDMARKS | {
    "address",
    "body",
    "caption",
    "center",
    "details",
    "dialog",
    "div",
    "fieldset",
    "figcaption",
    "figure",
    "form",
    "frameset",
    "head",
    "hgroup",
    "html",
    "legend",
    "noframes",
    "optgroup",
    "p",
    "summary",
}
# What no visitor reads as text. `title` is the tab's, and the fallback inside of media is shown by
# browsers of the last century only.
DROPPED = frozenset(
    {
        "audio",
        "canvas",
        "datalist",
        "iframe",
        "noembed",
        "noscript",
        "script",
        "style",
        "svg",
        "template",
        "title",
        "video",
    }
)


# Most elements of a page have no attribute of interest; a dict for each would be half of the tree.
_NONE: Mapping[str, str] = MappingProxyType({})


class Element:
    """One element that Markdown has a word for.

    It has as much of BeautifulSoup's surface as the inherited conversions use: `name`, `attrs`,
    `get`. A `bare` element is left without its markup: a table that only arranges others, or
    formatting around whole blocks, which Markdown cannot express.
    """

    __slots__ = ("attrs", "bare", "children", "name")

    def __init__(self, name: str, attrs: Mapping[str, str] = _NONE) -> None:
        self.name = name
        self.attrs = attrs
        self.bare = False
        self.children: list[Node] = []

    def get(self, key: str, default: str | None = None) -> str | None:
        """Return an attribute."""
        return self.attrs.get(key, default)


Node: TypeAlias = "Element | str"
