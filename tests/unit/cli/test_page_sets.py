"""`changetrack pages`: the pages of a site, then and now."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from changetrack import hash_markdown, track
from changetrack.cli import main
from tests.unit.cli.pages import CHANGED, SAME, TROUBLE, Output, Stdin

OLD = [{"url": f"/{name}", "contentHash": name} for name in "abc"]
DOWN = "so much is missing that the site seems to be down: nothing counts as removed"
NEW = [{"url": url, "contentHash": name} for url, name in (("/a", "9"), ("/d", "b"), ("/e", "e"))]
BINARY = "changetrack: warning: 2 binary files are left out\n"


SITE = "+ about\n+ feed.xml\n+ index.html\n+ state.json\n"


@pytest.fixture(autouse=True)
def sets(folder: Path) -> Path:
    """Put two lists of pages into the folder, and a saved site."""
    (folder / "then.json").write_text(json.dumps(OLD, indent=2))
    (folder / "now.ndjson").write_text("\n\n".join(map(json.dumps, NEW)) + "\n")
    for name, text in {
        "site/index.html": "<h1>Home</h1>",
        "site/docs/a.md": "# A\n",
        "site/state.json": track("# Kept").snapshot.to_json(),
        "site/about": "# About",
        "site/feed.xml": "<rss/>",
        "site/.cache/b.md": "hidden",
        "site/docs/.c.md": "hidden",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "site/logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (folder / "site/docs/a.pdf").write_bytes(b"%PDF-1.7\n" + b"words " * 200 + b"\x03\xff")
    return folder


@pytest.mark.parametrize(
    ("arguments", "status", "output"),
    [
        (["then.json", "now.ndjson"], CHANGED, "+ /e\n- /c\n~ /a\n> /b → /d\n"),
        (["--incomplete", "then.json", "now.ndjson"], CHANGED, "+ /d\n+ /e\n~ /a\n? /b\n? /c\n"),
        (
            ["--stat", "then.json", "now.ndjson"],
            CHANGED,
            "pages: 1 new, 1 changed, 1 removed, 1 moved\n",
        ),
        (["--stat", "--incomplete", "then.json", "then.json"], SAME, "pages: 3 the same\n"),
        (["--stat", "/dev/null", "/dev/null"], SAME, "pages: none\n"),
        (["then.json", "then.json"], SAME, ""),
        (["/dev/null", "site"], CHANGED, f"{SITE}+ docs/a.md\n"),
        (["--as", "markdown", "/dev/null", "site"], CHANGED, f"{SITE}+ docs/a.md\n"),
        (["site", "site"], SAME, ""),
        (["--color", "always", "/dev/null", "site"], CHANGED, None),
    ],
)
def test_pages_are_listed_by_what_became_of_them(
    arguments: list[str], status: int, output: str | None, capsys: Output
) -> None:
    """A line each, but for those that are the same; statuses are those of diff(1)."""
    assert main(["pages", *arguments]) == status
    told = capsys.readouterr()
    if arguments != ["site", "site"]:
        assert told.err == BINARY * ("site" in arguments)
    assert told.out == output or "\x1b[32m+ index.html\x1b[m\n" in told.out


def test_a_folder_has_the_pages_that_are_in_it(capsys: Output) -> None:
    """As they are compared, whatever they are stored as; a snapshot with its own hash."""
    assert main(["pages", "--json", "/dev/null", "site"]) == CHANGED
    assert json.loads(capsys.readouterr().out) == {
        "new": [
            {"url": "about", "contentHash": hash_markdown("# About")},
            {"url": "feed.xml", "contentHash": hash_markdown("<rss/>")},
            {"url": "index.html", "contentHash": hash_markdown("# Home")},
            {"url": "state.json", "contentHash": hash_markdown("# Kept")},
            {"url": "docs/a.md", "contentHash": hash_markdown("# A")},
        ],
        **{name: [] for name in ("changed", "same", "removed", "moved", "error", "unseen")},
        "siteDown": False,
    }


def test_a_page_that_cannot_be_read_is_trouble(capsys: Output) -> None:
    """And its own only; what it was before is not gone."""
    main(["pages", "--json", "/dev/null", "site"])
    Path("kept.json").write_text(json.dumps(json.loads(capsys.readouterr().out)["new"]))
    Path("site/docs/a.md").write_bytes(b"\xff")
    Path("site/link.md").symlink_to("nowhere")
    assert main(["pages", "kept.json", "site"]) == TROUBLE
    assert capsys.readouterr() == (
        "! link.md: No such file or directory\n! docs/a.md: it cannot be read as utf-8 at byte 0\n",
        BINARY,
    )


def test_a_folder_is_read_as_its_pages_are(capsys: Output) -> None:
    """Whatever their endings, by what `--as` and `--encoding` say; what is no file is passed by."""
    for name, price in {"then": "19", "now": "24"}.items():
        Path(name).mkdir()
        Path(name, "prices").write_text(f"<p>£{price}</p>", "utf-16")
        Path(name, "about.php").write_text(f"<p class='{price}'>About</p>", "utf-16")
        os.mkfifo(f"{name}/pipe")
    options = ["--as", "html", "--encoding", "utf-16"]
    assert main(["pages", *options, "then", "now"]) == CHANGED
    assert capsys.readouterr() == ("~ prices\n", "")
    assert main(["cluster", *options, "then", "now"]) == CHANGED
    assert capsys.readouterr() == ("1 page: 1 line changed.\n  prices\n", "")


def test_a_site_that_is_down_is_trouble(capsys: Output) -> None:
    """Nothing is removed then."""
    Path("many.json").write_text(json.dumps([{"url": f"/{n}", "error": "gone"} for n in range(5)]))
    assert main(["pages", "many.json", "/dev/null"]) == TROUBLE
    assert capsys.readouterr() == (
        "? /0\n? /1\n? /2\n? /3\n? /4\n",
        f"changetrack: warning: {DOWN}\n",
    )


def test_an_address_forges_no_line(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes from a page that somebody else wrote."""
    monkeypatch.setattr(sys, "stdin", Stdin(b'{"url": "/a\\n- /b", "contentHash": "1"}'))
    assert main(["pages", "/dev/null", "-"]) == CHANGED
    assert capsys.readouterr().out == "+ /a\\n- /b\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"uri": 1}]', "p.json[0].url: the page has no address; give its url"),
        (
            '{"url": "/", "contentHash": "1"}\n{"url": "/a"}',
            (
                "p.json[1].contentHash: the page has neither contentHash nor error;"
                " give the hash of its content, or why there is none"
            ),
        ),
        (
            '{"url": "/", "error": "gone"}\n7',
            "p.json[1]: expected an object, got a number; send a JSON object",
        ),
        (
            '{"url": "/"}\n{"url": "/b"',
            (
                "p.json:2: not valid JSON: unexpected end of data at line 1 column 13;"
                " send one JSON value in UTF-8"
            ),
        ),
    ],
)
def test_what_is_no_list_of_pages_is_explained(text: str, message: str, capsys: Output) -> None:
    """By its place."""
    Path("p.json").write_text(text)
    assert main(["pages", "then.json", "p.json"]) == TROUBLE
    assert capsys.readouterr() == ("", f"changetrack: {message}\n")
