"""What `changetrack monitor` understands, and the page that is `--help` of each command."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from changetrack.cli.monitor_options import PAGE_STATUSES, add_order
from changetrack.cli.parser import Parser, add_color, read_count
from changetrack.cli.scheduling import add_schedule

if TYPE_CHECKING:
    import argparse

__all__ = ["describe_monitor"]

_ABOUT = """\
Have pages watched by a server: when they are due, what changed, and who is told.

The server is one that was started with `changetrack serve --monitors`. It is named with
--server or the variable CHANGETRACK_SERVER, and a key with --key-file or the variable
CHANGETRACK_API_KEY; never as an argument, which everybody on the machine could see.
A MONITOR is its id, or its name where no other has the same."""

_EXAMPLES = """\
examples:
  changetrack monitor create https://example.com/pricing --every "30 minutes"
  changetrack monitor list
  changetrack monitor run example.com/pricing --wait
  changetrack monitor check example.com/pricing
"""


class _Action(NamedTuple):
    """One command below `monitor`."""

    about: str
    describe: Callable[[argparse.ArgumentParser], str]
    # Whether it speaks with a server; the other ones work on its files.
    is_remote: bool = True


def describe_monitor(command: argparse.ArgumentParser) -> str:
    """Add all commands below `monitor`, each carrying its own name as `action`."""
    command.epilog = _EXAMPLES
    parsers = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    server = _server_options()
    for name, action in _ACTIONS.items():
        parents = [server] if action.is_remote else []
        parser = parsers.add_parser(name, help=action.about, parents=parents)
        parser.set_defaults(action=name)
        about, _, example = action.describe(parser).partition("\nexample:\n")
        parser.description = about.strip()
        parser.epilog = f"example:\n{example}"
    return _ABOUT


def _server_options() -> Parser:
    options = Parser(add_help=False)
    group = options.add_argument_group("the server, and how it is shown")
    group.add_argument(
        "--server", metavar="URL", help="(default: $CHANGETRACK_SERVER, or http://127.0.0.1:3000)"
    )
    group.add_argument(
        "--key-file", metavar="FILE", help="holds the key (default: $CHANGETRACK_API_KEY)"
    )
    group.add_argument(
        "--timeout", metavar="SECONDS", type=read_count, default=30, help="(default: 30)"
    )
    group.add_argument("--json", action="store_true", help="the answer of the API as it is")
    add_color(group)
    return options


def _add_monitor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("monitor", metavar="MONITOR", help="its id or its name")


def _add_limit(parser: argparse.ArgumentParser, default: int) -> None:
    parser.add_argument(
        "--limit",
        metavar="N",
        type=read_count,
        default=default,
        help=f"at most so many, the newest (default: {default})",
    )


def _describe_create(parser: argparse.ArgumentParser) -> str:
    add_order(parser, is_new=True)
    return """\
Make a monitor: pages, when they are looked at, and who is told.

A page on its own is a URL; --crawl, --sitemap and --feed find their pages on each check.
With a --goal, a language model says of each change whether it matters. The secret that
webhooks are signed with is shown here, once.

example:
  changetrack monitor create https://example.com/pricing --every "30 minutes" \\
      --goal "Tell me when a price changes" --webhook https://hooks.example.com/in
  changetrack monitor create --crawl https://example.com/docs --schedule "daily at 9:00" \\
      --timezone Europe/Berlin --email me@example.com --include-diffs --check-now
  changetrack monitor create --from monitor.json"""


def _describe_update(parser: argparse.ArgumentParser) -> str:
    _add_monitor(parser)
    add_order(parser, is_new=False)
    return """\
Change a monitor; what no option speaks of stays as it is.

Pages that are named take the place of all that it had. Without any, --mode, --schema,
--prompt and --max-pages change the target that it has, if it has one only. A webhook that
is named begins anew, but for its secret; its options alone change the one that is there.

example:
  changetrack monitor update pricing --every hour --goal "Only prices matter"
  changetrack monitor update pricing --schema plans.json --no-webhook"""


def _describe_list(parser: argparse.ArgumentParser) -> str:
    _add_limit(parser, 100)
    return """\
List the monitors: what each is called, when it is due, what its last check found.

