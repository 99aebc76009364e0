"""Links between the pages of this checkout lead somewhere."""

from __future__ import annotations

import pytest

from tests.docs.pages import PAGES, ROOT, Page

_OUTSIDE = ("http://", "https://", "mailto:")


@pytest.mark.parametrize("page", PAGES, ids=repr)
def test_every_link_leads_to_a_file_and_a_heading(page: Page) -> None:
    """A link is relative to its page, so that it works on a forge and on a disk alike."""
    assert [link for link in page.links if not _leads_somewhere(page, link)] == []


def _leads_somewhere(page: Page, link: str) -> bool:
    if link.startswith(_OUTSIDE):
        return True
    file, _, anchor = link.partition("#")
    target = (page.path.parent / file).resolve() if file else page.path
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not anchor or (target.suffix == ".md" and anchor in Page(target).anchors)


def test_every_page_of_docs_can_be_reached_from_the_index() -> None:
    """A page that nothing links to is a page that nobody reads."""
    seen: set[str] = set()
    waiting = [Page(ROOT / "docs/index.md")]
    while waiting:
        page = waiting.pop()
        if repr(page) in seen:
            continue
        seen.add(repr(page))
        targets = ((page.path.parent / link.partition("#")[0]).resolve() for link in page.links)
        waiting += [Page(path) for path in targets if path.suffix == ".md" and path.exists()]
    fragments = {repr(page) for page in PAGES if page.path.parent.name == "changes"}
    assert {repr(page) for page in PAGES if repr(page).startswith("docs/")} - seen <= fragments
