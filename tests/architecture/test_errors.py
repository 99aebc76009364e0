"""The error tree: drawn as it is, with codes that clients can rely on."""

from __future__ import annotations

import inspect
import re
from collections import Counter

import pytest

from changetrack import errors
from changetrack.errors import ChangeTrackError
from tests.architecture.sources import ROOT

CLASSES = [getattr(errors, name) for name in errors.__all__]

# The coarse words that clients branch on; a new one is a decision about the wire protocol.
CODES = {
    *("invalid_request", "payload_too_large", "patch_failed"),
    *("conflict", "not_found", "unprocessable"),
}


def _drawn_parents() -> dict[str, str]:
    """Read the tree in the module's docstring: each class and the one it hangs under."""
    parents: dict[str, str] = {}
    above: dict[int, str] = {}
    for line in (errors.__doc__ or "").replace("\n    ", "\n").splitlines():
        found = re.match(r"((?:[│ ]{4})*(?:[├└]── )?)(\w+(?:Error|[A-Z]\w+))\b", line)
        if not found or not (found[1].endswith("── ") or found[2] == "ChangeTrackError"):
            continue
        depth = (found[1].find("── ") + 3) // 4  # four characters a level, none above the root
        above[depth] = found[2]
        parents[found[2]] = above.get(depth - 1, "")
    return parents


def test_the_drawn_tree_is_the_real_one() -> None:
    """The docstring is what people read instead of the code, so it may not lie."""
    real = {kind.__name__: kind.__bases__[0].__name__ for kind in CLASSES}
    assert _drawn_parents() == {**real, "ChangeTrackError": ""}


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_has_a_known_code(kind: type[ChangeTrackError]) -> None:
    """A code outside the protocol would surprise every client that branches on it."""
    assert kind.code in CODES


def test_reasons_tell_errors_apart() -> None:
    """Two classes under one reason would be one on the wire; the base is never raised."""
    reasons = Counter(kind.reason for kind in CLASSES if kind is not ChangeTrackError)
    assert [reason for reason, count in reasons.items() if count > 1] == []


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_has_its_row_in_the_reference(kind: type[ChangeTrackError]) -> None:
    """Class, code and reason stand together in the table that clients read."""
    page = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")
    row = rf"^\| `{kind.__name__}` .*\| `{kind.code}` .*\| `{kind.reason}` .*\|$"
    assert re.search(row, page, re.MULTILINE)


def test_nothing_in_the_module_is_an_unlisted_error() -> None:
    """Every exception class that errors defines is public."""
    defined = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, BaseException)
    }
    assert defined == {kind.__name__ for kind in CLASSES}
