"""What was given on the command line, as a body that the API takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack.cli.files import read_json
from changetrack.cli.scheduling import spell_schedule
from changetrack.errors import InvalidRequest

if TYPE_CHECKING:
    import argparse

    from changetrack._models import JsonObject, JsonValue

__all__ = ["order_monitor", "order_preview", "order_secret", "order_update", "read_body"]


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
    name = body.get("name") or _name(targets)
    if given.check_now:
        body["runNow"] = True
    return {"name": name, **body}


def order_update(given: argparse.Namespace) -> JsonObject:
    """Return the body that changes a monitor.

    Raises:
        InvalidRequest: there is nothing to change.
    """
    body = _order(given)
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


def _order(given: argparse.Namespace) -> JsonObject:
    body = {} if given.body is None else read_body(given.body)
    asked: JsonObject = {
        "name": given.name,
        "schedule": _write_schedule(given),
        "targets": _list_targets(given) or None,
        "goal": given.goal,
        "webhook": given.webhook,
        "notification": _write_mail(given),
        "retentionDays": given.retention,
        "monthlyCredits": given.budget,
    }
    return body | {name: value for name, value in asked.items() if value is not None}


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
        remedy = "name the pages as well, which take the place of those that it had"
        raise InvalidRequest("what is compared is said of pages", remedy)
    return targets


def _write_tracking(given: argparse.Namespace) -> JsonObject:
    mode = given.mode
    if mode is None and (given.schema is not None or given.prompt is not None):
        # Whoever names fields wants them tracked.
        mode = "json"
    schema = None if given.schema is None else read_json(given.schema, "utf-8-sig")
    asked: JsonObject = {"changeMode": mode, "jsonSchema": schema, "prompt": given.prompt}
    return {name: value for name, value in asked.items() if value is not None}


def _write_mail(given: argparse.Namespace) -> JsonValue:
    asked: JsonObject = {}
    if given.email:
        asked |= {"enabled": True, "recipients": [*given.email]}
    if given.include_diffs:
        asked["includeDiffs"] = True
    return {"email": asked} if asked else None


def _name(targets: JsonValue) -> str:
    """Return the first address without its scheme; the server says what is wrong with it."""
    match targets:
        case [{"urls": [str(url), *_]}, *_] | [{"url": str(url)}, *_]:
            place = url.partition("://")[2] or url
            return place.strip("/")
        case _:
            raise InvalidRequest("there is no name", "add --name")
