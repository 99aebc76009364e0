"""The page of evidence: what may go wrong with monitors, what happens instead, which tests show it.

The tests are found by their names: `test_C17_…` is about the fault C17 of the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

__all__ = ["FAULTS", "describe_evidence", "find_tests"]

ROOT = Path(__file__).resolve().parents[1]

_INTRO = """\
# Evidence

What may go wrong with monitors and what they send, what happens instead, and the files of the tests
that show it. A test carries the id of its fault in its name: `make test SUITE="tests -k C17"` runs
those of C17. What stands behind it all: [reliability](../explanation/reliability.md).

| id | what goes wrong | what happens instead | shown by |
| --- | --- | --- | --- |"""


class Fault(NamedTuple):
    """A row: what goes wrong, what happens instead, and why no test has its id, if none has."""

    trouble: str
    promise: str
    untested: str = ""


FAULTS: dict[str, Fault] = {
    "C1": Fault(
        "the process is killed at any statement, commit or request",
        "nothing is lost, invented or told otherwise; whoever comes next goes on",
    ),
    "C2": Fault(
        "it is killed between a slot that is due and the check for it",
        "one transaction writes the check and moves the monitor on: both, or neither",
    ),
    "C3": Fault(
        "it is killed after a page was fetched, before it is recorded",
        "the page is fetched again; there is never a part of one",
    ),
    "C4": Fault(
        "it is killed between two pages",
        "what is recorded is kept and not done again; a crawl goes on the same way",
    ),
    "C5": Fault(
        "it is killed after a webhook was sent, before that is noted",
        "it is sent again: the same id, the same bytes, a fresh signature",
    ),
    "C6": Fault(
        "several workers share a database",
        "each check has one owner at a time, and transactions are as if one after the other",
    ),
    "C7": Fault(
        "a worker sleeps past its lease and wakes up",
        "everything it still writes is refused",
    ),
    "C8": Fault(
        "a slot is due while the check before it still runs",
        "the slot has a row, `skipped_overlap`; there is never a second open check",
    ),
    "C9": Fault(
        "nobody was there for six hours",
        "one check for the newest slot, which counts those that it stands for",
    ),
    "C10": Fault("two ask for a run at the same moment", "one is answered 200, the other 409"),
    "C11": Fault(
        "a monitor is changed or deleted while its check runs",
        "the check goes on with what it began with; a deleted monitor tells nothing more",
    ),
    "C12": Fault(
        "a schedule is changed at the moment at which it is due",
        "what is due is still owed; what is not is planned anew, in the same transaction",
    ),
    "C13": Fault(
        "the database is busy",
        "whoever writes begins as a writer and waits; after ten seconds, 503 `database_busy`",
    ),
    "C14": Fault(
        "the disk is full",
        "nothing acknowledged is lost, reading goes on, a reserve makes room for deleting",
    ),
    "C15": Fault(
        "the file cannot be written, belongs to another, lies on a network",
        "the server does not start, and says why in a line",
    ),
    "C16": Fault(
        "the database is damaged, cut off or empty",
        "the server does not start, and leaves it as it is",
    ),
    "C17": Fault(
        "the schema is older or newer, two processes migrate at once",
        "older ones are brought up to date by one of them, newer ones are refused",
    ),
    "C18": Fault(
        "the power fails",
        "what was acknowledged was on the disk: `synchronous=FULL`",
    ),
    "C19": Fault(
        "SQLite loses a write-ahead log that several reset at once (before 3.51.3)",
        "these versions get a rollback journal instead",
    ),
    "C20": Fault("a backup is made while others write", "it is of one moment, and is checked"),
    "C21": Fault(
        "a receiver answers 500, 404, 302, resets, is silent",
        "only 2xx has arrived; redirects are not followed; it is tried again",
    ),
    "C22": Fault("a receiver answers 410", "the webhook is disabled, and somebody is told once"),
    "C23": Fault(
        "a receiver says `Retry-After`, sensibly or not", "it is honoured from 5 s to a day"
    ),
    "C24": Fault("the answer of a receiver is lost", "it arrives twice, with the same id"),
    "C25": Fault(
        "a receiver hangs in its handshake, drips, or never ends",
        "15 seconds in all, and 64 KiB of its answer",
    ),
    "C26": Fault(
        "a receiver is away for three days",
        "its events are dead, listed, and can be sent again; after five days it is disabled",
    ),
    "C27": Fault(
        "one receiver is slow, thousands are not",
        "it has four at once, and nobody waits for it",
    ),
    "C28": Fault(
        "an event is larger than receivers take", "it leaves its diff out, and says where that is"
    ),
    "C29": Fault("an event is tampered with, old, or from the future", "the verifier refuses it"),
    "C30": Fault(
        "a secret is replaced", "the new one signs at once, the old one for a day, or no more"
    ),
    "C31": Fault(
        "an id could be taken for the time or the body", "such an id is not signed, nor believed"
    ),
    "C32": Fault(
        "a webhook wants headers that are ours, or several lines in one", "400 `invalid_header`"
    ),
    "C33": Fault(
        "a webhook leads inside, or does so later",
        "the address is checked when it is saved and at every try, and that one is dialled",
    ),
    "C34": Fault(
        "an address that ends a header, a 26th recipient, somebody who never agreed",
        "400, and no mail; links confirm by a button, not by being followed",
    ),
    "C35": Fault(
        "the mail server or the model is away",
        "mails wait and are tried again; a change that nobody judged counts as one that matters",
    ),
    "C36": Fault(
        "a clock jumps, clocks disagree",
        "no slot is planned twice, and no late writer gets through",
    ),
    "C37": Fault(
        "clocks go forward, and back",
        "a daily job runs once for each date, an interval keeps its spacing",
    ),
    "C38": Fault("the rules of a time zone change", "slots are computed anew, at start and daily"),
    "C39": Fault(
        "a schedule that cannot be, or 40 KB of one", "400 with its place, before it is read"
    ),
    "C40": Fault(
        "`0,14 * * * *` hides a gap of 14 minutes", "the least gap of the whole cycle counts"
    ),
    "C41": Fault(
        "ten thousand monitors are due in the same minute",
        "words are spread by the id; the rest is planned in portions",
    ),
    "C42": Fault(
        "a check kills every worker that takes it",
        "after three of them it is failed, and the next slot runs",
    ),
    "C43": Fault(
        "a page is missing from a crawl that did not see everything",
        "nothing is removed unless all of it was seen",
    ),
    "C44": Fault(
        "a page goes back and forth",
        "each check goes on from where the last one was: the hashes are a chain",
    ),
    "C45": Fault(
        "history is deleted while checks run",
        "in portions, and never what a page is compared with",
    ),
    "C46": Fault(
        "a cursor is forged, somebody else's, or older than deletions",
        "400 `invalid_cursor`; a list skips and repeats nothing",
    ),
    "C47": Fault(
        "a connection is used by threads, or after a fork", "a store is shared, and not forked"
    ),
    "C48": Fault(
        "connections, memory or descriptors run out",
        "all of them are bounded; whoever waits for too long is told so",
    ),
    "C49": Fault(
        "an old and a new version share a database",
        "what is added is read by both; an old worker that must not go on stops",
    ),
    "C50": Fault(
        "somebody reads the database",
        "keys are hashes, and the file is its owner's alone",
    ),
}


def describe_evidence() -> str:
    """Return the page: a row for each fault, with the files of its tests."""
    found = find_tests()
    lines = [_INTRO]
    for name, fault in FAULTS.items():
        files = ", ".join(f"[{_shorten(file)}](../../{file})" for file in found.get(name, ()))
        shown = files or f"no test: {fault.untested}"
        lines.append(f"| {name} | {fault.trouble} | {fault.promise} | {shown} |")
    return "\n".join([*lines, ""])


def _shorten(file: str) -> str:
    return file.removeprefix("tests/").removesuffix(".py").replace("/test_", "/")


def find_tests() -> dict[str, list[str]]:
    """Return the files that have tests of a fault, by its id."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        file = path.relative_to(ROOT).as_posix()
        if "node_modules" not in file:
            for name in dict.fromkeys(_list_ids(path.read_text(encoding="utf-8"))):
                found.setdefault(name, []).append(file)
    return found


def _list_ids(source: str) -> Iterator[str]:
    for ids in re.findall(r"^def test_((?:C\d+_)+)", source, re.MULTILINE):
        yield from ids.rstrip("_").split("_")