example:
  changetrack monitor list
  changetrack monitor list --json | jq -r '.data[].id'"""


def _describe_show(parser: argparse.ArgumentParser) -> str:
    _add_monitor(parser)
    return """\
Show all there is to know of a monitor.

example:
  changetrack monitor show pricing"""


def _describe_run(parser: argparse.ArgumentParser) -> str:
    _add_monitor(parser)
    parser.add_argument("--wait", action="store_true", help="until it ends, and show what changed")
    return """\
Check a monitor now, whatever its schedule says.

With --wait the exit status tells what came of it: 0 nothing changed, 1 something changed
(or was seen for the first time), 2 trouble, as a page that could not be had. Ctrl-C ends
the waiting, and not the check.

example:
  changetrack monitor run pricing --wait || echo "have a look" """


def _describe_pause(parser: argparse.ArgumentParser) -> str:
    _add_monitor(parser)
    return """\
Let a monitor rest until it is resumed; nothing of what it knows is lost.

example:
  changetrack monitor pause pricing"""


def _describe_resume(parser: argparse.ArgumentParser) -> str:
    _add_monitor(parser)
    return """\
Let a monitor that rests go on, from its next time on.

example:
  changetrack monitor resume pricing"""


def _describe_delete(parser: argparse.ArgumentParser) -> str:
    parser.add_argument("monitors", metavar="MONITOR", nargs="+", help="its id or its name")
    return """\
Delete monitors, their checks and their baselines; they cannot be brought back.

If there is no such monitor as one that is named, none is deleted.
`changetrack monitor export` keeps what they found.

example:
  changetrack monitor delete pricing careers"""


def _describe_checks(parser: argparse.ArgumentParser) -> str:
    _add_monitor(parser)
    parser.add_argument(
        "--status", metavar="STATUS", help="only those, such as failed or skipped_overlap"
    )
    _add_limit(parser, 25)
    return """\
List the checks of a monitor, the newest first: each slot of its schedule has one.

example:
  changetrack monitor checks pricing --status failed"""


def _describe_check(parser: argparse.ArgumentParser) -> str:
    _add_monitor(parser)
    parser.add_argument(
        "check", metavar="CHECK", nargs="?", help="its id (default: the newest that has ended)"
    )
    parser.add_argument(
        "--status",
        choices=PAGE_STATUSES,
        help="only pages of which this is true (default: all but same)",
    )
    return """\
Show what a check found: its pages, and the diffs of those that changed.

example:
  changetrack monitor check pricing
  changetrack monitor check pricing 019df960-5f2a-75fb-a98b-bd2d32ca67d4 --status error"""


def _describe_deliveries(parser: argparse.ArgumentParser) -> str:
    _add_monitor(parser)
    parser.add_argument(
        "--status",
        choices=("pending", "delivered", "dead", "cancelled"),
        help="only those",
    )
    _add_limit(parser, 25)
    return """\
List what was sent to webhooks and people, the newest first, and whether it arrived.

example:
  changetrack monitor deliveries pricing --status dead"""


def _describe_redeliver(parser: argparse.ArgumentParser) -> str:
    _add_monitor(parser)
    parser.add_argument("delivery", metavar="DELIVERY", nargs="?", help="its id")
    parser.add_argument("--since", metavar="TIME", help="instead: all from then on, in ISO 8601")
    parser.add_argument("--until", metavar="TIME", help="and no later ones (default: now)")
    parser.add_argument(
        "--status",
        choices=("pending", "delivered", "dead", "cancelled"),
        help="of those since a time (default: dead)",
    )
    return """\
Send something again: the same bytes under the same id.

example:
  changetrack monitor redeliver pricing 019df960-5f2a-75fb-a98b-bd2d32ca67d4
  changetrack monitor redeliver pricing --since 2026-05-30T00:00Z"""


def _describe_preview(parser: argparse.ArgumentParser) -> str:
    add_schedule(parser, is_needed=True)
    parser.add_argument(
        "--count", metavar="N", type=read_count, default=5, help="so many runs (default: 5)"
    )
    return """\
Show what a schedule means: in words, and as its next runs, in UTC and in its time zone.
Nothing is made.

