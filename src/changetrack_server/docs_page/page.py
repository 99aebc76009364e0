"""The page at /docs: the server's own OpenAPI document, for people.

It needs nothing from elsewhere, it says all it has to say without its script, and its policy lets
nothing else run: the style and the script are known by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from changetrack import JsonObject
from changetrack_server.docs_page.fields import FIELDS_TITLE, write_fields_chapter
from changetrack_server.docs_page.limits import write_limits
from changetrack_server.docs_page.markup import (
    Markup,
    breakable,
    code,
    element,
    join,
    link,
    write_inline,
    write_markdown,
)
from changetrack_server.docs_page.objects import Objects, as_object
from changetrack_server.docs_page.quick_start import write_quick_start
from changetrack_server.docs_page.routes import name_route, write_route
from changetrack_server.openapi import describe_openapi
from changetrack_server.openapi.examples import answer_diffs
from changetrack_server.openapi.refusals import REASONS, list_reasons
from changetrack_server.settings import Settings

__all__ = ["DocsPage", "render_docs"]

# A page that no site's icon is asked for: two lines of a diff.
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Crect width='16' height='16' rx='3' fill='%230b6b5d'/%3E"
    "%3Cpath d='M3 5h10M3 11h6' stroke='white' stroke-width='2'/%3E%3C/svg%3E"
)


class DocsPage(NamedTuple):
    """The page, and what its Content-Security-Policy has to be."""

    html: str
    policy: str


@lru_cache(maxsize=4)
def render_docs(settings: Settings) -> DocsPage:
    """Return the page of a server with these settings."""
    style, script = _read("page.css"), _read("page.js")
    body = _write_body(describe_openapi(settings), settings)
    html = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<title>changetrack</title>\n'
        f'<link rel="icon" href="{_ICON}">\n<style>{style}</style>\n</head>\n'
        f"<body>\n{body}\n<script>{script}</script>\n</body>\n</html>\n"
    )
    return DocsPage(html, _write_policy(style, script))


def _read(name: str) -> str:
    return resources.files(__package__ or "").joinpath(name).read_text(encoding="utf-8")


def _write_policy(style: str, script: str) -> str:
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src 'sha256-{_hash(style)}'",
            f"script-src 'sha256-{_hash(script)}'",
            # Where the forms of the page send to, and its own icon.
            "connect-src 'self'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class _Part(NamedTuple):
    """A part of the page: its title, its words, and what the contents list of it."""

    title: str
    html: Markup
    links: tuple[Markup, ...] = ()

    @property
    def name(self) -> str:
        """What links to it lead to."""
        return self.title.lower().replace(" ", "-")


def _write_body(document: JsonObject, settings: Settings) -> Markup:
    objects = Objects(as_object(as_object(document["components"])))
    parts = [
        _Part("Quick start", write_quick_start(settings)),
        *_list_tags(document, objects, settings),
        _Part(FIELDS_TITLE, write_fields_chapter()),
        _Part("Errors", _write_errors(list_reasons(has_monitors=settings.monitors))),
        _Part("Limits", write_limits(settings)),
        _Part("Objects", objects.write_all()),
    ]
    sections = (
        element("section", element("h2", part.title), part.html, id=part.name) for part in parts
    )
    main = element("main", _write_head(as_object(document["info"])), *sections, id="main")
    skip = element("a", "To the page", href="#main", class_="skip")
    return join([skip, element("div", _write_contents(parts), main, class_="frame")])


def _list_tags(document: JsonObject, objects: Objects, settings: Settings) -> Iterator[_Part]:
    """Yield a part for each group of routes."""
    routes = [
        (path, method, as_object(operation))
        for path, item in as_object(document["paths"]).items()
        for method, operation in as_object(item).items()
    ]
    tags = document["tags"]
    for tag in map(as_object, tags if isinstance(tags, list) else []):
        own = [route for route in routes if route[2]["tags"] == [tag["name"]]]
        written = (write_route(*route, objects, has_keys=bool(settings.api_keys)) for route in own)
        links = (
            link(f"#{name_route(operation)}", _name_link(path, method))
            for path, method, operation in own
        )
        said = element("p", str(tag["description"]))
        yield _Part(str(tag["name"]), join([said, *written]), (*links,))


def _name_link(path: str, method: str) -> str:
    """Return a path as the contents show it: short, and with the method where others share it."""
    short = re.sub(r"\{\w+\}", "…", path)
    return f"{method.upper()} {short}" if "/monitor" in path else short


def _write_contents(parts: list[_Part]) -> Markup:
    brand = element("a", "changetrack", href="#main", class_="brand")
    groups = (
        join(
            [
                element("h2", link(f"#{part.name}", part.title)),
                element("ul", *(element("li", each) for each in part.links)),
            ]
        )
        for part in parts
    )
    return element("nav", brand, *groups, aria_label="Contents")


def _write_head(info: JsonObject) -> Markup:
    version = element("span", str(info["version"]), class_="version")
    document = element("p", "The same for machines: ", link("openapi.json", "openapi.json"), ".")
    words = element(
        "div",
        element("h1", str(info["title"]), version),
        element("p", f"{info['summary']}.", class_="lead"),
        write_markdown(str(info["description"])),
        document,
    )
    return element("header", words, _write_diff())


# What a line of a unified diff is, by its first character.
_LINES = {"@": "hunk", "-": "del", "+": "add"}


def _write_diff() -> Markup:
    """Return what the whole thing is about."""
    answer = as_object(answer_diffs()["One page"]["data"])
    text = str(as_object(answer["diff"])["text"])
    lines = (
        element("span", line, class_="file" if line[:3] in _FILES else _LINES[line[0]])
        for line in text.splitlines()
    )
    status = element("figcaption", code("status"), " is ", element("b", str(answer["status"])))
    return element("figure", element("div", *lines), status, class_="diff")


_FILES = {"---", "+++"}


def _write_errors(reasons: list[str]) -> Markup:
    intro = write_markdown(_ERRORS)
    names = ("reason", "errorCode", "Status", "Meaning")
    head = element("tr", *(element("th", name, scope="col") for name in names))
    rows = (
        element(
            "tr",
            element("th", element("code", breakable(name, "_")), scope="row"),
            element("td", element("code", breakable(reason.code, "_"))),
            element("td", str(reason.status)),
            element("td", write_inline(reason.meaning)),
            id=f"reason-{name}",
        )
        for name, reason in sorted(
            ((each, REASONS[each]) for each in reasons), key=lambda item: (item[1].status, item[0])
        )
    )
    table = element("table", element("thead", head), element("tbody", *rows))
    return join([intro, element("div", table, class_="scroll stacked")])


_ERRORS = """\
Every answer that is no success is this envelope, whatever went wrong. Branch on `errorCode` or \
`reason`; show `error` to people."""
