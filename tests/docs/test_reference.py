"""The generated pages are what the code says today."""

from __future__ import annotations

from docs.build import stale_pages


def test_the_committed_reference_is_what_the_code_says() -> None:
    """A page that lags behind would teach what is no longer true; `make docs` renews it."""
    assert stale_pages() == []
