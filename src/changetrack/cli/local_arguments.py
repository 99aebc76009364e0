"""What is understood by the commands that need the server's own packages on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack.cli.monitor_options import add_tracking
from changetrack.cli.parser import add_color, read_count
from changetrack.cli.scheduling import add_schedule

if TYPE_CHECKING:
    import argparse

__all__ = ["describe_key", "describe_serve", "describe_watch", "describe_worker"]

_DATABASE = (
    "sqlite:///file.db, sqlite:////path/to/file.db or postgresql://…"
    " (default: $CHANGETRACK_DATABASE, or changetrack.db in this folder)"
)


def describe_serve(command: argparse.ArgumentParser) -> str:
    """Add the options of `serve`."""
    command.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    command.add_argument("--port", type=int, help="port to listen on; 0: any (default: 3000)")
    command.add_argument(
        "--workers", type=int, default=1, metavar="N", help="processes that answer (default: 1)"
    )
    command.add_argument(
        "--api-keys-file", metavar="FILE", help="keys of clients, one a line, or sha256:<hex>"
    )
    command.add_argument(
        "--insecure-no-auth",
        action="store_true",
        default=None,
        help="let anybody who reaches the address use it, without a key",
    )
    command.add_argument(
        "--monitors",
        action="store_true",
        default=None,
        help="keep monitors as well: /v1/monitor, /v2/monitor, and what they are due for",
    )
    command.add_argument("--database", metavar="URL", help=f"of the monitors: {_DATABASE}")
    command.add_argument(
        "--log-level", choices=("debug", "info", "warning", "error"), help="(default: info)"
    )
    command.epilog = """\
example:
  changetrack serve --monitors --database sqlite:////var/lib/changetrack/monitors.db
"""
    return """\
Answer the change-tracking API over HTTP, until stopped with Ctrl-C or SIGTERM.

  POST /v1/change-tracking/diff   compare pages that you send
  POST /v1/scrape, /v2/scrape     fetch a page and compare it with your snapshot
  GET  /docs                      the documentation of the server that answers it

It needs `pip install "changetrack[server]"`, and "changetrack[monitor]" for --monitors.
Every setting is a variable of the environment as well, such as CHANGETRACK_PORT; an option
stands above it. docs/reference/settings.md lists them all. Beyond this machine, a key is
needed."""


def describe_watch(command: argparse.ArgumentParser) -> str:
    """Add the options of `watch`."""
    command.add_argument("urls", metavar="URL", nargs="+", help="a page")
    add_tracking(command)
    add_schedule(command, is_needed=False)
    group = command.add_argument_group("how it is watched and shown")
    group.add_argument("--once", action="store_true", help="look once, and end")
    group.add_argument(
        "--state", metavar="FILE", help="where the pages are kept, so that a later watch goes on"
    )
    group.add_argument("--json", action="store_true", help="each look as a line of JSON")
    add_color(group)
    command.epilog = """\
examples:
  changetrack watch https://example.com/pricing --every "30 minutes"
  changetrack watch https://example.com/a https://example.com/b --every hour --state pages.json
  changetrack watch https://example.com/ --once --state home.json > new.diff || cat new.diff

exit status: 0 nothing changed, 1 something changed, 2 trouble. With --once, a page that is
seen for the first time counts as changed, and one that could not be had is trouble.
"""
    return """\
Watch pages from this terminal, without a server, until stopped with Ctrl-C.

Each page is fetched when it is due, as the server would do it, and compared with its last
good version; one that cannot be had or looks blocked never takes the place of that. Times
are shown in --timezone. The shortest time between two looks is a minute, the default half
an hour. It needs `pip install "changetrack[monitor]"`, and the settings of the server hold
here as well, such as CHANGETRACK_ALLOWED_NETWORKS for pages in private networks."""


def describe_key(command: argparse.ArgumentParser) -> str:
    """Add the commands below `key`, each carrying its own name as `action`."""
    command.epilog = """\
example:
  changetrack key create --name laptop --scope read
"""
    parsers = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, (about, describe) in {
        "create": ("make a key, and show it once", _describe_key_create),
        "list": ("list the keys", _describe_key_list),
        "revoke": ("take a key back", _describe_key_revoke),
    }.items():
        parser = parsers.add_parser(name, help=about)
        parser.set_defaults(action=name)
        parser.add_argument("--database", metavar="URL", help=_DATABASE)
        add_color(parser)
        parser.description = describe(parser)
    return """\
Make and take back the keys of a server's clients.

They are kept in the database of the monitors as hashes; this works on the database itself,
on a machine that reaches it. A server that runs knows of a change within a second."""


def _describe_key_create(parser: argparse.ArgumentParser) -> str:
    parser.add_argument("--name", required=True, help="what it is for, to tell it from others")
    parser.add_argument(
        "--scope",
        metavar="SCOPES",
        default="read,write,run",
        help="what it may do: read, write, run (default: all of them)",
    )
    parser.add_argument("--owner", default="local", help="whose monitors it sees (default: local)")
    parser.add_argument(
        "--per-minute", metavar="N", type=read_count, help="requests (default: as the server says)"
    )
    parser.epilog = """\
example:
  changetrack key create --name dashboard --scope read --per-minute 60 > key.txt
"""
    return """\
Make a key, and show it: this once, since only its hash is kept.

The key alone goes to standard output. Keys of one owner see the same monitors, and nobody
sees those of another."""


def _describe_key_list(parser: argparse.ArgumentParser) -> str:
    parser.epilog = "example:\n  changetrack key list\n"
    return "List the keys: their first letters, and what they may do."


def _describe_key_revoke(parser: argparse.ArgumentParser) -> str:
    parser.add_argument("key", metavar="KEY", help="its id, its name, or its first letters")
    parser.epilog = "example:\n  changetrack key revoke dashboard\n"
    return "Take a key back: from now on, it opens nothing."


def describe_worker(command: argparse.ArgumentParser) -> str:
    """Add the options of `worker`."""
    command.add_argument("--database", metavar="URL", help="postgresql://…")
    command.add_argument(
        "--log-level", choices=("debug", "info", "warning", "error"), help="(default: info)"
    )
    command.epilog = """\
example:
  CHANGETRACK_DATABASE=postgresql://changes@db/changes changetrack worker
"""
    return """\
Do the checks of monitors that a PostgreSQL database holds, until stopped.

As many of them as you like work on one database, on as many machines; what one leaves
undone, another takes over. It needs `pip install "changetrack[postgres]"`."""
