"""Orders that are wrong, and what is said of each; a text that ends in a blank or ; goes on."""

from __future__ import annotations

from typing import Any

from changetrack import JsonObject, JsonValue
from tests.monitor.dialects.bodies import SMALL, TARGET_ID, with_target

MANY = [f"https://example.com/{number}" for number in range(51)]


def _sent(**changes: Any) -> JsonObject:  # noqa: ANN401 - any JSON
    return {name: each for name, each in {**SMALL, **changes}.items() if each != ...}


def with_hook(**changes: Any) -> JsonObject:  # noqa: ANN401 - any JSON
    """Return the smallest order with a webhook that has something about it."""
    return {**SMALL, "webhook": {"url": "https://example.com/", **changes}}


def _crawl(**changes: Any) -> JsonObject:  # noqa: ANN401 - any JSON
    options: JsonObject = changes
    target: JsonObject = {
        "type": "crawl",
        "url": "https://example.com/",
        "crawlOptions": options,
    }
    return {**SMALL, "targets": [target]}


REFUSALS: dict[str, tuple[JsonValue, str]] = {
    "no object": ([], "expected an object, got an array; send a JSON object"),
    "no name": (_sent(name=...), "name: there is no name; send one"),
    "an empty name": (
        _sent(name="  "),
        (
            "name: the name has 0 characters, from 1 to 256 are allowed; send one that tells it"
            " from others"
        ),
    ),
    "a long name": (
        _sent(name="x" * 257),
        (
            "name: the name has 257 characters, from 1 to 256 are allowed; send one that tells it"
            " from others"
        ),
    ),
    "a name that is none": (
        _sent(name=5),
        "name: expected a string, got a number; correct or leave out the field",
    ),
    "no schedule": (_sent(schedule=...), "schedule: there is no schedule; send one"),
    "an empty schedule": (
        _sent(schedule={}),
        'schedule: there is neither cron nor text; send one, such as {"text": "every 30 minutes"}',
    ),
    "a time zone alone": (
        _sent(schedule={"timezone": "UTC"}),
        'schedule: there is neither cron nor text; send one, such as {"text": "every 30 minutes"}',
    ),
    "two schedules": (
        _sent(schedule={"cron": "0 9 * * *", "text": "daily at 10am"}),
        "schedule: both cron and text are given, and the text means 0 10 * * *; send one of them",
    ),
    "a schedule that is too often": (
        _sent(schedule={"cron": "*/5 * * * *"}),
        (
            "schedule.cron: runs would be 5 minutes apart, at least 15 minutes are required;"
            " use '*/15 * * * *'"
        ),
    ),
    "a time zone that is none": (
        _sent(schedule={"cron": "0 9 * * *", "timezone": "Mars/Olympus"}),
        "schedule.timezone: ",
    ),
    "no targets": (
        _sent(targets=[]),
        "targets: there are 0 targets, from 1 to 50 are allowed; send what is to be looked at",
    ),
    "too many targets": (
        _sent(targets=[{"type": "scrape", "urls": ["https://example.com/"]}] * 51),
        "targets: there are 51 targets, from 1 to 50 are allowed; send what is to be looked at",
    ),
    "a target that is none": (
        _sent(targets=["https://example.com/"]),
        "targets[0]: expected an object, got a string; send a JSON object",
    ),
    "a type that is none": (
        with_target(type="page"),
        "targets[0].type: there is no type 'page'; use scrape, crawl, sitemap, feed",
    ),
    "a search": (
        with_target(type="search", urls=..., queries=["x"]),
        (
            "targets[0].type: targets of the type search are not supported: no search engine is"
            " asked here; watch a page of results as a scrape"
        ),
    ),
    "no URL": (with_target(urls=[]), "targets[0].urls: there is no URL; send the pages"),
    "no URLs at all": (
        with_target(urls=...),
        "targets[0].url: expected at least one URL, got null; send the pages",
    ),
    "a URL that is none": (
        with_target(urls=["https://example.com/", "https://example.com/a", "example.com"]),
        "targets[0].urls[2]: 'example.com' is no absolute http URL; begin it with https://",
    ),
    "a URL that is no string": (
        with_target(urls=[None]),
        "targets[0].urls[0]: expected a string, got null; send an absolute http URL",
    ),
    "too many URLs": (
        _sent(
            targets=[
                {"type": "scrape", "urls": MANY[:30]},
                {"type": "scrape", "urls": MANY[25:]},
            ]
        ),
        (
            "targets: there are 51 URLs, at most 50 are allowed in all scrapes together; make a"
            " second monitor"
        ),
    ),
    "an id that is none": (
        with_target(id="mine"),
        "targets[0].id: this is no UUID; leave it out for one of ours",
    ),
    "an id that is taken": (
        _sent(targets=[{"urls": MANY[:1], "id": TARGET_ID}] * 2),
        "targets[1].id: another target has this id; leave it out for one of ours",
    ),
    "a change mode that is none": (
        with_target(changeMode="html"),
        "targets[0].changeMode: there is no change mode 'html'; use markdown, json or mixed",
    ),
    "two modes that disagree": (
        with_target(changeMode="json", changeTracking={"modes": ["git-diff"]}),
        (
            "targets[0].changeMode: changeMode is json, but change tracking has the modes gitDiff;"
            " leave one of them out"
        ),
    ),
    "fields of nothing": (
        with_target(changeMode="json"),
        "targets[0]: JSON needs to know what to look for; add a schema or a prompt",
    ),
    "fields of nothing in a format": (
        with_target(scrapeOptions={"formats": [{"type": "changeTracking", "modes": ["json"]}]}),
        (
            "targets[0].scrapeOptions.formats[0]: JSON needs to know what to look for; add a schema"
            " or a prompt"
        ),
    ),
    "a mode that is none": (
        with_target(
            scrapeOptions={"formats": ["markdown", {"type": "changeTracking", "modes": ["ast"]}]}
        ),
        (
            "targets[0].scrapeOptions.formats[1].modes[0]: there is no mode 'ast'; use git-diff,"
            " json or both"
        ),
    ),
    "a format without a type": (
        with_target(scrapeOptions={"formats": [{}]}),
        "targets[0].scrapeOptions.formats[0]: the format does not say what it is; add a type",
    ),
    "change tracking twice": (
        with_target(
            scrapeOptions={
                "formats": [
                    {"type": "changeTracking", "modes": ["git-diff"]},
                    {"type": "change_tracking", "modes": ["json"], "prompt": "p"},
                ]
            }
        ),
        (
            "targets[0].scrapeOptions.formats[1]: change tracking is asked for twice; put all its"
            " modes into one entry"
        ),
    ),
    "a schema that is none": (
        with_target(changeMode="json", jsonSchema={"properties": {"a": {"type": "money"}}}),
        "targets[0].jsonSchema.properties.a.type: must be one or a list of ",
    ),
    "a schema of a format that is none": (
        with_target(
            scrapeOptions={
                "formats": [{"type": "changeTracking", "modes": ["json"], "schema": {"type": 5}}]
            }
        ),
        "targets[0].scrapeOptions.formats[0].schema.type: must be ",
    ),
    "an option of the library that is wrong": (
        with_target(changeTracking={"context": -1}),
        "targets[0].changeTracking.context: expected a whole number from 0 to 1,000,000, got -1;",
    ),
    "a time that is none": (
        with_target(scrapeOptions={"timeout": 0}),
        (
            "targets[0].scrapeOptions.timeout: expected a number of milliseconds above zero; leave"
            " it out"
        ),
    ),
    "a crawl without a URL": (
        with_target(type="crawl", urls=...),
        "targets[0].url: there is no URL; send url, the address to begin at",
    ),
    "a crawl of nothing": (
        _crawl(limit=0),
        (
            "targets[0].crawlOptions.limit: expected a whole number from 1 to 10,000, got 0;"
            " correct or leave out the field"
        ),
    ),
    "a crawl by half": (
        _crawl(maxDepth=1.5),
        "targets[0].crawlOptions.maxDepth: expected a whole number from 0 to 1,000, got 1.5;",
    ),
    "a pattern that could explode": (
        _crawl(includePaths=["^/docs", r"(a)\1"]),
        "targets[0].crawlOptions.includePaths[1]: ",
    ),
    "a use of a sitemap that is none": (
        _crawl(sitemap="maybe"),
        (
            "targets[0].crawlOptions.sitemap: there is no use 'maybe' of a sitemap; use include,"
            " skip or only"
        ),
    ),
    "a long goal": (
        _sent(goal="é" * 1025),
        (
            "goal: the goal has 2,050 bytes, at most 2,048 are allowed; say what matters in fewer"
            " words"
        ),
    ),
    "a flag that is none": (
        _sent(judgeEnabled="yes"),
        "judgeEnabled: expected true or false, got a string; correct or leave out the field",
    ),
    "no time at all": (
        _sent(retentionDays=0),
        (
            "retentionDays: expected a whole number from 1 to 365, got 0; correct or leave out the"
            " field"
        ),
    ),
    "for ever": (
        _sent(retentionDays=10**30),
        (
            "retentionDays: expected a whole number from 1 to 365, got a number; correct or leave"
            " out the field"
        ),
    ),
    "a budget that is none": (
        _sent(monthlyCredits="many"),
        (
            "monthlyCredits: expected a whole number from 0 to 1,000,000,000, got a string;"
            " correct or leave out the field"
        ),
    ),
    "a status that nobody sets": (
        _sent(status="deleted"),
        "status: there is no status 'deleted' that could be set; use active or paused",
    ),
    "a webhook without a URL": (
        _sent(webhook={"events": ["monitor.page"]}),
        "webhook.url: there is no URL; send the url of a receiver",
    ),
    "a webhook over http": (
        with_hook(url="http://example.com/"),
        (
            "webhook.url: the URL is not https; use https; plain http is for hosts inside"
            " CHANGETRACK_ALLOWED_NETWORKS"
        ),
    ),
    "an event that is none": (
        with_hook(events=["monitor.page", "page"]),
        (
            "webhook.events[1]: there is none such as 'page'; use monitor.page,"
            " monitor.check.completed"
        ),
    ),
    "no events": (
        with_hook(events=[]),
        (
            "webhook.events: the list is empty, so nothing would ever be told; leave it out for all"
            " of them"
        ),
    ),
    "recipients that are too many": (
        _sent(notification={"emails": [f"{number}@example.com" for number in range(26)]}),
        "notification.emails: more than 25 addresses; send to a list of yours instead",
    ),
    "an address that is none": (
        _sent(notification={"email": {"recipients": ["a@example.com", "b@example.com\nBcc: c"]}}),
        "notification.email.recipients[1]: this is not one plain address;",
    ),
    "a channel that is none": (
        _sent(notification={"channels": ["file:///etc/passwd"]}),
        "notification.channels[0]: file:// is no service that notifications may go to;",
    ),
    "a channel as we show it": (
        _sent(notification={"channels": ["slack://…"]}),
        (
            "notification.channels[0]: this is what we show in place of the secret; leave channels"
            " out to keep them"
        ),
    ),
}
