"""The rows about HTML: `html` becomes `markdown`.

`baseUrl` is the address that the page came from, `mainContent: true` asks for its main part only.
"""

from __future__ import annotations

import pytest

from changetrack import html_to_markdown, normalize_markdown
from tests.spec.rows import Row, load_cases


@pytest.mark.parametrize("row", load_cases("html"))
def test_html(row: Row) -> None:
    """The page becomes the row's Markdown, which is in normal form already."""
    options = {"base_url": row.get("baseUrl"), "main_content": row.get("mainContent", False)}
    assert html_to_markdown(row["html"], **options) == row["markdown"]
    assert normalize_markdown(row["markdown"]) == row["markdown"]
