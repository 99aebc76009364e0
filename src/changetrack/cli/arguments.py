"""What the command line understands, and the page that `--help` is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from changetrack._version import __version__
from changetrack.cli.comparison_arguments import (
    describe_apply,
    describe_cluster,
    describe_compose,
    describe_diff,
    describe_revert,
    describe_track,
    make_compared_options,
    make_shown_options,
)
from changetrack.cli.local_arguments import (
    describe_key,
    describe_serve,
    describe_watch,
    describe_worker,
)
from changetrack.cli.monitor_arguments import describe_monitor
from changetrack.cli.parser import Command, Parser
from changetrack.cli.series_arguments import describe_blame, describe_log, describe_pages

if TYPE_CHECKING:
    import argparse

_ABOUT = """\
Say what changed on a page: exactly, and reversibly.

A page is a file, or - for standard input. Its ending says what it is:
  .json          compared field by field
  .html .htm     turned into markdown first
  anything else  compared line by line as markdown
"""

_EXAMPLES = """\
examples:
  changetrack diff monday.html friday.html        what changed, in the form that patch reads
  changetrack diff --stat old.md new.md           how much changed
  changetrack diff --show html old.md new.md > changes.html
  changetrack diff old.json new.json              which fields changed
  curl -s https://example.com/ | changetrack track --as html --state home.json -
                                                  what changed since the last time
  changetrack diff old.md new.md > page.diff; changetrack apply page.diff old.md
  changetrack watch https://example.com/ --every "30 minutes"
                                                  what changes, as it happens
  changetrack serve --monitors                    a server that watches, and tells others

exit status: 0 nothing changed, 1 something changed, 2 trouble (as diff(1) has it)

Run `changetrack COMMAND --help` for the options of a command.
"""


def build_parser(commands: Mapping[str, Command]) -> argparse.ArgumentParser:
    """Return the parser; what it parses carries the command to run as `run`."""
    parser = Parser(prog="changetrack", description=_ABOUT, epilog=_EXAMPLES)
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    page, compared = _page_options(), make_compared_options()
    whole = [page, compared, make_shown_options()]
    for name, (about, parents, describe) in {
        "diff": ("show what changed between two pages", whole, describe_diff),
        "track": ("show what changed since the last time", whole, describe_track),
        "apply": ("print the new page: a diff applied to the old one", [page], describe_apply),
        "revert": ("print the old page: a diff undone on the new one", [page], describe_revert),
        "compose": ("show several diffs as one", whole, describe_compose),
        "log": ("show what changed from version to version", [page], describe_log),
        "blame": ("show with which version each line came", [page], describe_blame),
        "pages": ("show what became of the pages of a site", [page], describe_pages),
        "cluster": ("show which pages changed alike", [page, compared], describe_cluster),
        "hash": ("print the content hash of each page", [page], _describe_hash),
        "normalize": ("print a page as it is compared", [page], _describe_normalize),
        "watch": ("watch pages from this terminal", [], describe_watch),
        "serve": ("answer the change-tracking API over HTTP", [], describe_serve),
        "monitor": ("have pages watched by a server", [], describe_monitor),
        "key": ("make and take back keys of a server's clients", [], describe_key),
        "worker": ("do the checks of a database's monitors", [], describe_worker),
    }.items():
        command = parsers.add_parser(name, help=about, parents=parents)
        command.set_defaults(run=commands[name])
        command.description = describe(command)
    return parser


def _describe_hash(command: argparse.ArgumentParser) -> str:
    command.add_argument("pages", metavar="PAGE", nargs="+", help="a page as it is")
    return """\
Print the content hash of each page.

It is the SHA-256 of what `changetrack normalize` prints, without the last newline: pages
that differ in line ends, trailing space and blank lines only have the same."""


def _describe_normalize(command: argparse.ArgumentParser) -> str:
    command.add_argument("page", metavar="PAGE", help="a page as it is")
    return """\
Print a page as it is compared.

Markdown comes without its cosmetic differences, HTML as markdown, JSON in its canonical
spelling."""


def _page_options() -> Parser:
    options = Parser(add_help=False)
    group = options.add_argument_group("how pages are read")
    group.add_argument(
        "--as", dest="kind", choices=("markdown", "html", "json"), help="whatever the ending says"
    )
    group.add_argument("--encoding", default="utf-8-sig", help="of the pages (default: utf-8)")
    group.add_argument("--base-url", metavar="URL", help="makes the links of HTML pages absolute")
    group.add_argument(
        "--main-content", action="store_true", help="HTML without menus, headers and footers"
    )
    return options
