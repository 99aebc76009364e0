"""Reading a page beside a normal one that it resembles gives what reading it alone gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack import _normalize
from changetrack._normalize import normalize_beside, normalize_lines, normalize_markdown

_TEXT = st.text("ab \n\n\t\r\x1cx", max_size=40)
_EDIT = st.tuples(st.integers(0, 40), st.integers(0, 4), st.text("ab \n\t\r\x1c", max_size=4))


@pytest.mark.parametrize("block", [1, 3, 2_048])
@given(model=_TEXT, edit=_EDIT)
def test_the_shortcut_changes_nothing(block: int, model: str, edit: tuple[int, int, str]) -> None:
    """Whatever is edited, however coarsely the shared ends are found, the lines are the same."""
    text, lines = normalize_lines(model)
    start, removed, inserted = edit
    page = text[:start] + inserted + text[start + removed :]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_normalize, "_BLOCK", block)
        read = normalize_beside(page, text, lines)
    assert read == normalize_lines(normalize_markdown(page))[1]


def test_only_the_middle_is_read() -> None:
    """The lines above and below the one change are the very objects of the other page."""
    text = "\n".join(f"line {number} of the page" for number in range(2_000))
    lines = text.split("\n")
    read = normalize_beside(text.replace("line 1000", "LINE 1000"), text, lines)
    own = [number for number, line in enumerate(read) if line is not lines[number]]
    assert (min(own) <= 1000 <= max(own), len(own) < 300) == (True, True)
