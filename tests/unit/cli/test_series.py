"""`changetrack blame` and `changetrack log`: many versions of one page."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from changetrack import track
from changetrack.cli import main
from tests.unit.cli.pages import SAME, TROUBLE, Output, Stdin

A, B, C = (
    "# Pricing\n\nStarter $19\n",
    "# Pricing\n\nStarter $24\n",
    "# Pricing\n\nStarter $24\nPro\n",
)
PATCH = "--- previous\n+++ current\n@@ -3 +3 @@\n-Starter $19\n+Starter $24\n"


@pytest.fixture(autouse=True)
def versions(folder: Path) -> Path:
    """Put a few versions into the folder."""
    for name, text in {
        "mon.md": A,
        "tue.md": B,
        "wed.html": "<h1>Pricing</h1><p>Starter $19</p>",
        "thu.md": C,
        "one.json": '{"price": 19, "plans": ["a"]}',
        "two.json": '{"price": 24, "plans": ["a"]}',
        "stored.json": track(A, captured_at="2026-07-01").snapshot.to_json(),
        "hash.json": json.dumps({"contentHash": track(B).content_hash}),
    }.items():
        (folder / name).write_text(text)
    return folder


# What is read, and what comes of it.
RUNS: dict[str, tuple[list[str], str]] = {
    "blame": (
        ["blame", "mon.md", "wed.html", "tue.md", "thu.md"],
        "mon.md  1) # Pricing\nmon.md  2)\ntue.md  3) Starter $24\nthu.md  4) Pro\n",
    ),
    "blame on a snapshot says when": (
        ["blame", "stored.json", "thu.md"],
        (
            "2026-07-01  1) # Pricing\n2026-07-01  2)\n"
            "thu.md      3) Starter $24\nthu.md      4) Pro\n"
        ),
    ),
    "blame of json": (
        ["blame", "one.json", "two.json"],
        'two.json  price: 24\none.json  plans[0]: "a"\n',
    ),
    "blame of a snapshot as json": (
        ["blame", "--as", "json", "hash.json"],
        f'hash.json  contentHash: "{track(B).content_hash}"\n',
    ),
    "blame of nothing": (["blame", "mon.md", "/dev/null"], ""),
    "log": (
        ["log", "mon.md", "tue.md", "wed.html", "tue.md", "tue.md", "thu.md"],
        (
            "thu.md    changed  +1 -0  1 line added in Pricing.\n"
            "tue.md    same            Nothing changed.  = seen before in tue.md, flapping\n"
            "tue.md    changed  +1 -1  1 line changed in Pricing.  reverted to tue.md, flapping\n"
            "wed.html  changed  +1 -1  1 line changed in Pricing.  reverted to mon.md\n"
            "tue.md    changed  +1 -1  1 line changed in Pricing.\n"
            "mon.md    first           Seen for the first time.\n"
        ),
    ),
    "log of the oldest that was so": (
        ["log", "mon.md", "stored.json", "tue.md", "wed.html"],
        (
            "wed.html    changed  +1 -1  1 line changed in Pricing."
            "  reverted to 2026-07-01, = seen before in mon.md\n"
            "tue.md      changed  +1 -1  1 line changed in Pricing.\n"
            "2026-07-01  same            Nothing changed.  = seen before in mon.md\n"
            "mon.md      first           Seen for the first time.\n"
        ),
    ),
    "log of hashes": (
        ["log", "hash.json", "hash.json", "mon.md", "hash.json"],
        (
            "hash.json  changed  The content changed.  reverted to hash.json\n"
            "mon.md     changed  The content changed.\n"
            "hash.json  same     Nothing changed.  = seen before in hash.json\n"
            "hash.json  first    Seen for the first time.\n"
        ),
    ),
    "log with the diffs": (
        ["log", "--patch", "-U", "0", "mon.md", "tue.md"],
        (
            f"tue.md  changed  +1 -1  1 line changed in Pricing.\n{PATCH}\n"
            "mon.md  first           Seen for the first time.\n"
        ),
    ),
    "log of one": (["log", "mon.md"], "mon.md  first    Seen for the first time.\n"),
}


@pytest.mark.parametrize("name", RUNS)
def test_versions_are_told_apart(name: str, capsys: Output) -> None:
    """What changed is no trouble and no news: the status is 0, whatever is shown."""
    arguments, output = RUNS[name]
    assert main(arguments) == SAME
    assert capsys.readouterr() == (output, "")


def test_a_log_of_json_counts_fields(capsys: Output) -> None:
    """Those with another value apart; the diff is that of `changetrack diff`."""
    assert main(["log", "-p", "one.json", "two.json"]) == SAME
    first, *patch = capsys.readouterr().out.split("\n")
    assert first.startswith("two.json  changed  +0 -0 ~1  ")
    assert patch[:2] == ["~ price: 19 → 24", ""]


def test_a_log_in_colour_is_the_same_log(capsys: Output) -> None:
    """Only the diffs have any."""
    main(["log", "-p", "--color", "always", "mon.md", "tue.md"])
    assert "\x1b[31m-Starter $19\x1b[m\n\x1b[32m+Starter $24\x1b[m\n" in capsys.readouterr().out


def test_programs_are_told_of_files_and_places(capsys: Output) -> None:
    """In the spelling of the API."""
    assert main(["blame", "--json", "stored.json", "tue.md"]) == SAME
    assert json.loads(capsys.readouterr().out) == {
        "files": ["stored.json", "tue.md"],
        "lines": [
            {"line": 1, "text": "# Pricing", "snapshot": 0, "capturedAt": "2026-07-01"},
            {"line": 2, "text": "", "snapshot": 0, "capturedAt": "2026-07-01"},
            {"line": 3, "text": "Starter $24", "snapshot": 1},
        ],
    }
    assert main(["blame", "--json", "one.json"]) == SAME
    assert json.loads(capsys.readouterr().out)["fields"][0] == {
        "path": "price",
        "value": 19,
        "snapshot": 0,
    }


def test_programs_are_told_of_steps_line_by_line(capsys: Output) -> None:
    """The newest first; the diff is there when it is asked for."""
    assert main(["log", "--json", "mon.md", "tue.md", "stored.json"]) == SAME
    newest, step, first = map(json.loads, capsys.readouterr().out.splitlines())
    assert newest == {
        "file": "stored.json",
        "status": "changed",
        "contentHash": track(A).content_hash,
        "summary": "1 line changed in Pricing.",
        "seenBefore": ["mon.md"],
        "flapping": False,
        "revertedTo": "mon.md",
        "capturedAt": "2026-07-01",
        "counts": {"added": 1, "removed": 1},
    }
    assert (first["status"], first["seenBefore"]) == ("first", [])
    assert main(["log", "--json", "-p", "-U0", "mon.md", "tue.md"]) == SAME
    patched = json.loads(capsys.readouterr().out.splitlines()[0])
    assert patched.pop("diff")["text"] == PATCH
    assert patched == step


def test_a_version_comes_from_standard_input(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a page, once."""
    monkeypatch.setattr(sys, "stdin", Stdin(B.encode()))
    assert main(["blame", "mon.md", "-"]) == SAME
    assert capsys.readouterr().out.endswith("-       3) Starter $24\n")
    assert main(["blame", "-", "-"]) == TROUBLE