example:
  changetrack monitor preview --schedule "weekdays at 9am" --timezone America/New_York"""


def _describe_export(parser: argparse.ArgumentParser) -> str:
    parser.add_argument(
        "monitor", metavar="MONITOR", nargs="?", help="its id or its name (default: all of them)"
    )
    parser.add_argument(
        "--format",
        choices=("json", "ndjson", "csv"),
        help="(default: json for one monitor, ndjson for all)",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="where to (default: standard output)"
    )
    return """\
Write down the history of a monitor, or all monitors with what they know of their pages.

Of a history, each row is a page of a check; CSV is safe to open in a spreadsheet. All
monitors are what `changetrack monitor import` reads on another server; their secrets stay.

example:
  changetrack monitor export pricing --format csv -o pricing.csv
  changetrack monitor export -o monitors.ndjson"""


def _describe_import(parser: argparse.ArgumentParser) -> str:
    parser.add_argument("file", metavar="FILE", help="what `export` wrote, or - for stdin")
    return """\
Take up all monitors that `changetrack monitor export` wrote, with what they know.

What is known already stays as it is, so that it can be done again. Webhooks get secrets of
their own, which are shown here, once.

example:
  changetrack monitor export | changetrack monitor import - --server https://other.example"""


def _describe_rotate(parser: argparse.ArgumentParser) -> str:
    _add_monitor(parser)
    parser.add_argument(
        "--revoke-old", action="store_true", help="now: somebody knows it who should not"
    )
    return """\
Draw a new secret for the signatures of a webhook, and show it, once.

For a day, what is sent carries signatures of both the old and the new one.

example:
  changetrack monitor rotate-secret pricing"""


def _describe_test(parser: argparse.ArgumentParser) -> str:
    _add_monitor(parser)
    return """\
Send a test to the webhook of a monitor.

example:
  changetrack monitor test-webhook pricing; changetrack monitor deliveries pricing --limit 1"""


def _describe_enable(parser: argparse.ArgumentParser) -> str:
    _add_monitor(parser)
    return """\
Send to a webhook again that was switched off, as one is that answered 410.

example:
  changetrack monitor enable-webhook pricing"""


def _describe_resend(parser: argparse.ArgumentParser) -> str:
    _add_monitor(parser)
    parser.add_argument("email", metavar="EMAIL", help="a recipient who is still pending")
    return """\
Ask a recipient once more whether they want mail: every quarter of an hour at most.

example:
  changetrack monitor resend-confirmation pricing me@example.com"""


def _describe_backup(parser: argparse.ArgumentParser) -> str:
    parser.add_argument("file", metavar="FILE", help="a file that is not there yet")
    parser.add_argument(
        "--database", metavar="URL", help="(default: $CHANGETRACK_DATABASE, or changetrack.db here)"
    )
    return """\
Copy the database of the monitors into a file, while the server goes on.

It works on the database itself, on the machine where it is, and asks no server.

example:
  changetrack monitor backup monitors-$(date +%F).db"""


_ACTIONS = {
    "create": _Action("make a monitor", _describe_create),
    "list": _Action("list the monitors", _describe_list),
    "show": _Action("show a monitor", _describe_show),
    "update": _Action("change a monitor", _describe_update),
    "run": _Action("check a monitor now", _describe_run),
    "pause": _Action("let a monitor rest", _describe_pause),
    "resume": _Action("let a monitor go on", _describe_resume),
    "delete": _Action("delete monitors", _describe_delete),
    "checks": _Action("list the checks of a monitor", _describe_checks),
    "check": _Action("show what a check found", _describe_check),
    "deliveries": _Action("list what was sent out", _describe_deliveries),
    "redeliver": _Action("send something again", _describe_redeliver),
    "preview": _Action("show when a schedule is due", _describe_preview),
    "export": _Action("write down a history, or all monitors", _describe_export),
    "import": _Action("take up what was written down", _describe_import),
    "rotate-secret": _Action("draw a new secret for a webhook", _describe_rotate),
    "test-webhook": _Action("send a test to a webhook", _describe_test),
    "enable-webhook": _Action("send to a webhook again", _describe_enable),
    "resend-confirmation": _Action("ask a recipient once more", _describe_resend),
    "backup": _Action("copy the database", _describe_backup, is_remote=False),
}
