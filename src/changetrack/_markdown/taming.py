"""From HTML to a tame tree: lxml reads, this module decides what each tag leaves behind.

lxml calls a target for every tag, so that no tree of any library is ever built: libxml2 halts one
at 2,048 levels, BeautifulSoup climbs to the root for every string. What Markdown has no word for
is gone before a converter sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from changetrack._markdown.elements import (
    CELLS,
    DEFINITIONS,
    DROPPED,
    FORMATTING,
    HEADINGS,
    ITEMS,
    LANDMARK_ROLES,
    LANDMARKS,
    LISTS,
    PREFORMATTED,
    WRAPPERS,
    Element,
)
from changetrack._markdown.tree import TreeBuilder

# libxml2 looks through all open elements for every end tag that fits none of them. No page nests so
# deep; where one does, its open elements are closed, and what follows stands beside, not inside.
_MAX_OPEN = 512
_OF_LINKS = ("href", "title", "aria-label")
_OF_IMAGES = ("src", "data-src", "alt", "title")
# Where end tags are text, which would be seen.
_RAW_TEXT = frozenset({"noframes", "plaintext", "textarea", "xmp"})
# What `input` may be and show its value as a label.
_BUTTONS = frozenset({"button", "reset", "submit"})
# The depth is looked at after so many characters, which open 340 elements at most.
_CHUNK = 1_024

Attributes: TypeAlias = Mapping[str, str]
_End: TypeAlias = Callable[[], None]


class TamedPage(NamedTuple):
    """The tree of a page, and the `href` of its `base` element where it has one."""

    root: Element
    base: str | None


def parse_html(html: str, *, landmarks: bool) -> TamedPage:
    """Return the tame tree of a page; with `landmarks`, `main`, `nav` and the like are nodes in it.

    Only entities of HTML itself are known, nothing is loaded, and what a page declares about its
    encoding is ignored, for it is text already.
    """
    from lxml import etree

    target = TamingTarget(landmarks=landmarks)
    parser = etree.HTMLParser(
        target=target,  # type: ignore[arg-type] # the stubs ask for more than lxml does
        encoding="utf-8",
        no_network=True,
        huge_tree=False,
    )
    # Browsers drop NUL; libxml2 would write U+FFFD, which nobody sees on the page.
    text = html.replace("\0", "")
    start, closed_at = 0, 0
    parser.feed("")  # an empty page is a page
    while start < len(text):
        end = text.find("<", start + _CHUNK)
        end = len(text) if end < 0 else end
        parser.feed(text[start:end])
        depth = len(target.open_tags)
        # Inside of a script or a comment nothing closes; trying once is enough.
        if depth > _MAX_OPEN and depth != closed_at:
            parser.feed(target.end_tags())
            closed_at = len(target.open_tags)
        start = end
    parser.close()
    return TamedPage(target.builder.root, target.base)


class TamingTarget:
    """What lxml reports to: `start`, `end` and `data`, in document order and always balanced."""

    def __init__(self, *, landmarks: bool) -> None:
        self.builder = TreeBuilder()
        self.base: str | None = None
        self.open_tags: list[str] = []
        self._landmarks = landmarks
        self._ends: list[_End] = []
        self._dropped = 0
        self._in_pre = False
        self._pre: dict[str, str] = {}
        self._tables: list[Element] = []

    def start(self, tag: str, attrs: Attributes) -> None:
        """Open an element."""
        self.open_tags.append(tag)
        if self._dropped or tag in DROPPED or _is_hidden(tag, attrs):
            self._dropped += 1
            return
        start = _STARTS.get(tag)
        if self._in_pre:
            self._ends.append(self._open_in_pre(tag, attrs))
        elif start is None:
            self._ends.append(_leave_nothing)
        else:
            self._ends.append(start(self, tag, attrs))

    def end(self, tag: str) -> None:  # noqa: ARG002 - lxml passes it
        """Close the innermost element."""
        self.open_tags.pop()
        if self._dropped:
            self._dropped -= 1
        else:
            self._ends.pop()()

    def data(self, text: str) -> None:
        """Take text, in pieces of any size."""
        if self._dropped:
            return
        if self._in_pre:
            self.builder.add_raw(text)
        else:
            self.builder.add_text(text)

    def close(self) -> None:
        """Have everything ended."""
        self.builder.end_line()

    def end_tags(self) -> str:
        """Return what closes all open elements, but not `body`, nor what is dropped as a whole."""
        if self.open_tags[-1] in _RAW_TEXT:
            return ""
        dropped = len(self.open_tags) - self._dropped + 1 if self._dropped else 0
        return "".join(f"</{tag}>" for tag in reversed(self.open_tags[max(2, dropped) :]))

    def open_wrapper(self, tag: str, attrs: Attributes) -> _End:
        """Leave a break on both sides, or a landmark where they are asked for."""
        name = tag if tag in LANDMARKS else ""
        name = LANDMARK_ROLES.get(attrs.get("role", "").strip().lower(), name)
        if self._landmarks and name:
            return self._open(Element(name))
        self.builder.break_block()
        return self.builder.break_block

    def open_formatting(self, tag: str, attrs: Attributes) -> _End:
        """Open inline markup."""
        name = FORMATTING[tag]
        element = Element(name, _pick(attrs, *_OF_LINKS) if name == "a" else {})
        opened = self.builder.open_formatting(element)
        return self.builder.close_formatting if opened else _leave_nothing

    def open_block(self, tag: str, attrs: Attributes) -> _End:  # noqa: ARG002 - one shape for all
        """Open a block that has no attributes of interest."""
        return self._open(Element(tag))

    def open_list(self, tag: str, attrs: Attributes) -> _End:
        """Open a list."""
        return self._open(Element(LISTS[tag], _pick(attrs, "start")))

    def open_item(self, tag: str, attrs: Attributes) -> _End:
        """Open an item or an option."""
        return self._open(Element("li", _pick(attrs, "value") if tag == "li" else {}))

    def open_heading(self, tag: str, attrs: Attributes) -> _End:  # noqa: ARG002 - one shape for all
        """Open a heading."""
        return self._open_beside(Element(tag), HEADINGS)

    def open_definition(self, tag: str, attrs: Attributes) -> _End:  # noqa: ARG002 - as above
        """Open a term, or one of its definitions."""
        return self._open_beside(Element("li" if tag == "dd" else tag), DEFINITIONS)

    def open_table(self, tag: str, attrs: Attributes) -> _End:
        """Open a table; the table around it only arranges the page then."""
        table = Element(tag)
        if not self.builder.open_block(table):
            return self.builder.break_block
        table.bare = attrs.get("role", "").strip().lower() in {"none", "presentation"}
        if self._tables:
            self._tables[-1].bare = True
        self._tables.append(table)
        return self._end_table

    def _end_table(self) -> None:
        self._tables.pop()
        self.builder.close_block()

    def open_row(self, tag: str, attrs: Attributes) -> _End:
        """Open a row, if it stands in a table."""
        if self.builder.top.name != "table":
            return self.open_wrapper(tag, attrs)
        return self._open(Element(tag))

    def open_cell(self, tag: str, attrs: Attributes) -> _End:
        """Open a cell; one without a row continues the last one."""
        in_head = self.open_tags[-3:-1] == ["thead", "tr"]
        cell = Element("th" if in_head else tag, _pick(attrs, "colspan"))
        top = self.builder.top
        if top.name == "tr":
            return self._open(cell)
        if top.name != "table" or self.builder.is_full:
            return self.open_wrapper(tag, attrs)
        rows = [row for row in top.children[-1:] if isinstance(row, Element) and row.name == "tr"]
        if rows:
            self.builder.resume_block(rows[0])
        else:
            self.builder.open_block(Element("tr"))
        end_cell = self._open(cell)

        def end_cell_and_row() -> None:
            end_cell()
            self.builder.close_block()

        return end_cell_and_row

    def open_pre(self, tag: str, attrs: Attributes) -> _End:  # noqa: ARG002 - one shape for all
        """Open preformatted text."""
        # A language may come with a `code` inside, so this dict is its own.
        self._pre = {"class": attrs.get("class", "")}
        if not self.builder.open_block(Element("pre", self._pre)):
            return self.builder.break_block
        self._in_pre = True
        return self._end_pre

    def _end_pre(self) -> None:
        self._in_pre = False
        self.builder.close_block()

    def _open_in_pre(self, tag: str, attrs: Attributes) -> _End:
        """Inside of `pre` lines are all there is; a block is one, as code viewers write them."""
        if tag == "br":
            self.builder.add_raw("\n")
        elif tag == "code" and "class" in attrs:
            self._pre.setdefault("code", attrs["class"])
        elif tag in _LINES_IN_PRE:
            self._end_pre_line()
            return self._end_pre_line
        return _leave_nothing

    def _end_pre_line(self) -> None:
        children = self.builder.top.children
        if children and not str(children[-1]).endswith("\n"):
            children.append("\n")

    def open_break(self, tag: str, attrs: Attributes) -> _End:  # noqa: ARG002 - one shape for all
        """End a line."""
        self.builder.break_line()
        return _leave_nothing

    def open_image(self, tag: str, attrs: Attributes) -> _End:  # noqa: ARG002 - one shape for all
        """Keep an image."""
        self.builder.add_void(Element("img", _pick(attrs, *_OF_IMAGES)))
        return _leave_nothing

    def open_control(self, tag: str, attrs: Attributes) -> _End:
        """Keep the words on a control, apart from its neighbours' words."""
        self.builder.add_space()
        if tag == "input" and attrs.get("type", "").strip().lower() in _BUTTONS:
            self.builder.add_text(attrs.get("value", ""))
        return self.builder.add_space

    def open_base(self, tag: str, attrs: Attributes) -> _End:  # noqa: ARG002 - one shape for all
        """Note the base of the page; the first one counts."""
        if self.base is None:
            self.base = attrs.get("href")
        return _leave_nothing

    def _open_beside(self, element: Element, kind: frozenset[str]) -> _End:
        """Open a block that ends one of its kind; libxml2 would let them nest until both end."""
        unclosed = self.open_tags[-2] in kind and self._ends[-1] in {
            self.builder.close_block,
            self._leave_to_parent,
        }
        if not unclosed:
            return self._open(element)
        self.builder.close_block()
        self.builder.open_block(element)
        return self._leave_to_parent

    def _leave_to_parent(self) -> None:
        """End an element that stands in its parent's place: the parent's end ends it."""
        self.builder.add_space()

    def _open(self, element: Element) -> _End:
        opened = self.builder.open_block(element)
        return self.builder.close_block if opened else self.builder.break_block


