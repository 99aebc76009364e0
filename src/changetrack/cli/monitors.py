"""The commands below `monitor`: each asks a server one thing, and shows what it says."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from changetrack.cli import views
from changetrack.cli.client import Answer, Client, open_client, write_path
from changetrack.cli.files import print_bytes, print_text, warn, write_line
from changetrack.cli.following import follow_check, print_check
from changetrack.cli.ordering import (
    order_monitor,
    order_preview,
    order_secret,
    order_update,
    wants_target,
)
from changetrack.cli.showing import SAME, wants_color
from changetrack.cli.tables import Sheet
from changetrack.cli.transfers import fetch_export, send_import
from changetrack.errors import InvalidRequest
from changetrack.monitor.ids import is_id

if TYPE_CHECKING:
    import argparse

    from changetrack._models import JsonObject

__all__ = ["run_monitor"]

# The most that the API gives at once.
_PORTION = 100


def run_monitor(given: argparse.Namespace) -> int:
    """Run the command that was asked for and return the exit status.

    Raises:
        ServerTrouble: the server cannot be reached, or refuses.
        ChangeTrackError: what was given makes no sense.
        OSError: a file cannot be used.
    """
    return _COMMANDS[given.action](given, open_client(given))


def _create(given: argparse.Namespace, client: Client) -> int:
    answer = client.ask("POST", write_path(), body=order_monitor(given))
    return _show_made(given, answer)


def _show_made(given: argparse.Namespace, answer: Answer) -> int:
    for warning in answer.warnings:
        warn(warning)
    _show_monitor(given, answer)
    return SAME if given.json else _print_secret(given, answer)


def _update(given: argparse.Namespace, client: Client) -> int:
    path = write_path(_find_monitor(given, client))
    targets = client.ask("GET", path).row.get("targets") if wants_target(given) else None
    return _show_made(given, client.ask("PATCH", path, body=order_update(given, targets)))


def _list(given: argparse.Namespace, client: Client) -> int:
    return _print_list(given, client, write_path(), views.list_monitors)


def _show(given: argparse.Namespace, client: Client) -> int:
    return _show_monitor(given, client.ask("GET", write_path(_find_monitor(given, client))))


def _show_monitor(given: argparse.Namespace, answer: Answer) -> int:
    if given.json:
        return _print_answer(answer)
    sheet = _sheet(given)
    views.show_monitor(sheet, answer.row)
    return _print(sheet)


def _run(given: argparse.Namespace, client: Client) -> int:
    monitor = _find_monitor(given, client)
    answer = client.ask("POST", write_path(monitor, "run"), body={})
    check = str(answer.row.get("id"))
    if given.wait:
        return follow_check(given, client, monitor, check)
    if given.json:
        return _print_answer(answer)
    print_text(f"check {check} has begun; see it with:\n")
    print_text(f"  changetrack monitor check {monitor} {check}\n")
    return SAME


def _pause(given: argparse.Namespace, client: Client) -> int:
    return _turn(given, client, "pause", "rests")


def _resume(given: argparse.Namespace, client: Client) -> int:
    return _turn(given, client, "resume", "goes on")


def _turn(given: argparse.Namespace, client: Client, verb: str, words: str) -> int:
    answer = client.ask("POST", write_path(_find_monitor(given, client), verb), body={})
    if given.json:
        return _print_answer(answer)
    sheet = _sheet(given)
    when = sheet.word(views.spell_due(answer.row))
    sheet.add(f"{sheet.word(str(answer.row.get('name')))} {words}{when}")
    return _print(sheet)


def _delete(given: argparse.Namespace, client: Client) -> int:
    # All of them are found before the first one is gone; a name that is given twice is one.
    found = {_name_monitor(client, name): name for name in given.monitors}
    for monitor, name in found.items():
        if is_id(name.lower()):
            client.ask("GET", write_path(monitor))
    for monitor, name in found.items():
        answer = client.ask("DELETE", write_path(monitor))
        if given.json:
            _print_answer(answer)
            continue
        sheet = _sheet(given)
        sheet.add(f"{sheet.word(name)} is deleted")
        _print(sheet)
    return SAME


def _checks(given: argparse.Namespace, client: Client) -> int:
    path = write_path(_find_monitor(given, client), "checks")
    return _print_list(given, client, path, views.list_checks, status=given.status)


def _check(given: argparse.Namespace, client: Client) -> int:
    monitor = _find_monitor(given, client)
    check = given.check or _find_newest(client, monitor)
    print_check(given, client, monitor, check, status=given.status)
    return SAME


def _find_newest(client: Client, monitor: str) -> str:
    checks = client.ask("GET", write_path(monitor, "checks"), query={"limit": _PORTION}).rows
    ended = (each for each in checks if each.get("status") in {"completed", "partial", "failed"})
    newest = next(ended, None)
    if newest is None:
        remedy = "begin one with `changetrack monitor run`"
        raise InvalidRequest("no check of this monitor has ended yet", remedy)
    return str(newest["id"])


def _deliveries(given: argparse.Namespace, client: Client) -> int:
    path = write_path(_find_monitor(given, client), "deliveries")
    return _print_list(given, client, path, views.list_deliveries, status=given.status)


def _redeliver(given: argparse.Namespace, client: Client) -> int:
    monitor = _find_monitor(given, client)
    if (given.delivery is None) == (given.since is None):
        remedy = "name one delivery, or a time with --since"
        raise InvalidRequest("nobody knows what to send again", remedy)
    if given.delivery is not None:
        path = write_path(monitor, "deliveries", given.delivery, "redeliver")
        answer = client.ask("POST", path, body={})
        words = "it is sent again"
    else:
        asked = {"since": given.since, "until": given.until, "status": given.status}
        body: JsonObject = {name: value for name, value in asked.items() if value is not None}
        answer = client.ask("POST", write_path(monitor, "deliveries", "redeliver"), body=body)
        words = f"{_count(answer, 'redelivered'):,} are sent again"
    if given.json:
        return _print_answer(answer)
    print_text(f"{words}; see `changetrack monitor deliveries`\n")
    return SAME


def _preview(given: argparse.Namespace, client: Client) -> int:
    answer = client.ask("POST", write_path("preview"), body=order_preview(given))
    if given.json:
        return _print_answer(answer)
    sheet = _sheet(given)
    views.add_preview(sheet, answer.row)
    return _print(sheet)


def _export(given: argparse.Namespace, client: Client) -> int:
    monitor = None if given.monitor is None else _find_monitor(given, client)
    fetch_export(client, monitor, given.format, given.output)
    return SAME


def _import(given: argparse.Namespace, client: Client) -> int:
    imported = known = 0
    for answer in send_import(client, given.file):
        if given.json:
            _print_answer(answer)
        imported += _count(answer, "imported")
        known += _count(answer, "known")
        records = answer.row.get("records")
        for record in records if isinstance(records, list) else []:
            if isinstance(record, dict):
                _show_import(given, record)
    write_line(f"changetrack: {imported:,} records are new, {known:,} were known")
    return SAME


def _count(answer: Answer, name: str) -> int:
    value = answer.row.get(name)
    return value if isinstance(value, int) else 0


def _show_import(given: argparse.Namespace, record: JsonObject) -> None:
    monitor, secret = views.name_import(record), views.find_secret(record)
    warnings = record.get("warnings")
    for warning in warnings if isinstance(warnings, list) else []:
        warn(f"{monitor}: {warning}")
    if secret is not None and not given.json:
        print_text(f"webhooks of {monitor} are signed with {secret}\n")


def _rotate(given: argparse.Namespace, client: Client) -> int:
    path = write_path(_find_monitor(given, client), "webhook", "rotate")
    answer = client.ask("POST", path, body=order_secret(given))
    return _print_answer(answer) if given.json else _print_secret(given, answer)


def _test(given: argparse.Namespace, client: Client) -> int:
    path = write_path(_find_monitor(given, client), "webhook", "test")
    answer = client.ask("POST", path, body={})
    if given.json:
        return _print_answer(answer)
    print_text("a test is on its way; see `changetrack monitor deliveries`\n")
    return SAME


def _enable(given: argparse.Namespace, client: Client) -> int:
    path = write_path(_find_monitor(given, client), "webhook", "enable")
    answer = client.ask("POST", path, body={})
    if given.json:
        return _print_answer(answer)
    print_text("the webhook is sent to again\n")
    return SAME


def _resend(given: argparse.Namespace, client: Client) -> int:
    path = write_path(_find_monitor(given, client), "recipients", "resend")
    answer = client.ask("POST", path, body={"email": given.email})
    if given.json:
        return _print_answer(answer)
    sheet = _sheet(given)
    sheet.add(f"{sheet.word(given.email)} is asked once more; see `changetrack monitor deliveries`")
    return _print(sheet)


def _find_monitor(given: argparse.Namespace, client: Client) -> str:
    return _name_monitor(client, given.monitor)


def _name_monitor(client: Client, name: str) -> str:
    """Return the id of the monitor that is meant: by its id, or by its name.

    Raises:
        InvalidRequest: none has the name, or several have.
    """
    if is_id(name.lower()):
        return name.lower()
    found = [each for each in _walk(client, write_path()) if each.get("name") == name]
    if not found:
        raise InvalidRequest(f"no monitor is called {name!r}", "see `changetrack monitor list`")
    if len(found) > 1:
        ids = ", ".join(str(each.get("id")) for each in found)
        raise InvalidRequest(f"{len(found)} monitors are called {name!r}", f"name one of {ids}")
    return str(found[0]["id"])


def _walk(client: Client, path: str) -> Iterator[JsonObject]:
    part: Answer | None = client.ask("GET", path, query={"limit": _PORTION})
    while part is not None:
        yield from part.rows
        part = client.follow(part)


def _print_list(
    given: argparse.Namespace,
    client: Client,
    path: str,
    show: Callable[[Sheet, list[JsonObject]], None],
    *,
    status: str | None = None,
) -> int:
    """Print a list up to its limit; as JSON, each part of it is a line."""
    query = {"limit": min(given.limit, _PORTION), "status": status}
    first = client.ask("GET", path, query=query)
    part: Answer | None = first
    rows: list[JsonObject] = []
    has_more = False
    while part is not None:
        rows += part.rows
        if given.json:
            _print_answer(part)
        has_more = part.next is not None or len(rows) > given.limit
        part = client.follow(part) if len(rows) < given.limit else None
    if given.json:
        return SAME
    if not rows:
        write_line("changetrack: there are none")
        return SAME
    sheet = _sheet(given)
    show(sheet, rows[: given.limit])
    _print(sheet)
    if has_more:
        # Beside the table, so that a program that counts its lines is right.
        total = first.body.get("total")
        left = f"{total - given.limit:,} more" if isinstance(total, int) else "there are more"
        write_line(f"changetrack: … {left}; --limit {total or 'N'} shows them")
    return SAME


def _print_secret(given: argparse.Namespace, answer: Answer) -> int:
    secret = views.find_secret(answer.row)
    if secret is not None:
        sheet = _sheet(given)
        sheet.add(f"webhooks are signed with {sheet.title(secret)}")
        _print(sheet)
        write_line("changetrack: keep this secret now: it is not shown again")
    return SAME


def _print_answer(answer: Answer) -> int:
    print_bytes(answer.line)
    return SAME


def _sheet(given: argparse.Namespace) -> Sheet:
    return Sheet(is_painted=wants_color(given.color))


def _print(sheet: Sheet) -> int:
    print_text(sheet.text, is_painted=sheet.is_painted)
    sys.stdout.flush()
    return SAME


_COMMANDS: dict[str, Callable[[argparse.Namespace, Client], int]] = {
    "create": _create,
    "list": _list,
    "show": _show,
    "update": _update,
    "run": _run,
    "pause": _pause,
    "resume": _resume,
    "delete": _delete,
    "checks": _checks,
    "check": _check,
    "deliveries": _deliveries,
    "redeliver": _redeliver,
    "preview": _preview,
    "export": _export,
    "import": _import,
    "rotate-secret": _rotate,
    "test-webhook": _test,
    "enable-webhook": _enable,
    "resend-confirmation": _resend,
}
