"""Which differences count, what is looked for, and what older versions tell."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from changetrack import track
from changetrack.cli import main
from tests.unit.cli.pages import CHANGED, NEW, OLD, SAME, TEXT, TROUBLE, Output, Stdin, Terminal

PRO, FREE, TEAM = (
    {"id": 2, "name": "Pro", "price": 29.0},
    {"id": 1, "name": "Free", "price": 0},
    {"id": 3, "name": "Team", "price": 99.0},
)
MOVED = '+ plans[name="Team"]: {"id":3,"name":"Team","price":99.0}\n'


@pytest.fixture(autouse=True)
def plans(folder: Path) -> Path:
    """Put lists of plans into the folder, and older versions of a page."""
    for name, value in {
        "a.json": {"plans": [FREE, PRO]},
        "b.json": {"plans": [TEAM, FREE, {**PRO, "price": 29.5}]},
        "c.json": {"plans": [PRO, FREE]},
        "kept.json": track(NEW).snapshot.to_dict(),
    }.items():
        (folder / name).write_text(json.dumps(value))
    return folder


RISEN = '~ plans[name="Pro"].price: 29.0 → 29.5 (+1.7 %)\n'
KEYED: dict[str, tuple[list[str], int, str, str]] = {
    "by a key": (["--list-key", "plans=name", "a.json", "b.json"], CHANGED, MOVED + RISEN, ""),
    "by two keys": (
        ["--list-key", "plans=id,name", "a.json", "c.json"],
        CHANGED,
        '> plans[id=2,name="Pro"]: moved, plans[1] → plans[0]\n',
        "",
    ),
    "counted": (
        ["--stat", "--list-key", "plans=name", "a.json", "c.json"],
        CHANGED,
        "fields: 0 added, 0 removed, 0 replaced, 1 moved\n",
        "",
    ),
    "in any order": (
        ["--order", "ignore", "a.json", "c.json"],
        SAME,
        "",
        "changetrack: not counted as changes: 1 of order alone\n",
    ),
    "within a tolerance": (
        [
            *("--list-key", "plans=name", "--tolerance", "plans[*].price=0.1,2%"),
            *("--tolerance", "seen=1", "a.json", "b.json"),
        ],
        CHANGED,
        MOVED,
        "changetrack: not counted as changes: 1 within --tolerance\n",
    ),
}


@pytest.mark.parametrize("name", KEYED)
def test_lists_and_numbers_are_compared_as_they_should_be(name: str, capsys: Output) -> None:
    """Items are known by their keys, and what does not count is counted."""
    arguments, status, output, errors = KEYED[name]
    assert main(["diff", *arguments]) == status
    assert capsys.readouterr() == (output, errors)


def test_keys_are_found(capsys: Output) -> None:
    """With `infer`, as the API does."""
    assert main(["diff", "--json", "--list-key", "infer", "a.json", "c.json"]) == CHANGED
    assert json.loads(capsys.readouterr().out)["diff"] == {"json": {}}


CHEAPER = '{"number": {"path": "price", "percent": {"lte": -10}}, "name": "cheaper"}'
MET = "met      condition 1: the change is of class price\n"
FELL = "met      cheaper: price went from 29 to 24 (-17.2 %)\n"


def _write_prices() -> None:
    Path("29.json").write_text('{"price": 29}')
    Path("24.json").write_text('{"price": 24}')


def test_conditions_stand_above_what_is_shown(capsys: Output) -> None:
    """One by one, by their names."""
    _write_prices()
    Path("c.json").write_text(f'[{CHEAPER}, {{"class": "date"}}]')
    given = ["--condition", '{"class": "price"}', "--condition", "@c.json"]
    assert main(["diff", *given, "29.json", "24.json"]) == CHANGED
    lines = f"{MET}{FELL}not met  condition 3: the change is of class price\n"
    assert capsys.readouterr() == (f"{lines}\n~ price: 29 → 24\n", "")
    assert main(["diff", "--condition", CHEAPER, "24.json", "24.json"]) == SAME
    assert capsys.readouterr() == ("not met  cheaper: nothing changed\n", "")
    assert main(["diff", "--json", "--condition", CHEAPER, "29.json", "24.json"]) == CHANGED
    assert json.loads(capsys.readouterr().out)["conditions"] == [
        {"met": True, "because": "price went from 29 to 24 (-17.2 %)", "name": "cheaper"}
    ]


def test_conditions_do_not_stand_in_a_document(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor in JSON; and they come from standard input as well."""
    _write_prices()
    monkeypatch.setattr(sys, "stdin", Stdin(CHEAPER.encode()))
    assert main(["diff", "--condition", "@-", "--show", "fields", "29.json", "24.json"]) == CHANGED
    shown, errors = capsys.readouterr()
    assert (json.loads(shown)[0]["path"], errors) == ("price", FELL)


