"""What is understood by the commands that look at many versions, or at many pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack.cli.comparison_arguments import add_list_key
from changetrack.cli.parser import add_color

if TYPE_CHECKING:
    import argparse

__all__ = ["describe_blame", "describe_log", "describe_pages"]

_FILES = "the versions of a page, oldest first: pages, or snapshots that `track` kept"


def describe_blame(command: argparse.ArgumentParser) -> str:
    """Add the options of `blame`."""
    command.add_argument("pages", metavar="FILE", nargs="+", help=_FILES)
    command.add_argument("--json", action="store_true", help="as JSON")
    add_list_key(command)
    command.epilog = """\
examples:
  changetrack blame monday.html tuesday.html friday.html
  changetrack blame snapshots/*.json              they show the times at which they were kept
"""
    return """\
Show with which version each line of the newest one came.

A line that was away and came back came with its return. One that only moved keeps its
version, if it is the only one of its text. JSON is shown field by field, each with the
version since which it has its value; items of lists count by position, or by their keys."""


def describe_log(command: argparse.ArgumentParser) -> str:
    """Add the options of `log`."""
    command.add_argument("pages", metavar="FILE", nargs="+", help=_FILES)
    group = command.add_argument_group("what is shown")
    group.add_argument("-p", "--patch", action="store_true", help="the diff of each step as well")
    group.add_argument(
        "-U", "--context", metavar="N", type=int, default=3, help="unchanged lines around a change"
    )
    group.add_argument("--json", action="store_true", help="each step as a line of JSON")
    add_color(group)
    add_list_key(command.add_argument_group("what is compared"))
    command.epilog = """\
example:
  changetrack log --patch monday.html tuesday.html friday.html
"""
    return """\
Show what changed from version to version, the newest step first.

A version that is as an earlier one was is marked: `reverted to` names the newest of them,
where the page had changed in between, and `= seen before in` the oldest. `flapping` says
that it is not the first time that the page goes back to what it was."""


def describe_pages(command: argparse.ArgumentParser) -> str:
    """Add the options of `pages`."""
    command.add_argument("old", metavar="OLD", help="the pages as they were")
    command.add_argument("new", metavar="NEW", help="the pages as they are")
    group = command.add_argument_group("what is compared and shown")
    group.add_argument(
        "--incomplete", action="store_true", help="NEW may lack pages: none was removed"
    )
    group.add_argument("--stat", action="store_true", help="only how many pages changed")
    group.add_argument("--json", action="store_true", help="as JSON, with those that are the same")
    add_color(group)
    command.epilog = """\
examples:
  changetrack pages site-monday/ site-friday/
  changetrack pages --stat monday.ndjson friday.ndjson

exit status: 0 nothing changed, 1 something changed, 2 trouble: a page could not be had, or
so much is missing that the site seems to be down
"""
    return """\
Show what became of the pages of a site.

+ new, - removed, ~ changed, > moved, ! in error, ? not seen this time

The pages are a folder, or a file of JSON: a list, or one object a line, each with the `url`
of a page and its `contentHash` or `error`. Of a folder, each file is a page, read as --as or
its ending says, but for those that are hidden or binary. A page that has the content of one
that is gone has moved. When more than 80 % of them are missing at once, the site is taken to
be down."""
