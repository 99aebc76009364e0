"""The generated pages are what the code says today."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from docs import build
from docs.api import write_signature
from docs.prose import prose_of

LONG_SIGNATURE = """
@cache
def long_enough_to_wrap(first: int, /, second: str = "x", *, third: bool = _SET) -> dict[str, int]:
    return {}
"""

DOCSTRING = """Return the text.

Raises:
    ValueError: when the text
        is too long.
    OSError: never.

>>> f("a")
'a'
"""


def test_the_committed_reference_is_what_the_code_says() -> None:
    """A page that lags behind would teach what is no longer true; `make docs` renews it."""
    assert build.stale_pages() == []


def test_a_page_that_lags_behind_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One page is missing, others were edited by hand, and all are named."""
    for name in build.PAGES:
        (tmp_path / name).write_bytes(build.write_page(name).encode())
    (tmp_path / "api.md").unlink()
    (tmp_path / "errors.md").write_text("Nothing ever fails.\n", encoding="utf-8")
    (tmp_path / "openapi.json").write_bytes(build.write_page("openapi.json").encode() + b"\n")
    monkeypatch.setattr(build, "REFERENCE", tmp_path)
    assert build.stale_pages() == ["api.md", "errors.md", "openapi.json"]


def test_a_long_signature_has_one_parameter_a_line() -> None:
    """Defaults that users could not write are shown as `...`, decorators of no use to them not."""
    function = ast.parse(LONG_SIGNATURE).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert write_signature(function) == (
        "def long_enough_to_wrap(\n"
        "    first: int,\n"
        "    /,\n"
        "    second: str = 'x',\n"
        "    *,\n"
        "    third: bool = ...,\n"
        ") -> dict[str, int]"
    )


def test_a_docstring_becomes_markdown() -> None:
    """Sections become lists, examples become fences."""
    assert prose_of(DOCSTRING) == (
        "Return the text.\n\n"
        "**Raises:**\n\n"
        "- `ValueError`: when the text is too long.\n"
        "- `OSError`: never.\n\n"
        "```pycon\n>>> f(\"a\")\n'a'\n```\n"
    )