def test_a_diff_below_conditions_is_a_diff(capsys: Output) -> None:
    """What reads patches skips what is above one."""
    assert main(["diff", "--condition", '{"class": "price"}', "old.md", "new.md"]) == CHANGED
    printed = capsys.readouterr().out
    assert printed == f"{MET}\n{TEXT}"
    Path("below.diff").write_text(printed)
    assert main(["apply", "below.diff", "old.md"]) == SAME
    assert capsys.readouterr().out == NEW


def test_a_terminal_shows_what_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """In green; and a name commands nothing."""
    condition = '{"class": "price", "name": "a\\u001b[2J\\nb"}'
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    main(["diff", "--stat", "--condition", condition, "old.md", "new.md"])
    assert terminal.shown.startswith("\x1b[32mmet    \x1b[m  a\\x1b[2J\\nb: ")


OLDER: dict[str, tuple[list[str], str]] = {
    "reverted": (
        ["--history", "new.md", "old.md", "new.md"],
        "history: reverted to new.md\n\nlines: 1 added, 1 deleted, in 1 place\n",
    ),
    "seen": (
        ["--history", "old.md", "--history", "kept.json", "new.md", "new.html"],
        "history: seen before in kept.json\n\nnothing changed\n",
    ),
    "flapping": (
        ["--history", "new.md", "--history", "old.md", "--history", "new.md", "old.md", "new.md"],
        "history: reverted to new.md, flapping\n\nlines: 1 added, 1 deleted, in 1 place\n",
    ),
    "baseline": (
        ["--baseline", "kept.json", "new.md", "old.md"],
        (
            "baseline: kept.json: new (the page differs from it now, and did not before):"
            " 1 line changed in Pricing.\n\nlines: 1 added, 1 deleted, in 1 place\n"
        ),
    ),
    "as before": (
        ["--baseline", "old.md", "old.md", "old.html"],
        "baseline: old.md: unchanged (the page is as it was there)\n\nnothing changed\n",
    ),
}


@pytest.mark.parametrize("name", OLDER)
def test_older_versions_tell_something(name: str, capsys: Output) -> None:
    """Pages and snapshots alike."""
    arguments, output = OLDER[name]
    main(["diff", "--stat", *arguments])
    assert capsys.readouterr() == (output, "")


def test_the_closest_version_is_named(capsys: Output) -> None:
    """Where the page was never as it is; of `track`, the state is the last version."""
    Path("near.md").write_text("# Pricing\n\nStarter $19\n\nPro\n\nTeam\n")
    Path("now.md").write_text("# Pricing\n\nStarter $19\n\nPro\n\nTeams\n")
    assert main(["track", "--state", "s.json", "--show", "summary", "near.md"]) == CHANGED
    given = ["--state", "s.json", "--history", "kept.json", "--show", "summary", "now.md"]
    assert main(["track", *given]) == CHANGED
    told = capsys.readouterr().out.split("\n")[1]
    assert told.startswith("history: not seen before, closest to s.json (")


