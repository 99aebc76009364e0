"""What is done in a process of its own: the table of jobs, each bytes in and an answer out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, TypeAlias

from changetrack import ChangeTrackError, JsonObject, JsonValue, wire
from changetrack_server.answers import ASK, JUDGE, Answer, refuse
from changetrack_server.composing import (
    Extracted,
    PageRules,
    Question,
    Scraped,
    Visited,
    check_scrape,
    compose_scrape,
    is_to_be_judged,
)
from changetrack_server.dialects import write_scrape
from changetrack_server.diffing import (
    DiffRules,
    answer_diff,
    answer_operation,
    read_body,
    rules_of,
    split_batch,
)
from changetrack_server.formats import read_scrape
from changetrack_server.pages.feeds import read_feed
from changetrack_server.pages.sitemaps import inflate, read_sitemap
from changetrack_server.reading import PageJob, read_page
from changetrack_server.settings import Settings

__all__ = ["JOBS", "warm_up"]

# What the parent wrote down in `workers`, so it is not checked again here.
Order: TypeAlias = Mapping[str, Any]
# Takes the options of the job, and what it works on.
Job: TypeAlias = Callable[[Order, bytes], Answer]


def _diff(order: Order, payload: bytes) -> Answer:
    return answer_diff(payload, DiffRules(**order["rules"]))


def _operation(order: Order, payload: bytes) -> Answer:
    return answer_operation(order["operation"], payload, DiffRules(**order["rules"]))


def _split(order: Order, payload: bytes) -> Answer:
    return split_batch(payload, DiffRules(**order["rules"]), order["most_bytes"])


def _check(order: Order, payload: bytes) -> Answer:
    try:
        request = check_scrape(payload, order["version"], DiffRules(**order["rules"]))
    except ChangeTrackError as error:
        return refuse(error)
    prompt = request.item.prompt if request.item else None
    plan: JsonObject = {
        "url": request.url,
        "seconds": request.seconds,
        "goal": request.goal,
        "prompt": prompt,
    }
    return Answer(200, wire.encode({"success": True, "data": plan}))


def _compose(order: Order, payload: bytes) -> Answer:
    size = order["request_size"]
    rules = PageRules(
        diff=DiffRules(**order["rules"]),
        page_elements=order["page_elements"],
        has_model=order["has_model"],
    )
    asked = [each and Extracted(**each) for each in order.get("asked", ())]
    try:
        value = read_body(payload[:size], rules.diff)
        request = read_scrape(value, order["version"], rules.diff.limits)
        found = compose_scrape(request, Visited(**order["visited"]), payload[size:], rules, asked)
    except ChangeTrackError as error:
        return refuse(error)
    if not isinstance(found, Scraped):
        questions = [_write_question(each, order["page_chars"]) for each in found]
        envelope: JsonObject = {"success": True, "data": {"questions": questions}}
        return Answer(200, wire.encode(envelope), ASK)
    note = JUDGE if is_to_be_judged(found) else ""
    return Answer(200, wire.encode(write_scrape(found)), note)


def _write_question(question: Question | None, page_chars: int) -> JsonValue:
    if question is None:
        return None
    wanted = question.wanted
    # One more than is read, so that whoever reads it knows that something was cut.
    markdown = question.markdown[: page_chars + 1]
    return {"markdown": markdown, "schema": wanted.schema, "prompt": wanted.prompt}


def _sitemap(order: Order, payload: bytes) -> Answer:
    try:
        body = inflate(payload, order["most_bytes"])
        sitemap = read_sitemap(body, order["content_type"], order["most"])
    except ChangeTrackError as error:
        return refuse(error)
    data: JsonObject = {
        "kind": sitemap.kind,
        "urls": [each.url for each in sitemap.locations],
        "lastmods": {each.url: each.lastmod for each in sitemap.locations if each.lastmod},
        "is_whole": sitemap.is_whole,
    }
    return Answer(200, wire.encode({"success": True, "data": data}))


def _feed(order: Order, payload: bytes) -> Answer:
    place = order["content_type"], order["url"]
    try:
        feed = read_feed(payload, *place, order["page_elements"], order["most"])
    except ChangeTrackError as error:
        return refuse(error)
    entries: list[JsonValue] = [asdict(each) for each in feed.entries]
    data: JsonObject = {"title": feed.title, "entries": entries, "warnings": [*feed.warnings]}
    return Answer(200, wire.encode({"success": True, "data": data}))


JOBS: dict[str, Job] = {
    "check": _check,
    "compose": _compose,
    "diff": _diff,
    "feed": _feed,
    "operation": _operation,
    "sitemap": _sitemap,
    "split": _split,
}

# Every surface once, on a page of one word.
_SMALL = b"""{"modes": ["gitDiff", "json"], "schema": {"properties": {"a": {"pattern": "b"}}},
"previous": {"markdown": "a", "json": {"a": "b"}}, "current": {"markdown": "b", "json": {}}}"""


def warm_up() -> None:
    """Load what the first job would wait for."""
    answer_diff(_SMALL, rules_of(Settings()))
    read_page("<p>a</p>", PageJob(wants=("markdown", "html", "links")))
