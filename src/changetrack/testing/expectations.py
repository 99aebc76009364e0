"""What laws say when they are broken."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["expect_equal", "expect_error"]

# A row may hold a page; an error is read by people.
_MOST_SHOWN = 400


def expect_equal(what: str, found: object, wanted: object) -> None:
    """Compare what a store gave with what it should have given."""
    if found != wanted:
        raise AssertionError(f"{what}: wanted {_show(wanted)}, got {_show(found)}")


def expect_error(what: str, kind: type[Exception], act: Callable[[], object]) -> Exception:
    """Return the error of this kind that `act` raises."""
    try:
        given = act()
    except kind as error:
        return error
    raise AssertionError(f"{what}: wanted {kind.__name__}, got {_show(given)}")


def _show(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}… ({len(text):,} characters)"
