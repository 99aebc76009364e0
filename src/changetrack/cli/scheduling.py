"""When something is due: the options for it, and the words that they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

__all__ = ["add_schedule", "spell_schedule"]


def add_schedule(command: argparse.ArgumentParser, *, is_needed: bool) -> None:
    """Add the options that say when; one of the first three, at most."""
    group = command.add_argument_group("when")
    ways = group.add_mutually_exclusive_group(required=is_needed)
    ways.add_argument("--every", metavar="TIME", help='such as "30 minutes", hour or "2 days"')
    ways.add_argument(
        "--schedule", metavar="WORDS", help='such as "weekdays at 9:00" or "daily at 5:30 PM"'
    )
    ways.add_argument("--cron", metavar="FIELDS", help='five of them, such as "*/30 8-18 * * 1-5"')
    group.add_argument("--timezone", metavar="ZONE", help="such as Europe/Berlin (default: UTC)")


def spell_schedule(given: argparse.Namespace) -> str | None:
    """Return the schedule in words; None where there are none, as with --cron.

    >>> import argparse
    >>> spell_schedule(argparse.Namespace(every="30 minutes", schedule=None))
    'every 30 minutes'
    """
    every: str | None = given.every
    if every is None:
        words: str | None = given.schedule
        return words
    words = every.strip()
    return words if words.lower().startswith("every") else f"every {words}"
