"""Every example that a reader can copy does what the page says it does."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, WRITTEN, Page, find_blocks
from tests.docs.running import Ran, matches, run_page

# What a fence may be called on a page that people write; `python` and `console` run.
RUNNING = {"python", "output", "console"}
RESTING = {"sh", "text", "json", "toml", "html", "markdown", "diff", "http", "yaml"}

# On these, programs go on running; `test_sessions` knows how.
SESSIONS = {"docs/tutorial/a-monitor-in-five-minutes.md"}

RUNNABLE = [
    page
    for page in WRITTEN
    if repr(page) not in SESSIONS and any(block.language in RUNNING for block in page.blocks)
]


def _lies(ran: list[Ran]) -> list[Ran]:
    return [each for each in ran if not matches(each.promised, each.printed)]


@pytest.mark.parametrize("page", RUNNABLE, ids=repr)
def test_a_page_does_what_it_says(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run all of its blocks in order, beside the example pages, and compare what is printed."""
    shutil.copytree(ROOT / "docs/examples/pages", tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    lies = _lies(run_page(repr(page), list(page.blocks), tmp_path))
    assert not lies, "\n".join(
        f"{lie.where}\n--- the page says\n{lie.promised}--- it prints\n{lie.printed}"
        for lie in lies
    )


@pytest.mark.parametrize("page", WRITTEN, ids=repr)
def test_a_page_names_the_language_of_every_block(page: Page) -> None:
    """A block under another name would silently not run."""
    assert {block.language for block in page.blocks} <= RUNNING | RESTING


@pytest.mark.parametrize("page", WRITTEN, ids=repr)
def test_a_page_names_only_make_targets_that_exist(page: Page) -> None:
    """`make demo` in a page is a promise about the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    commands = (block.text for block in page.blocks if block.language in {"sh", "console"})
    named = re.findall(r"^(?:\$ )?make ([a-z]+)", "\n".join(commands), re.MULTILINE)
    named += re.findall(r"`make ([a-z]+)`", page.text)
    assert set(named) <= targets


WRONG_PAGE = """
```python
answer = 41
print(answer)
```

```output
42
```

1. In a list:

   ```console
   $ printf 'one\\ntwo\\nthree\\n'
   one
   ...
   three
   $ false
   $ echo $?
   0
   ```
"""


def test_a_wrong_page_is_noticed(tmp_path: Path) -> None:
    """Two promises of this page are broken, two are kept, and each is found at its line."""
    ran = run_page("page.md", list(find_blocks(WRONG_PAGE)), tmp_path)
    assert len(ran) == 4
    assert _lies(ran) == [
        Ran("page.md:8", "42\n", "41\n"),
        Ran("page.md:14: $ echo $?", "0\n", "1\n"),
    ]


def test_a_failing_example_is_noticed_at_its_line(tmp_path: Path) -> None:
    """An exception in a block fails the page and names the line of the page."""
    blocks = list(find_blocks("Text\n\n```python\nx = 1\nx / 0\n```\n"))
    with pytest.raises(ZeroDivisionError) as caught:
        run_page("page.md", blocks, tmp_path)
    assert (str(caught.traceback[-1].path), caught.traceback[-1].lineno + 1) == ("page.md", 5)
