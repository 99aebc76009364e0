"""`x-selector`: CSS that says where in a page a value stands, checked and made ready.

    .price              the text of the element
    .price::text        the same
    a.more::attr(href)  an attribute, addresses made absolute
    ::attr(id)          of the element in which is looked, not of one inside of it

No XPath, no expression, no function comes from a request: what cssselect parses is translated by
`translating` and nothing else is ever evaluated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from cssselect.parser import FunctionalPseudoElement, PseudoElement, SelectorError, parse
from lxml import etree

from changetrack.errors import InvalidSchema
from changetrack_server.extracting.costs import Cost
from changetrack_server.extracting.translating import Translator
from changetrack_server.pages.document import Element

__all__ = ["Selector", "compile_selector"]

# What people write has 30 characters, what a browser's inspector copies has 200.
_MAX_CHARS = 512
# Parentheses in parentheses: `:not(:has(…))` has two.
_MAX_NESTING = 8
# Whoever sends a schema over HTTP has the server's own page, and no folder of documentation.
_REMEDY = "see /docs#fields-of-a-page"
# In an element its own is not looked for, but in the page the root is.
_IS_INSIDE = "count(. | $scope) = 2 or not(parent::*)"
# Schemas are used again and again, by one process for a thousand jobs.
_MAX_KNOWN = 1_024


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Selector:
    """A selector, ready to be used.

    `attribute` is what is taken of the element, "" for its text. Both expressions are None where
    the element in which is looked is itself meant.
    """

    text: str
    attribute: str
    # Whether `::text` or `::attr()` was said.
    is_explicit: bool
    all_matches: etree.XPath | None
    first_match: etree.XPath | None
    cost: Cost

    def find(self, scope: Element, *, first: bool = False) -> list[Element]:
        """Return the elements that it finds in an element, or the first of them."""
        expression = self.first_match if first else self.all_matches
        if expression is None:
            return [scope]
        # An expression that asks for elements gives nothing else, and may be given any number.
        return cast("list[Element]", expression(scope, scope=[scope]))


def compile_selector(text: object, path: str = "") -> Selector:
    """Return a selector made ready.

    Raises:
        InvalidSchema: it is not a selector, or not one that is supported here.

    >>> compile_selector(".price:hover()", "schema.properties.price.x-selector")
    Traceback (most recent call last):
    ...
    changetrack.errors.InvalidSchema: schema.properties.price.x-selector: the selector ...
    """
    if not isinstance(text, str):
        problem = f"the selector is {type(text).__name__}, not a string"
        raise InvalidSchema(problem, "write CSS, such as .price::text", path)
    if len(text) > _MAX_CHARS:
        problem = f"the selector has {len(text):,} characters, at most {_MAX_CHARS} are allowed"
        raise InvalidSchema(problem, "shorten it", path)
    compiled = _compile(text)
    if isinstance(compiled, str):
        raise InvalidSchema(f"the selector {compiled}", _REMEDY, path)
    return compiled


@lru_cache(maxsize=_MAX_KNOWN)
def _compile(text: str) -> Selector | str:
    """Return a selector, or in words what is wrong with it."""
    problem = _find_oddity(text)
    if problem:
        return problem
    try:
        parsed = parse(text)
        attributes = {_read_pseudo_element(each.pseudo_element) for each in parsed}
        if len(attributes) > 1:
            return "takes different things of the elements that it lists"
        translator = Translator()
        expressions = [translator.xpath(each.parsed_tree) for each in parsed]
        is_own = len(parsed) == 1 and text.strip().startswith("::")
        condition = str(expressions[0])
        if len(expressions) > 1:
            for each in expressions:
                each.add_name_test()
            conditions = (f"({each.condition or 1})" for each in expressions)
            condition = f"*[{' or '.join(conditions)}]"
        xpath = f"descendant-or-self::{condition}[{_IS_INSIDE}]"
        (attribute,) = attributes
        return Selector(
            text=text,
            attribute=attribute or "",
            is_explicit=attribute is not None,
            all_matches=None if is_own else etree.XPath(xpath),
            first_match=None if is_own else etree.XPath(f"{xpath}[1]"),
            cost=translator.cost,
        )
    except SelectorError as error:
        return f"is not supported or no CSS: {str(error)[: _MAX_NESTING * 20]}"
    except (etree.XPathSyntaxError, ValueError):
        return "is too complex"


def _find_oddity(text: str) -> str:
    if not text.strip():
        return "is empty"
    if not text.replace("\n", " ").replace("\t", " ").isprintable():
        return "holds characters that cannot be seen"
    depth = deepest = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        deepest = max(deepest, depth)
    return f"nests more than {_MAX_NESTING} parentheses" if deepest > _MAX_NESTING else ""


def _read_pseudo_element(pseudo: PseudoElement | None) -> str | None:
    """Return the attribute that is taken, "" for the text, None where nothing is said."""
    if pseudo is None:
        return None
    if pseudo == "text":
        return ""
    if isinstance(pseudo, FunctionalPseudoElement) and pseudo.name == "attr":
        if pseudo.argument_types() in (["IDENT"], ["STRING"]) and pseudo.arguments[0].value:
            return str(pseudo.arguments[0].value).lower()
        raise SelectorError("::attr() takes the name of one attribute")
    name = pseudo.name if isinstance(pseudo, FunctionalPseudoElement) else pseudo
    raise SelectorError(f"::{name} is neither ::text nor ::attr()")
