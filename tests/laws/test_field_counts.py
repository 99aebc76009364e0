"""How many fields changed is one number, however few of them are described."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from changetrack import Diff, JsonValue, Limits, diff_fields
from changetrack._render import (
    render_added,
    render_budget,
    render_html,
    render_removed,
    render_terminal,
    summarize,
)
from changetrack._render.rows import count_changes
from tests.renderings import PLENTY, quote, read_page
from tests.strategies.json_values import json_pairs

_MORE = re.compile(r"… ([\d,]+) more fields?")


@given(json_pairs, st.integers(0, 120), st.sampled_from([None, "infer"]))
@settings(max_examples=60)
def test_every_rendering_comes_to_the_same_number(
    pair: tuple[JsonValue, JsonValue], chars: int, list_keys: str | None
) -> None:
    """What is shown, and what is counted beside it."""
    limits = Limits(field_path_chars=chars)
    keys = {} if list_keys is None else {"list_keys": "infer"}
    diff = Diff(None, diff_fields(*pair, limits=limits, **keys))  # type: ignore[arg-type]
    whole = Diff(None, diff_fields(*pair, **keys))  # type: ignore[arg-type]
    total = len(whole.fields)
    described = iter(whole.fields)
    assert all(field in described for field in diff.fields)  # in their order
    assert (diff.field_count, diff.stats.fields, count_changes(diff).fields) == (total,) * 3
    assert diff.fields_truncated is (len(diff.fields) < total)
    lines = render_terminal(diff, color=False).split("\n")[:-1]
    assert sum(line[0] in "+-~>" for line in lines) + _count_more("\n".join(lines)) == total
    page = read_page(render_html(diff))
    assert len(page.find_cells("path")) + _count_more(page.words) == total
    rendering = render_budget(diff, budget=PLENTY)
    assert rendering.shown + rendering.omitted == total
    quoted = quote(rendering) if total else []
    assert sum(line.startswith("[f") for line in quoted) == len(diff.fields)
    ops: list[str] = [change.op for change in whole.field_diff or ()]
    for view, gone in ((render_added, "remove"), (render_removed, "add")):
        told = view(diff)
        shown = sum(line[:2] in {"+ ", "- "} for line in told.split("\n"))
        assert shown + _count_more(told) == total - ops.count(gone) - ops.count("move")
    assert (summarize(diff) == "Nothing changed.") is (total == 0)


def _count_more(text: str) -> int:
    return sum(int(found.replace(",", "")) for found in _MORE.findall(text))
