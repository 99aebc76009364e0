"""The options that say what a monitor is: its pages, its times, and who is told."""

from __future__ import annotations

import argparse

from changetrack.cli.parser import read_count, read_whole
from changetrack.cli.scheduling import add_schedule

__all__ = ["PAGE_STATUSES", "add_order", "add_tracking"]

# Spelled here, since whoever compares two files need not load what monitors are.
PAGE_STATUSES = ("same", "new", "changed", "removed", "error")


def add_order(parser: argparse.ArgumentParser, *, is_new: bool) -> None:
    """Add all that a monitor can be ordered with."""
    if is_new:
        parser.add_argument("urls", metavar="URL", nargs="*", help="a page")
    parser.add_argument("--name", help=None if not is_new else "(default: the first address)")
    parser.add_argument(
        "--from",
        dest="body",
        metavar="FILE",
        help="JSON as the API takes it, or - for stdin; other options stand above it",
    )
    _add_places(parser)
    add_tracking(parser)
    add_schedule(parser, is_needed=False)
    _add_receivers(parser)
    _add_bounds(parser, is_new=is_new)
    if not is_new:
        _add_clearing(parser)


def add_tracking(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what of a page is compared, and what matters."""
    group = parser.add_argument_group("what is compared")
    group.add_argument(
        "--mode", choices=("markdown", "json", "mixed"), help="(default: markdown, the text)"
    )
    group.add_argument("--schema", metavar="FILE", help="JSON Schema: the fields to track")
    group.add_argument("--prompt", metavar="TEXT", help="the fields to track, in words")
    group.add_argument("--goal", metavar="TEXT", help="says which changes matter; needs a model")


def _add_places(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where")
    group.add_argument(
        "--page", metavar="URL", action="append", default=[], help="a page; as often as you like"
    )
    for name, help_text in {
        "--crawl": "a site, from this page on",
        "--sitemap": "the pages of a sitemap",
        "--feed": "the entries of an RSS or Atom feed",
    }.items():
        group.add_argument(name, metavar="URL", action="append", default=[], help=help_text)
    group.add_argument(
        "--max-pages", metavar="N", type=read_count, help="of a crawl, sitemap or feed"
    )


def _add_receivers(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("who is told")
    group.add_argument("--webhook", metavar="URL", help="gets each page and each check, signed")
    group.add_argument(
        "--webhook-header",
        metavar="TEXT",
        action="append",
        default=[],
        help='sent to it as well: "Name: value"; a secret is safer in --from',
    )
    group.add_argument(
        "--webhook-status",
        choices=PAGE_STATUSES,
        action="append",
        default=[],
        help="pages that it is told of (default: all)",
    )
    group.add_argument(
        "--only-meaningful",
        action=argparse.BooleanOptionalAction,
        help="no page that stayed the same, and no change that was judged to be noise",
    )
    group.add_argument(
        "--email", metavar="ADDR", action="append", default=[], help="gets a summary, once agreed"
    )
    group.add_argument(
        "--include-diffs", action=argparse.BooleanOptionalAction, help="in the summaries"
    )
    group.add_argument(
        "--channel",
        metavar="URL",
        action="append",
        default=[],
        help="of Apprise, such as ntfy://topic; gets a summary",
    )


def _add_bounds(parser: argparse.ArgumentParser, *, is_new: bool) -> None:
    group = parser.add_argument_group("how long and how much")
    group.add_argument(
        "--retention", metavar="DAYS", type=read_count, help="history is kept (default: 30)"
    )
    group.add_argument(
        "--budget", metavar="CREDITS", type=read_whole, help="of a month; then it rests"
    )
    group.add_argument(
        "--removal-checks",
        metavar="N",
        type=read_count,
        help="in which a page is missing before it counts as removed (default: 1)",
    )
    if is_new:
        group.add_argument("--check-now", action="store_true", help="begin with a check at once")


def _add_clearing(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is taken away")
    for name, field in {
        "--no-goal": "goal",
        "--no-webhook": "webhook",
        "--no-budget": "monthlyCredits",
    }.items():
        group.add_argument(name, dest="cleared", action="append_const", const=field, default=[])
