"""The parser that all commands are read with, and options that several of them have."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NoReturn, TypeAlias

__all__ = ["Command", "Parser", "add_color", "read_count", "read_whole"]

# A command takes what was given and returns the exit status.
Command: TypeAlias = Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """A parser whose texts keep their own line ends."""

    def __init__(self, **settings: object) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**settings)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end; a name that is no argument may hold orders to a terminal."""
        from changetrack._render.wording import make_printable

        super().error(make_printable(message))


def add_color(group: argparse._ActionsContainer) -> None:
    """Add the option that says whether there are colours."""
    group.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="(default: auto)"
    )


def read_count(text: str) -> int:
    """Return a number above zero.

    Raises:
        argparse.ArgumentTypeError: the text is none.
    """
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no number above zero")
    return int(text)


def read_whole(text: str) -> int:
    """Return a number that may be zero.

    Raises:
        argparse.ArgumentTypeError: the text is none.
    """
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)
