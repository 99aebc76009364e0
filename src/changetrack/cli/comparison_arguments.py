"""What is understood by the commands that compare two pages, or use what came of that."""

from __future__ import annotations

import argparse

from changetrack.cli.parser import Parser, add_color

__all__ = [
    "add_list_key",
    "describe_apply",
    "describe_cluster",
    "describe_compose",
    "describe_diff",
    "describe_revert",
    "describe_track",
    "make_compared_options",
    "make_shown_options",
]


def describe_diff(command: argparse.ArgumentParser) -> str:
    """Add the options of `diff`."""
    command.usage = "changetrack diff [OPTION ...] OLD NEW"
    command.add_argument("old", metavar="OLD", help="the page as it was")
    command.add_argument("new", metavar="NEW", help="the page as it is")
    _add_earlier(command)
    command.epilog = """\
examples:
  changetrack diff old.html new.html > page.diff     a patch
  changetrack diff --show html old.md new.md > changes.html
  changetrack diff --show sections old.md new.md     where on the page
  changetrack diff --list-key 'plans=name' --tolerance 'plans[*].price=1%' old.json new.json
  changetrack diff --condition '{"number": {"path": "price", "percent": {"lte": -10}}}' \\
      old.json new.json
  changetrack diff --json --include fields,stats old.json new.json
  changetrack diff --show render --budget 400 old.md new.md | your-model

exit status: 0 nothing changed, 1 something changed, 2 trouble
"""
    return """\
Show what changed between two pages.

Markdown and HTML are shown as a unified diff, which `patch`, `git apply` and
`changetrack apply` read; on a terminal of 120 columns or more, side by side. JSON is shown
field by field: + added, - removed, ~ replaced, > moved.

What conditions and older versions tell stands above it; with --show of HTML, JSON or render,
it goes to standard error."""


def describe_track(command: argparse.ArgumentParser) -> str:
    """Add the options of `track`."""
    command.usage = "changetrack track [OPTION ...] --state FILE PAGE"
    command.add_argument("page", metavar="PAGE", help="the page as it is")
    command.add_argument(
        "--state", metavar="FILE", required=True, help="where the snapshot is kept between two runs"
    )
    command.add_argument("--dry-run", action="store_true", help="leave the state as it is")
    _add_earlier(command)
    command.epilog = """\
examples:
  changetrack track --state home.json home.html
  curl -s https://example.com/ | changetrack track --as html --state home.json --show summary -
  changetrack track --state prices.json --baseline january.json prices.md

exit status: 0 nothing changed, 1 something changed, 2 trouble
"""
    return """\
Show what changed since the last time, and keep the page for the next.

The first time there is nothing to compare with: the page is kept, and the exit status
is 1. The state is the JSON of a snapshot; it is written whole or not at all."""


_DIFF = "what `changetrack diff OLD NEW` printed: a unified diff, or its JSON"

_EXACTLY = """\
The page must be the very one that the diff speaks of: nothing is guessed. What is printed
is normalized markdown, or JSON in its canonical spelling; no file is changed. For a page of
JSON, DIFF is what `changetrack diff --json --include fields OLD NEW` printed."""

_OF_JSON = """\
  changetrack diff --json --include fields old.json new.json > page.diff.json
"""


def describe_apply(command: argparse.ArgumentParser) -> str:
    """Add the options of `apply`."""
    command.add_argument("diff", metavar="DIFF", help=_DIFF)
    command.add_argument("page", metavar="PAGE", help="OLD, the page as it was")
    command.epilog = f"""\
examples:
  changetrack diff old.md new.md > page.diff
  changetrack apply page.diff old.md
{_OF_JSON}  changetrack apply page.diff.json old.json
"""
    return f"""\
Print the new page: a diff applied to the old one.

{_EXACTLY}"""


def describe_revert(command: argparse.ArgumentParser) -> str:
    """Add the options of `revert`."""
    command.add_argument("diff", metavar="DIFF", help=_DIFF)
    command.add_argument("page", metavar="PAGE", help="NEW, the page as it is")
    command.epilog = f"""\
examples:
  changetrack diff old.md new.md > page.diff
  changetrack revert page.diff new.md
{_OF_JSON}  changetrack revert page.diff.json new.json
"""
    return f"""\
Print the old page: a diff undone on the new one.

{_EXACTLY}"""


def describe_compose(command: argparse.ArgumentParser) -> str:
    """Add the options of `compose`."""
    command.usage = "changetrack compose [OPTION ...] OLD DIFF [DIFF ...]"
    command.add_argument("old", metavar="OLD", help="the page before the first diff")
    command.add_argument(
        "diffs", metavar="DIFF", nargs="+", help="what `changetrack diff` printed, oldest first"
    )
    command.epilog = """\
examples:
  changetrack compose monday.md tuesday.diff wednesday.diff > both.diff
  changetrack compose --json --include fields monday.json tuesday.json wednesday.json

exit status: 0 nothing changed in all, 1 something changed, 2 trouble
"""
    return """\
Show several diffs as one: what changed from OLD to the page after the last of them.

What one of them did and a later one undid is not in it. Each diff must begin where the one
before it ends. For a page of JSON, a diff is what `diff --json --include fields` printed."""


