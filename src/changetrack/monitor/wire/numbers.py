"""Whole numbers out of a request."""

from __future__ import annotations

from changetrack._kinds import name_kind
from changetrack._reader import Reader
from changetrack.errors import InvalidMonitor

__all__ = ["read_number"]

# Longer numbers are not written out.
_SHOWN = 10**12


def read_number(fields: Reader, name: str, *, least: int, most: int) -> int | None:
    """Return a field that is a whole number within bounds; absent or null: None.

    Raises:
        InvalidMonitor: it is something else.
    """
    value = fields.raw(name)
    if value is None:
        return None
    # 7.0 is what some clients make of 7.
    if isinstance(value, float) and value.is_integer() and abs(value) < _SHOWN:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        shown = name_kind(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _SHOWN:
            shown = f"{value:,}"
        problem = f"expected a whole number from {least:,} to {most:,}, got {shown}"
        raise InvalidMonitor(problem, "correct or leave out the field", fields.place(name))
    return value
