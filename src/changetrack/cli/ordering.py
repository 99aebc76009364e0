"""What was given on the command line, as a body that the API takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack.cli.files import read_json
from changetrack.cli.scheduling import spell_schedule
from changetrack.errors import InvalidRequest

if TYPE_CHECKING:
    import argparse

    from changetrack._models import JsonObject, JsonValue

__all__ = [
    "order_monitor",
    "order_preview",
    "order_secret",
    "order_update",
    "read_body",
    "wants_target",
]

# What may be said of a webhook that is there already, or in a file.
_OF_WEBHOOK = "--webhook-header, --webhook-status and --only-meaningful"


def order_monitor(given: argparse.Namespace) -> JsonObject:
    """Return the body that makes a monitor.

    Raises:
        InvalidRequest: something is missing that nobody can guess.
    """
    body = _order(given)
    targets = body.get("targets")
    if not targets:
        raise InvalidRequest("there is nothing to look at", "name a page, a --crawl or a --feed")
    if "schedule" not in body:
        raise InvalidRequest("nobody knows when", 'add --every "30 minutes", or another schedule')
    webhook = body.get("webhook")
    if isinstance(webhook, dict) and "url" not in webhook:
        raise InvalidRequest(f"{_OF_WEBHOOK} are of a webhook", "add --webhook URL")
    name = body.get("name") or _name(targets)
    if given.check_now:
        body["runNow"] = True
    return {"name": name, **body}


def wants_target(given: argparse.Namespace) -> bool:
    """Tell whether something is said of pages that are not named: those that are there."""
    places = (given.page, given.crawl, given.sitemap, given.feed)
    tracking = (given.mode, given.schema, given.prompt, given.max_pages)
    return not any(places) and any(each is not None for each in tracking)


def order_update(given: argparse.Namespace, targets: JsonValue = None) -> JsonObject:
    """Return the body that changes a monitor; `targets` are those that it has, where it matters.

    Raises:
        InvalidRequest: there is nothing to change, or nobody knows of which pages.
    """
    changed = _change_target(given, targets) if wants_target(given) else None
    body = _order(given, changed)
    if not body:
        raise InvalidRequest("there is nothing to change", "see the options with --help")
    return body


def order_preview(given: argparse.Namespace) -> JsonObject:
    """Return the body that tries a schedule."""
    return {"schedule": _write_schedule(given), "count": given.count}


def order_secret(given: argparse.Namespace) -> JsonObject:
    """Return the body that asks for a new secret."""
    return {"revokeOld": True} if given.revoke_old else {}


def read_body(name: str) -> JsonObject:
    """Return the JSON object in a file.

    Raises:
        InvalidRequest: it holds none; the error names the file.
    """
    body = read_json(name, "utf-8-sig")
    if not isinstance(body, dict):
        raise InvalidRequest("this is no JSON object", "write one as the API takes it", name)
    return body


def _order(given: argparse.Namespace, targets: list[JsonValue] | None = None) -> JsonObject:
    body = {} if given.body is None else read_body(given.body)
    asked: JsonObject = {
        "name": given.name,
        "schedule": _write_schedule(given),
        "targets": targets or _list_targets(given) or None,
        "goal": given.goal,
        "webhook": _write_webhook(given, body.get("webhook")),
        "notification": _write_notification(given, body.get("notification")),
        "retentionDays": given.retention,
        "monthlyCredits": given.budget,
        "removalChecks": given.removal_checks,
    }
    named = {name: value for name, value in asked.items() if value is not None}
    cleared: list[str] = getattr(given, "cleared", [])
    for name in cleared:
        if name in named:
            raise InvalidRequest(f"{name} is both set and taken away", "leave one of them out")
    return body | named | dict.fromkeys(cleared)


def _write_schedule(given: argparse.Namespace) -> JsonValue:
    asked: JsonObject = {
        "text": spell_schedule(given),
        "cron": given.cron,
        "timezone": given.timezone,
    }
    return {name: value for name, value in asked.items() if value is not None} or None


def _list_targets(given: argparse.Namespace) -> list[JsonValue]:
    pages = [*getattr(given, "urls", []), *given.page]
    tracking = _write_tracking(given)
    targets: list[JsonValue] = [{"type": "scrape", "urls": pages, **tracking}] if pages else []
    for kind in ("crawl", "sitemap", "feed"):
        roots: list[str] = getattr(given, kind)
        bound: JsonObject = {} if given.max_pages is None else {"maxPages": given.max_pages}
        targets += ({"type": kind, "url": url, **bound, **tracking} for url in roots)
    if not targets and tracking:
        raise InvalidRequest("what is compared is said of pages", "name them with --page URL")
    if given.max_pages is not None and all(_is_scrape(each) for each in targets):
        raise InvalidRequest(
            "--max-pages is of a crawl, a sitemap or a feed", "leave it out, or name one of them"
        )
    return targets


def _is_scrape(target: JsonValue) -> bool:
    return isinstance(target, dict) and target.get("type") == "scrape"


def _change_target(given: argparse.Namespace, targets: JsonValue) -> list[JsonValue]:
    """Return the only target of a monitor with what is said of it anew."""
    if not isinstance(targets, list) or len(targets) != 1:
        raise InvalidRequest(
            "the monitor has several targets, and nobody knows which is meant",
            "repeat the pages with --page URL; what is named takes the place of all it had",
        )
    target = {**_as_object(targets[0])}
    if given.max_pages is not None:
        if _is_scrape(target):
            remedy = "leave it out: the pages of this monitor are named one by one"
            raise InvalidRequest("--max-pages is of a crawl, a sitemap or a feed", remedy)
        target["maxPages"] = given.max_pages
    tracking = _write_tracking(given)
    if given.mode is None and target.get("changeMode") == "mixed":
        # Fields are tracked already, and the text with them.
        tracking.pop("changeMode", None)
    if given.mode == "markdown":
        target = {
            name: value for name, value in target.items() if name not in {"jsonSchema", "prompt"}
        }
    return [target | tracking]


def _write_tracking(given: argparse.Namespace) -> JsonObject:
    mode = given.mode
    if mode is None and (given.schema is not None or given.prompt is not None):
        # Whoever names fields wants them tracked.
        mode = "json"
    schema = None if given.schema is None else read_json(given.schema, "utf-8-sig")
    asked: JsonObject = {"changeMode": mode, "jsonSchema": schema, "prompt": given.prompt}
    return {name: value for name, value in asked.items() if value is not None}


def _write_webhook(given: argparse.Namespace, before: JsonValue) -> JsonValue:
    """Return what is said of a webhook, above what a file says of it."""
    asked: JsonObject = {}
    if given.webhook is not None:
        asked["url"] = given.webhook
    if given.webhook_header:
        asked["headers"] = dict(map(_read_header, given.webhook_header))
    if given.webhook_status:
        asked["statuses"] = [*given.webhook_status]
    if given.only_meaningful is not None:
        asked["onlyMeaningful"] = given.only_meaningful
    if not asked:
        return None
    below: JsonObject = {"url": before} if isinstance(before, str) else _as_object(before)
    return below | asked


def _read_header(text: str) -> tuple[str, JsonValue]:
    name, colon, value = text.partition(":")
    if not (colon and name.strip()):
        # Not shown: what stands in it may be a secret.
        raise InvalidRequest("this is no header", 'write "Name: value"', "--webhook-header")
    return name.strip(), value.strip()


def _write_notification(given: argparse.Namespace, before: JsonValue) -> JsonValue:
    """Return who is told in words, above what a file says of it."""
    below = _as_object(before)
    email: JsonObject = {}
    if given.email:
        email |= {"enabled": True, "recipients": [*given.email]}
    if given.include_diffs is not None:
        email["includeDiffs"] = given.include_diffs
    asked: JsonObject = {}
    if email:
        asked["email"] = _as_object(below.get("email")) | email
    if given.channel:
        asked["channels"] = [*given.channel]
    return below | asked if asked else None


def _as_object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _name(targets: JsonValue) -> str:
    """Return the first address without its scheme; the server says what is wrong with it."""
    match targets:
        case [{"urls": [str(url), *_]}, *_] | [{"url": str(url)}, *_]:
            place = url.partition("://")[2] or url
            return place.strip("/")
        case _:
            raise InvalidRequest("there is no name", "add --name")
