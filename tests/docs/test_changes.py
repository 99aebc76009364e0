"""Change fragments can be assembled into the changelog."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT

# In the order in which the changelog shows them: what may hurt comes first.
KINDS = ("security", "removed", "deprecated", "added", "changed", "fixed")

FRAGMENTS = sorted((ROOT / "docs/changes").glob("*"))


@pytest.mark.parametrize("name", [path.name for path in FRAGMENTS])
def test_a_fragment_is_named_for_its_change_and_its_kind(name: str) -> None:
    """`<slug>.<kind>.md`, so that parallel work never edits one file."""
    assert name == "README.md" or re.fullmatch(rf"[a-z0-9-]+\.({'|'.join(KINDS)})\.md", name)


def test_the_rules_name_every_kind() -> None:
    """The page that explains fragments and this test know the same kinds."""
    rules = (ROOT / "docs/changes/README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", rules, re.MULTILINE) == list(KINDS)
