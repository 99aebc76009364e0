"""The first commands that a reader tries: they work as they are, at the server that shows them."""

from __future__ import annotations

from typing import NamedTuple

from changetrack import JsonObject, wire
from changetrack_server.docs_page.markup import (
    Markup,
    colour_json,
    element,
    join,
    spell_json,
    write_inline,
)
from changetrack_server.http.bodies import LINES
from changetrack_server.http.responses import ENVELOPE
from changetrack_server.openapi import examples
from changetrack_server.settings import Settings

__all__ = ["write_quick_start"]


class _Step(NamedTuple):
    """One command: what it is for, where it goes, and what it sends."""

    purpose: str
    path: str
    kind: str
    body: str


def write_quick_start(settings: Settings) -> Markup:
    """Return the commands, and the answer to the first."""
    answer = examples.answer_diffs()["One page"]
    first, *others = (_write_step(step, has_key=bool(settings.api_keys)) for step in _list_steps())
    return join([first, _write_answer(answer), *others])


def _list_steps() -> list[_Step]:
    diff = examples.DIFF_REQUESTS["One page"]
    lines = "\n".join(wire.encode(line).decode() for line in examples.LINES)
    return [
        _Step(
            "Compare a page with what it was. Keep `snapshot` of the answer, and send it as"
            " `previous` the next time.",
            "/v1/change-tracking/diff",
            ENVELOPE,
            spell_json(diff),
        ),
        _Step(
            "Or let the server fetch the page. Without `previous`, this is the first observation.",
            "/v1/scrape",
            ENVELOPE,
            spell_json({"url": "https://example.com/", "formats": ["markdown", "changeTracking"]}),
        ),
        _Step(
            "Many pages go through one connection, a line each, and their answers come as they go.",
            "/v1/change-tracking/diff",
            LINES,
            lines,
        ),
    ]


def _write_step(step: _Step, *, has_key: bool) -> Markup:
    # The page's script puts the address of this very server here.
    origin = element("span", "http://127.0.0.1:3000", class_="origin")
    lines = [
        join(["curl -sN " if step.kind == LINES else "curl -s ", origin, step.path]),
        *(['-H "Authorization: Bearer $KEY"'] if has_key else []),
        f"-H 'Content-Type: {step.kind}'",
        # A quote within quotes ends them for the shell.
        "--data-binary '{}'".format(step.body.replace("'", r"'\''")),
    ]
    title = element("div", element("span", "Shell"), class_="title")
    command = element("pre", join(lines, " \\\n  "), data_copy=True)
    return join(
        [
            element("p", write_inline(step.purpose)),
            element("div", title, command, class_="example"),
        ]
    )


def _write_answer(answer: JsonObject) -> Markup:
    title = element("div", element("span", "Answer"), class_="title")
    return element(
        "div", title, element("pre", colour_json(spell_json(answer, width=100))), class_="example"
    )
