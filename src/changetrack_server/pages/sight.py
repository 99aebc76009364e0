"""What a page looks like at first sight: how much it says, its headings, its forms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from changetrack_server.pages.text import read_noscript, read_text, read_visible_text
from changetrack_server.pages.walls import CAPTCHA_CLASSES

if TYPE_CHECKING:
    from changetrack_server.pages.document import Document, Element

__all__ = ["Sight", "read_title"]

_HEADINGS = ("h1", "h2")
# The first ones say what a page is; a wall has one or two.
_MAX_HEADINGS = 6
_MAX_BUTTONS = 6
_MAX_TITLE = 1_000
# A heading, a label: what is longer is text.
_MAX_HEADING = 200
# More than any wall says, in whatever script.
_MUCH = 5_000
_WRITTEN = frozenset({"", "email", "number", "search", "tel", "text", "url"})
_PRESSED = frozenset({"button", "image", "submit"})
# Images of a pixel count visitors.
_PIXELS = frozenset({"0", "1", "0px", "1px"})


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A page at first sight. Texts are as they stand there, each on one line."""

    document: Document
    # The page as it was sent: who challenges visitors leaves names in it.
    source: str

    @cached_property
    def title(self) -> str:
        """What the tab says."""
        return read_title(self.document)[:_MAX_TITLE]

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """The first headings, those of the first rank before the others."""
        root = self.document.root
        found = (each for tag in _HEADINGS for each in root.iter(tag))
        texts = map(read_text, islice(found, _MAX_HEADINGS))
        return tuple(text for text in texts if 0 < len(text) <= _MAX_HEADING)

    @cached_property
    def text(self) -> str:
        """All that is seen."""
        return read_visible_text(self.document.root)

    @cached_property
    def said(self) -> str:
        """All that is seen by somebody without scripts."""
        return f"{self.text} {read_noscript(self.document.root)}".strip()

    @cached_property
    def chars(self) -> int:
        """How much is seen; one sign of a script without spaces says as much as three letters."""
        if len(self.text) > _MUCH:
            return len(self.text)
        return sum(3 if "\u2e80" <= char <= "\ud7a3" else 1 for char in self.text)

    @cached_property
    def links(self) -> int:
        """How many links there are."""
        return sum(1 for each in self.document.root.iter("a") if each.get("href"))

    @cached_property
    def has_images(self) -> bool:
        """Whether something is shown that is no text."""
        shown = self.document.root.iter(
            "img", "svg", "video", "canvas", "picture", "embed", "object"
        )
        return any(_is_shown(each) for each in shown)

    @cached_property
    def has_password(self) -> bool:
        """Whether a password is asked for."""
        return any(_type_of(each) == "password" for each in self.document.root.iter("input"))

    @cached_property
    def has_questions(self) -> bool:
        """Whether something may be written, other than a password."""
        root = self.document.root
        asked = any(_type_of(each) in _WRITTEN for each in root.iter("input"))
        return asked or next(root.iter("textarea"), None) is not None

    @cached_property
    def has_captcha(self) -> bool:
        """Whether there is a widget that tells people from programs."""
        classes = (each.get("class") or "" for each in self.document.root.iter())
        return any(name in said for said in classes if said for name in CAPTCHA_CLASSES)

    @cached_property
    def buttons(self) -> tuple[str, ...]:
        """What the first buttons of forms say."""
        root = self.document.root
        said = [read_text(each) for each in islice(root.iter("button"), _MAX_BUTTONS)]
        said += [each.get("value", "") for each in root.iter("input") if _type_of(each) in _PRESSED]
        return tuple(said[:_MAX_BUTTONS])


def read_title(document: Document) -> str:
    """Return the title of a page, and not that of a drawing in it."""
    for element in document.root.iter("title"):
        if next(element.iterancestors("svg"), None) is None:
            return " ".join(read_text(element).split())
    return ""


def _type_of(field: Element) -> str:
    return field.get("type", "").strip().lower()


def _is_shown(element: Element) -> bool:
    if {element.get("width"), element.get("height")} & _PIXELS:
        return False
    return next(element.iterancestors("noscript"), None) is None
