"""Two field diffs, one after the other, as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._fielddiff.compare import compare_fields
from changetrack._fielddiff.paths import format_path
from changetrack.errors import DiffsDoNotMeet

if TYPE_CHECKING:
    from changetrack._fielddiff.compare import FieldDiff


def compose_fields(first: FieldDiff, second: FieldDiff) -> FieldDiff:
    """Return the diff from what the first diff starts from to what the second one leads to.

    It is the direct diff, under the limits and the rules of the first: what one of them does and
    the other undoes is not in it.

    Raises:
        DiffsDoNotMeet: the second diff does not start from what the first one leads to; the error
            names the first place where they differ.

    >>> from changetrack import diff_fields
    >>> first, second = diff_fields({"a": 1}, {"a": 2}), diff_fields({"a": 2}, {"b": 3})
    >>> [change.op for change in compose_fields(first, second)]
    ['remove', 'add']
    """
    between = compare_fields(first.current, second.previous, first.limits)
    if between.changes:
        raise DiffsDoNotMeet(format_path(between.changes[0].path))
    return compare_fields(first.previous, second.current, first.limits, first.rules)