def test_a_name_forges_no_line(capsys: Output) -> None:
    """A file may be called anything."""
    Path("a\nb.md").write_text("x")
    assert main(["blame", "a\nb.md"]) == SAME
    assert capsys.readouterr().out == "a\\nb.md  1) x\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["log", "mon.md", "one.json"],
            (
                "mon.md and one.json cannot be compared: one of them is JSON;"
                " say what all are with --as"
            ),
        ),
        (
            ["blame", "mon.md", "hash.json"],
            "hash.json: it holds no markdown; leave it out, or keep pages whole",
        ),
        (
            ["blame", "one.json", "hash.json"],
            "hash.json: it holds no JSON; leave it out, or keep pages whole",
        ),
        (["log", "null.json"], "null.json: the JSON is null; a page needs a value to compare"),
        (
            ["blame", "bad.json"],
            (
                "bad.json: not valid JSON: unexpected end of data at line 1 column 16;"
                " send one JSON value in UTF-8"
            ),
        ),
        (
            ["blame", "wrong.json"],
            "wrong.json.markdown: expected a string, got a number; correct or leave out the field",
        ),
        (["log", "no.md"], "no.md: No such file or directory"),
        (
            ["log", "-U", "-1", "mon.md"],
            "context: expected a whole number from 0 to 1,000,000, got -1; leave it out for 3",
        ),
    ],
)
def test_what_cannot_be_told_is_explained(
    arguments: list[str], message: str, capsys: Output
) -> None:
    """By the file that it is about."""
    Path("null.json").write_text("null")
    Path("bad.json").write_text('{"contentHash":')
    Path("wrong.json").write_text('{"markdown": 1, "contentHash": "a"}')
    assert main(arguments) == TROUBLE
    assert capsys.readouterr() == ("", f"changetrack: {message}\n")


