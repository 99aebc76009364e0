"""How a schema says where its fields stand on a page: what a client needs to write selectors."""

from __future__ import annotations

from changetrack import JsonObject
from changetrack_server.docs_page.markup import (
    Markup,
    colour_json,
    element,
    join,
    spell_json,
    write_inline,
    write_markdown,
)

__all__ = ["FIELDS_TITLE", "write_fields_chapter"]

# Errors of selectors lead here, by the name that the page makes of it.
FIELDS_TITLE = "Fields of a page"

_INTRODUCTION = """\
The format `json`, and `changeTracking` with the mode `json`, want fields of a page. They are \
found without a language model: `x-selector` in a property of the `schema` says where its value \
stands. A schema that has none is looked up by its names in what the page carries for search \
engines (JSON-LD, microdata, `meta`); a page that is JSON itself is taken as it is."""

_PAGE = """\
<h1>Pricing</h1>
<div class="plan" id="starter">
  <h2>Starter</h2> <p class="price">$19.00/month</p>
  <a href="/buy?plan=starter">Buy</a>
</div>
<div class="plan" id="pro">
  <h2>Pro</h2> <p class="price">from $1,299</p>
</div>
"""

_SCHEMA: JsonObject = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "x-selector": "h1"},
        "plans": {
            "type": "array",
            "x-selector": ".plan",
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string", "x-selector": "::attr(id)"},
                    "name": {"type": "string", "x-selector": "h2::text"},
                    "price": {"type": "number", "x-selector": ".price"},
                    "url": {"type": "string", "x-selector": "a::attr(href)"},
                },
            },
        },
    },
}

_REQUEST: JsonObject = {
    "url": "https://example.com/pricing",
    "formats": ["json"],
    "jsonOptions": {"schema": _SCHEMA},
}

# A test has a server find them.
_ANSWER: JsonObject = {
    "data": {
        "json": {
            "title": "Pricing",
            "plans": [
                {
                    "id": "starter",
                    "name": "Starter",
                    "price": 19,
                    "url": "https://example.com/buy?plan=starter",
                },
                {"id": "pro", "name": "Pro", "price": 1299},
            ],
        },
        "extractor": "selectors",
    }
}

_TAKEN = {
    "`.price` or `.price::text`": "The text of the element, its white space collapsed.",
    "`a.more::attr(href)`": "An attribute; addresses are made absolute.",
    "`::attr(id)` or `::text`": "Of the element in which is looked, not of one inside of it.",
    "`h1, .title`": "The first of both on the page.",
    "`:scope > .name`": "A child of the element in which is looked.",
}

_FOUND = {
    "a single value": "The first match is the value.",
    "an object": "In the first match its properties are looked for.",
    "an array": "Each match is an item: its text, or where the item's properties are looked for.",
    "the `items` of an array": "Each match is an item; the array's own selector, if it has one,"
    " says in which elements to look.",
}

_RULES = """\
Selectors are CSS, matched as a browser does: elements, classes, ids, attributes, the four \
combinators, `:not()`, `:is()`, `:where()`, `:has()` of one element, `:contains("words")`, \
`:nth-child()` and its relatives. There is no XPath, no namespace and no `:hover`. A selector has \
at most 512 characters, a schema at most 200 of them; one that cannot be used is 400, \
`invalid_schema`, with its place, before anything is fetched.

What is not found is left out, or null where its type allows null, and a selector that finds \
nothing on the whole page is named in the warnings. `number` and `integer` read the one number in \
a text: `$1,299.00/mo` is 1299. Where there are several, or none, nothing is guessed. If no field \
is found at all, a language model is asked, where this server has one; else the answer is 422, \
`nothing_extracted`."""


def write_fields_chapter() -> Markup:
    """Return the chapter: an example with its answer, and the rules."""
    return join(
        [
            write_markdown(_INTRODUCTION),
            _write_example(),
            element("h3", "What a selector takes"),
            _write_table("x-selector", "What is taken", _TAKEN),
            element("h3", "Where it stands, and what it finds there"),
            _write_table("x-selector stands in", "What it finds", _FOUND),
            element("h3", "What can be used, and what is missing"),
            write_markdown(_RULES),
        ]
    )


def _write_example() -> Markup:
    shown = {
        "Page": element("pre", _PAGE),
        "Request": element("pre", colour_json(spell_json(_REQUEST, width=88)), data_copy=True),
        "Answer, of it the fields": element("pre", colour_json(spell_json(_ANSWER, width=88))),
    }
    return join(
        element(
            "div",
            element("div", element("span", name), class_="title"),
            block,
            class_="example",
        )
        for name, block in shown.items()
    )


def _write_table(first: str, second: str, said: dict[str, str]) -> Markup:
    head = element("tr", *(element("th", name, scope="col") for name in (first, second)))
    rows = (
        element(
            "tr", element("th", write_inline(name), scope="row"), element("td", write_inline(text))
        )
        for name, text in said.items()
    )
    table = element("table", element("thead", head), element("tbody", *rows))
    return element("div", table, class_="scroll stacked chapter")