def describe_cluster(command: argparse.ArgumentParser) -> str:
    """Add the options of `cluster`."""
    command.usage = "changetrack cluster [OPTION ...] OLD NEW"
    command.add_argument("old", metavar="OLD", help="a folder of pages as they were")
    command.add_argument("new", metavar="NEW", help="a folder of the same pages as they are")
    group = command.add_argument_group("what is shown")
    group.add_argument("--json", action="store_true", help="as JSON")
    # Nothing of these is shown of a group.
    command.set_defaults(
        condition=[], include=[], context=None, patch_tests=False, budget=None, cursor=None
    )
    command.epilog = """\
example:
  changetrack cluster site-monday/ site-friday/

exit status: 0 nothing changed, 1 something changed, 2 trouble: a page cannot be read
"""
    return """\
Show which pages of a site changed in the same way, the commonest change first.

Pages of the same name in both folders are compared, whatever their endings, but none that is
hidden or binary; a page may be a snapshot that `track` kept. Those that are the same are not
shown, and a change that no other page has is a group of one. Pages in one folder only: see
`changetrack pages`."""


def _add_earlier(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("older versions, as pages or as snapshots of `track`")
    group.add_argument(
        "--history",
        metavar="FILE",
        action="append",
        default=[],
        help="one before the last; repeat it, oldest first: was the page so before?",
    )
    group.add_argument(
        "--baseline", metavar="FILE", help="one that stays: how does the page stand to it?"
    )


def make_compared_options() -> Parser:
    """Return the options that say which differences count."""
    options = Parser(add_help=False)
    group = options.add_argument_group("what is compared")
    group.add_argument("--schema", metavar="FILE", help="JSON Schema: track what it declares")
    add_list_key(group)
    group.add_argument(
        "--order",
        choices=("keep", "ignore"),
        help="whether that of list items counts (default: keep)",
    )
    group.add_argument(
        "--tolerance",
        metavar="PATTERN=N",
        action="append",
        default=[],
        help="how far a number of the JSON may go: 'price=0.01' or 'plans[*].price=1%%'",
    )
    return options


def add_list_key(group: argparse._ActionsContainer) -> None:
    """Add the option that says by what the items of lists are known."""
    group.add_argument(
        "--list-key",
        metavar="PATTERN=NAME,...",
        action="append",
        default=[],
        help="what identifies the items of a JSON list, such as 'plans=name'; or infer",
    )


def make_shown_options() -> Parser:
    """Return the options that say what of a comparison is printed, and how."""
    options = Parser(add_help=False)
    sought = options.add_argument_group("what is looked for")
    sought.add_argument(
        "--condition",
        metavar="JSON",
        action="append",
        default=[],
        help='say whether the change meets it: \'{"class": "price"}\', or @FILE; repeat it',
    )
    group = options.add_argument_group("what is shown")
    group.add_argument(
        "-U",
        "--context",
        metavar="N",
        type=int,
        default=3,
        help="unchanged lines around a change (default: 3)",
    )
    group.add_argument(
        "--side-by-side",
        action=argparse.BooleanOptionalAction,
        help="whatever the width of the terminal (default: from 120 columns on)",
    )
    add_color(group)
    group.add_argument("--stat", action="store_true", help="only how much changed")
    group.add_argument(
        "--json", action="store_true", help="the whole result, as the HTTP API gives it"
    )
    _add_parts(options)
    return options


_PARTS = """\
text  summary, sections, links, tables, added, removed; render: for a language model
HTML  html: side by side; inlineHtml: one column; mailHtml: with its styles inside
JSON  hunks, fields, stats, jsonPatch, mergePatch
"""


def _add_parts(options: Parser) -> None:
    group = options.add_argument_group("parts of the result, by name", _PARTS)
    group.add_argument(
        "--show",
        metavar="NAME",
        action="append",
        default=[],
        help="print this instead of the diff",
    )
    group.add_argument(
        "--include",
        metavar="NAME,...",
        action="append",
        default=[],
        help="with --json: what stands in the JSON as well",
    )
    group.add_argument("--budget", metavar="N", type=int, help="tokens of render (default: 800)")
    group.add_argument(
        "--cursor", metavar="C", help="render what an earlier one left out: its last line says C"
    )
    group.add_argument(
        "--patch-tests", action="store_true", help="a jsonPatch that tests what it changes"
    )