def test_a_snapshot_is_one_whatever_is_piped(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--as` says what the page is; an older version may be stored in another way."""
    monkeypatch.setattr(sys, "stdin", Stdin(b"<h1>Pricing</h1><p>Starter $24"))
    given = ["--as", "html", "--state", "s.json", "--baseline", "kept.json", "--show", "summary"]
    assert main(["track", *given, "-"]) == CHANGED
    assert capsys.readouterr().out.startswith("baseline: kept.json: unchanged (")


KEY = "write PATTERN=NAME in quotes, such as 'plans=name' or 'plans[*].rows=id,kind'"
MARGIN = "write PATTERN=0.01, PATTERN=1% or both: 'plans[*].price=0.01,1%'"
QUOTED = """write it in single quotes, such as '{"class": "price"}', or name @FILE"""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--list-key", "plans"], f"--list-key: 'plans' names no key; {KEY}"),
        (["--list-key", "plans=a,"], f"--list-key: 'plans=a,' names no key; {KEY}"),
        (
            ["--list-key", "plans=a", "--list-key", "plans=b"],
            (
                "--list-key: the key of 'plans' is given twice;"
                " join the names of one key with commas"
            ),
        ),
        (
            ["--list-key", "infer", "--list-key", "plans=b"],
            "--list-key: infer is for all lists, and others are named as well; leave one out",
        ),
        (
            ["--list-key", "plans[*].x=a,a"],
            "--list-key plans[*].x=a,a: the same name stands there twice; leave one out",
        ),
        (["--tolerance", "price"], f"--tolerance: 'price' is no tolerance; {MARGIN}"),
        (["--tolerance", "price=-1"], f"--tolerance: 'price=-1' is no tolerance; {MARGIN}"),
        (
            ["--tolerance", "price=1%", "--tolerance", "price=2 %"],
            "--tolerance: the tolerance of 'price' is given twice; leave one out",
        ),
        (
            ["--tolerance", "plans[=1"],
            (
                "--tolerance plans[=1: 'plans[' at character 5:"
                ' expected a position like [0] or a key like ["a.b"];'
                " write patterns like plans, plans[*].features or $ for the whole value"
            ),
        ),
        (
            ["--condition", "{class: 1}"],
            f"--condition: not valid JSON: unexpected character at line 1 column 2; {QUOTED}",
        ),
        (
            ["--condition", '{"class": "price"}', "--condition", '{"score": {"lte": "1"}}'],
            "--condition 2: score.lte: expected a number, got a string; write it without quotes",
        ),
        (
            ["--condition", "@bad.json"],
            (
                "--condition @bad.json: [1]: text: expected an object, got a number;"
                " its keys: added, removed, changed, ignoreCase"
            ),
        ),
        (["--condition", "@no.json"], "no.json: No such file or directory"),
        (
            ["--baseline", "kept.json"],
            "kept.json: it is markdown, and the page is JSON; say what all are with --as",
        ),
        (["--history", "no.md"], "no.md: No such file or directory"),
    ],
)
def test_what_cannot_be_compared_is_explained(
    arguments: list[str], message: str, capsys: Output
) -> None:
    """By the option, as it was given."""
    Path("bad.json").write_text('[{"class": "price"}, {"text": 1}]')
    assert main(["diff", *arguments, "old.json", "new.json"]) == TROUBLE
    assert capsys.readouterr() == ("", f"changetrack: {message}\n")


def test_markdown_is_not_compared_with_json(capsys: Output) -> None:
    """The other way round."""
    assert main(["diff", "--history", "a.json", "old.md", "new.md"]) == TROUBLE
    message = "a.json: it is JSON, and the page is markdown; say what all are with --as"
    assert capsys.readouterr() == ("", f"changetrack: {message}\n")


def test_a_page_keeps_its_older_versions(capsys: Output) -> None:
    """They are read before anything is written."""
    assert main(["track", "--state", "s.json", "old.md"]) == CHANGED
    assert main(["track", "--state", "s.json", "--baseline", "no.md", "new.md"]) == TROUBLE
    assert json.loads(Path("s.json").read_text()) == track(OLD).snapshot.to_dict()
    assert capsys.readouterr().err == "changetrack: no.md: No such file or directory\n"