def _leave_nothing() -> None:
    """End an element that leaves its text only."""


def _pick(attrs: Attributes, *names: str) -> Attributes:
    return {name: attrs[name] for name in names if name in attrs} if attrs else attrs


def _is_hidden(tag: str, attrs: Attributes) -> bool:
    """Tell whether HTML itself says that nobody sees the element; style sheets are not read.

    Pages that hide all their content until a script has run would vanish; that does not count.
    """
    if "hidden" not in attrs or tag in {"body", "html", "main"}:
        return False
    return attrs["hidden"].strip().lower() != "until-found"


_Start: TypeAlias = Callable[[TamingTarget, str, Attributes], _End]

_STARTS: dict[str, _Start] = {
    **dict.fromkeys(WRAPPERS, TamingTarget.open_wrapper),
    **dict.fromkeys(FORMATTING, TamingTarget.open_formatting),
    **dict.fromkeys(("blockquote", "dl", "hr"), TamingTarget.open_block),
    **dict.fromkeys(DEFINITIONS, TamingTarget.open_definition),
    **dict.fromkeys(HEADINGS, TamingTarget.open_heading),
    **dict.fromkeys(LISTS, TamingTarget.open_list),
    **dict.fromkeys(ITEMS, TamingTarget.open_item),
    **dict.fromkeys(PREFORMATTED, TamingTarget.open_pre),
    **dict.fromkeys(CELLS, TamingTarget.open_cell),
    **dict.fromkeys(("button", "input", "object", "textarea"), TamingTarget.open_control),
    **dict.fromkeys(("image", "img"), TamingTarget.open_image),
    "base": TamingTarget.open_base,
    "br": TamingTarget.open_break,
    "table": TamingTarget.open_table,
    "tr": TamingTarget.open_row,
}
_LINES_IN_PRE = frozenset(_STARTS) - set(FORMATTING) - {"base", "button", "image", "img", "input"}
