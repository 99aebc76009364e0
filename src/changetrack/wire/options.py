"""What a request asks for, beside its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from changetrack._reader import Reader
from changetrack._spelling import to_camel, to_snake
from changetrack.errors import ChangeTrackError

if TYPE_CHECKING:
    from changetrack._models import Options

__all__ = ["OPTION_NAMES", "check_options", "read_options", "respell"]

_FIRST = re.compile(r"\w+")


_READERS: dict[str, Callable[[Reader, str], object]] = {
    "modes": Reader.items,
    "schema": Reader.raw,
    "contentType": Reader.text,
    "context": Reader.raw,
    "trackOnlySchema": Reader.flag,
    "include": Reader.items,
    "listKeys": Reader.raw,
    "order": Reader.text,
    "tolerance": Reader.raw,
    "conditions": Reader.items,
    "patchTests": Reader.flag,
    "budget": Reader.raw,
    "cursor": Reader.text,
}
# The names of all options, as the wire spells them.
OPTION_NAMES = tuple(_READERS)
# Those of the seed, and both spellings of the others.
_SEED = OPTION_NAMES[: OPTION_NAMES.index("include")]
_OTHERS = frozenset(spell(name) for name in OPTION_NAMES[len(_SEED) :] for spell in (str, to_snake))


def read_options(fields: Reader, shared: Options) -> Options:
    """Return the options of an item: those that it names, and `shared` for the others.

    Raises:
        InvalidRequest: one of them is none; the error names it as the wire does.
    """
    # Most requests name none of the others, and each costs a look in both spellings.
    names = _SEED if _OTHERS.isdisjoint(fields.names) else OPTION_NAMES
    given = {to_snake(name): _READERS[name](fields, name) for name in names}
    try:
        return shared.with_given(**given)
    except ChangeTrackError as error:
        raise respell(error).under(fields.path) from None


def check_options(options: Options) -> None:
    """Check what is otherwise checked when a page is compared by these options.

    Raises:
        InvalidOption: list keys, a tolerance or a condition is none.
    """
    if not options.asks_more:
        return
    from changetrack._fielddiff import read_rules
    from changetrack._significance import read_conditions

    try:
        read_rules(options)
        read_conditions(options.conditions)
    except ChangeTrackError as error:
        raise respell(error) from None


def respell(error: ChangeTrackError) -> ChangeTrackError:
    """Return an error about an option, which names it as the wire does."""
    return error.at(_FIRST.sub(lambda found: to_camel(found[0]), error.path, count=1))
