"""What a request asks for, beside its pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from changetrack._spelling import to_camel
from changetrack.errors import ChangeTrackError

if TYPE_CHECKING:
    from changetrack._models import Options
    from changetrack._reader import Reader

__all__ = ["read_options", "respell"]

_FIRST = re.compile(r"\w+")


def read_options(fields: Reader, shared: Options) -> Options:
    """Return the options of an item: those that it names, and `shared` for the others.

    Raises:
        InvalidRequest: one of them is none; the error names it as the wire does.
    """
    given = {
        "modes": fields.items("modes"),
        "schema": fields.raw("schema"),
        "content_type": fields.text("contentType"),
        "context": fields.raw("context"),
        "track_only_schema": fields.flag("trackOnlySchema"),
        "include": fields.items("include"),
        "list_keys": fields.raw("listKeys"),
        "order": fields.text("order"),
        "tolerance": fields.raw("tolerance"),
        "conditions": fields.items("conditions"),
        "patch_tests": fields.flag("patchTests"),
        "budget": fields.raw("budget"),
        "cursor": fields.text("cursor"),
    }
    try:
        return shared.with_given(**given)
    except ChangeTrackError as error:
        raise respell(error).under(fields.path) from None


def respell(error: ChangeTrackError) -> ChangeTrackError:
    """Return an error about an option, which names it as the wire does."""
    return error.at(_FIRST.sub(lambda found: to_camel(found[0]), error.path, count=1))
