"""XML of strangers, read as far as it can be: no entities, no DTD, no network, and never too much.

What most readers of feeds take is taken: a stray ampersand, an entity of HTML, a character that XML
has not. What was broken beyond that is said, so that nobody takes half of a list for the whole.
"""

from __future__ import annotations

import html.entities
import re
import sys
from collections.abc import Iterator
from typing import cast

from lxml import etree

from changetrack_server.errors import EndpointError
from changetrack_server.pages.document import Element

__all__ = ["XmlReading", "name_element", "read_text"]

# Elements are counted after so many bytes: 16,000 of them at most.
_CHUNK = 65_536
# libxml2 copies what an element declares for each that is open. No feed nests so deep.
_MOST_OPEN = 200

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(>|\[)")
# What may stand before it; one at a time, so that none is looked at twice.
_ASIDE = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)
# A section that is not looked into, or an ampersand with what it stands for. A section without an
# end reaches to the end of the text, so that it is looked for once.
_AMPERSAND = re.compile(
    r"<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*)|&(#[0-9]{1,7};|#x[0-9a-fA-F]{1,6};|\w{1,31};)?",
    re.DOTALL,
)
# What XML's own names stand for, as numbers: after an error, libxml2 forgets the names.
_NUMBERS = {"amp;": "&#38;", "lt;": "&#60;", "gt;": "&#62;", "quot;": "&#34;", "apos;": "&#39;"}


class XmlReading:
    """One document, read element by element; `is_whole` is known at the end."""

    def __init__(self, text: str, most: int) -> None:
        self.root: Element | None = None
        self.is_whole = False
        self._text = _mend(text)
        self._most = most

    def read(self) -> Iterator[Element]:
        """Yield each element at its end, as far as the document can be read.

        Whoever is done with an element may empty it; the root stands in `root` from its start.

        Raises:
            EndpointError: it has too many elements, or a document type that defines something.
        """
        parser = etree.XMLPullParser(
            events=("start", "end"),
            recover=True,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
            encoding="utf-8",
        )
        data = self._text.encode("utf-8", "replace")
        self._text = ""
        count = depth = 0
        for start in range(0, len(data), _CHUNK):
            parser.feed(data[start : start + _CHUNK])
            for event, element in _list_events(parser):
                if event == "end":
                    depth -= 1
                    yield element
                    continue
                count += 1
                depth += 1
                if self.root is None:
                    self.root = element
                if count > self._most or depth > _MOST_OPEN:
                    raise EndpointError("conversion_failed", problem=self._describe(depth))
        yield from self._finish(parser)

    def _finish(self, parser: etree.XMLPullParser) -> Iterator[Element]:
        try:
            parser.close()
        except etree.XMLSyntaxError:  # there was nothing at all
            return
        self.is_whole = not len(parser.feed_error_log)
        for event, element in _list_events(parser):
            # Of a document without an end, the last elements may be halves of what they were.
            if event == "end" and self.is_whole:
                yield element

    def _describe(self, depth: int) -> str:
        if depth > _MOST_OPEN:
            return f"its XML is nested deeper than {_MOST_OPEN} levels"
        return f"its XML has more than {self._most:,} elements"


def _list_events(parser: etree.XMLPullParser) -> Iterator[tuple[str, Element]]:
    """Yield what happened; that nothing but elements is told, the stubs cannot know."""
    return cast("Iterator[tuple[str, Element]]", parser.read_events())


def name_element(element: Element) -> str:
    """Return the name of an element without its namespace, in lower case.

    Half of the feeds of this world have the wrong namespace, or none.
    """
    return str(element.tag).rpartition("}")[2].lower()


def read_text(element: Element | None) -> str:
    """Return the text within an element, without blanks around it."""
    return "" if element is None else "".join(map(str, element.itertext())).strip()


def _mend(text: str) -> str:
    r"""Return a document that a parser understands as its author meant it.

    >>> _mend("<?xml version='1.0' encoding='latin1'?><a>x & y&nbsp;&lt;</a>\x0b")
    '<a>x &#38; y\xa0&#60;</a> '
    """
    text = _NOT_XML.sub(" ", text)
    declaration = _DECLARATION.match(text)
    text = text[declaration.end() :] if declaration else text.lstrip()
    found = _DOCTYPE.match(text, _skip_asides(text))
    # Old feeds name the DTD of their format, which nobody loads. With a [ it is more than a name.
    if found is not None and found[1] == "[":
        problem = "its XML has a document type of its own, which is not read"
        raise EndpointError("conversion_failed", problem=problem, remedy="leave it out")
    text = text[found.end() :] if found else text
    return _AMPERSAND.sub(_mend_ampersand, text) if "&" in text else text


def _skip_asides(text: str) -> int:
    """Return where blanks, comments and instructions end that a document begins with."""
    at = 0
    while found := _ASIDE.match(text, at):
        at = found.end()
    return at


def _mend_ampersand(found: re.Match[str]) -> str:
    name = found[1]
    if not found[0].startswith("&"):
        return found[0]
    if name is None:
        return _NUMBERS["amp;"]
    if name in _NUMBERS:
        return _NUMBERS[name]
    if name.startswith("#"):
        return found[0] if _is_character(name) else " "
    character = html.entities.html5.get(name, "")
    # Some of HTML's names mean what XML would read as markup.
    is_text = character and not set(character) & set("<>&\"'")
    return character if is_text else f"{_NUMBERS['amp;']}{name}"


def _is_character(number: str) -> bool:
    """Tell whether a reference such as #xA0; is to a character that XML has."""
    digits = number[1:-1]
    code = int(digits[1:], 16) if digits.startswith("x") else int(digits)
    return code <= sys.maxunicode and not _NOT_XML.match(chr(code))