def test_json_with_more_than_a_snapshot_has_is_a_page(capsys: Output) -> None:
    """Pages may speak of hashes."""
    Path("page.json").write_text('{"contentHash": "a", "title": "A"}')
    assert main(["blame", "page.json"]) == SAME
    assert capsys.readouterr().out.startswith('page.json  contentHash: "a"\n')


@pytest.mark.parametrize("command", ["blame", "log", "pages"])
def test_their_help_is_a_page(command: str, capsys: Output) -> None:
    """It says what they are for, and fits a terminal of 100 columns."""
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    page = capsys.readouterr().out
    assert caught.value.code == 0
    assert page.startswith(f"usage: changetrack {command}")
    assert max(map(len, page.split("\n"))) <= 100


def test_items_are_followed_by_their_keys(capsys: Output, folder: Path) -> None:
    """An item at the head is new, and the others are what they were."""
    (folder / "old.json").write_text('[{"id": "A", "n": 1}]')
    (folder / "new.json").write_text('[{"id": "B", "n": 2}, {"id": "A", "n": 1}]')
    keyed = ["--list-key", "$=id", "old.json", "new.json"]
    assert main(["blame", *keyed]) == SAME
    assert capsys.readouterr() == (
        (
            'new.json  [id="B"].id: "B"\nnew.json  [id="B"].n: 2\n'
            'old.json  [id="A"].id: "A"\nold.json  [id="A"].n: 1\n'
        ),
        "",
    )
    assert main(["log", "-p", *keyed]) == SAME
    assert capsys.readouterr().out.split("\n")[:2] == [
        'new.json  changed  +1 -0 ~0  [id="B"] added: {"id":"B","n":2}.',
        '+ [id="B"]: {"id":"B","n":2}',
    ]


def test_keys_that_nothing_comes_of_are_told(capsys: Output) -> None:
    """Once, however many steps there are; what is no key is trouble."""
    assert main(["log", "--list-key", "jobs=id", "one.json", "two.json", "one.json"]) == SAME
    assert capsys.readouterr().err == "changetrack: warning: list keys: jobs meets no list\n"
    for command in ("log", "blame"):
        assert main([command, "--list-key", "plans=id", "mon.md", "tue.md"]) == SAME
        said = "changetrack: warning: the page is text, so nothing comes of --list-key\n"
        assert capsys.readouterr().err == said
        assert main([command, "--list-key", "**.plans=id", "one.json", "two.json"]) == TROUBLE
        assert capsys.readouterr().err.startswith("changetrack: --list-key **.plans=id: '**.plans'")
