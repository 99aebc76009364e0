"""`changetrack cluster`: pages that changed in the same way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from changetrack import track
from changetrack.cli import main
from tests.unit.cli.pages import CHANGED, SAME, TROUBLE, Output


@pytest.fixture(autouse=True)
def sites(folder: Path) -> Path:
    """Put two folders of pages into the folder."""
    for site, year in {"then": 2025, "now": 2026}.items():
        for name, text in {
            "a.md": f"# A\n\n© {year}\n",
            "legal": f"# Legal\n\n© {year}",
            "b/b.html": f"<h1>B</h1><p>Text<p>© {year}",
            "b/kept.json": track(f"# Kept\n\n© {year}").snapshot.to_json(),
            "c.json": f'{{"plans": [{{"id": "x{year}", "n": 1}}]}}',
            "same.md": "# Same",
            "logo": "\0",
            f"{site}.md": "# Alone",
        }.items():
            (folder / site / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / site / name).write_text(text)
    return folder


GROUPS = """\
4 pages, as in a.md: 1 line changed in A.
  a.md
  legal
  b/b.html
  b/kept.json

1 page: plans[0].id: x2025 → x2026.
  c.json
"""
BINARY = "changetrack: warning: 2 binary files are left out\n"
ALONE = BINARY + (
    "changetrack: warning: 1 page of OLD only and 1 page of NEW only: left out;"
    " `changetrack pages OLD NEW` lists them\n"
)


def test_the_same_change_is_told_once(capsys: Output) -> None:
    """The commonest first, whatever the pages are stored as."""
    assert main(["cluster", "then", "now"]) == CHANGED
    assert capsys.readouterr() == (GROUPS, ALONE)


def test_programs_are_told_of_groups_by_name(capsys: Output) -> None:
    """In the spelling of the API, but for the members."""
    assert main(["cluster", "--json", "then", "now"]) == CHANGED
    first, second = json.loads(capsys.readouterr().out)["clusters"]
    assert first.pop("fingerprint") != second.pop("fingerprint")
    assert first == {
        "members": ["a.md", "legal", "b/b.html", "b/kept.json"],
        "summary": "1 line changed in A.",
    }


def test_pages_are_compared_as_the_options_say(capsys: Output) -> None:
    """As one by one."""
    assert main(["cluster", "--list-key", "plans=id", "then", "now"]) == CHANGED
    assert '1 page: plans[id="x2025"] removed' in capsys.readouterr().out


def test_a_site_that_is_the_same_has_no_groups(capsys: Output) -> None:
    """And the status is that of nothing."""
    assert main(["cluster", "then", "then"]) == SAME
    assert capsys.readouterr() == ("", BINARY)


def test_pages_that_cannot_be_compared_are_trouble(capsys: Output) -> None:
    """Each by its name; the others are told all the same."""
    Path("now/a.md").write_bytes(b"\xff")
    Path("now/same.md").unlink()
    Path("now/same.md").symlink_to("nowhere")
    Path("then/now.md").write_text("# Alone")
    Path("now/b/b.html").unlink()
    stored = json.loads(Path("now/b/kept.json").read_text())
    Path("now/b/kept.json").write_text(json.dumps({"contentHash": stored["contentHash"]}))
    Path("then/then.md").unlink()
    assert main(["cluster", "then", "now"]) == TROUBLE
    output, errors = capsys.readouterr()
    assert output.endswith("  c.json\n\n1 page: 1 line changed in Legal.\n  legal\n")
    assert errors == BINARY + (
        "changetrack: warning: 1 page of OLD only: left out;"
        " `changetrack pages OLD NEW` lists them\n"
        "! a.md: now/a.md: it cannot be read as utf-8 at byte 0;"
        " name the encoding of a page with --encoding\n"
        "! same.md: No such file or directory\n"
        "! b/kept.json: now/b/kept.json: it holds only a hash; keep the page whole\n"
    )


def test_a_change_that_cannot_be_shown_is_said(capsys: Output) -> None:
    """It is in no group, but it is a change."""
    Path("x").mkdir()
    Path("y").mkdir()
    Path("x/a.json").write_text(json.dumps({"contentHash": track("old").content_hash}))
    Path("y/a.json").write_text(track("new").snapshot.to_json())
    assert main(["cluster", "x", "y"]) == CHANGED
    assert capsys.readouterr() == (
        "",
        (
            "changetrack: warning: a.json: the baseline holds only a hash,"
            " so what changed cannot be shown\n"
        ),
    )


def test_only_folders_have_pages(capsys: Output) -> None:
    """A file is compared with `diff`."""
    assert main(["cluster", "then", "old.md"]) == TROUBLE
    message = "changetrack: old.md: this is no folder; name a folder of pages\n"
    assert capsys.readouterr() == ("", message)
