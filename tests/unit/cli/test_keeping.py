"""What `changetrack track` keeps is never lost, and never replaced by what is no page."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from changetrack import Snapshot
from changetrack.cli import main
from changetrack.cli.showing import CHANGED, SAME, TROUBLE


@pytest.fixture(autouse=True)
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a folder with two states of a page, and keep the first."""
    monkeypatch.chdir(tmp_path)
    Path("old.md").write_text("Starter $19\n", encoding="utf-8")
    Path("new.md").write_text("Starter $24\n", encoding="utf-8")
    main(["track", "--state", "s.json", "old.md"])


def _kept() -> str | None:
    return Snapshot.from_json(Path("s.json").read_text(encoding="utf-8")).markdown


def test_a_change_that_nobody_saw_is_shown_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The state moves on when the diff is out, not before."""
    with Path("/dev/full").open("w", encoding="utf-8") as full, monkeypatch.context() as patch:
        patch.setattr("sys.stdout", full)
        patch.setattr("changetrack.cli.commands._drop_output", lambda: None)
        assert main(["track", "--state", "s.json", "new.md"]) == TROUBLE
        # What is still buffered fails once more when the file is closed.
        patch.setattr(full, "close", lambda: None)
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())
    assert _kept() == "Starter $19"
    assert main(["track", "--state", "s.json", "new.md"]) == CHANGED
    assert main(["track", "--state", "s.json", "new.md"]) == SAME


def test_an_empty_page_does_not_replace_a_good_one(capsys: pytest.CaptureFixture[str]) -> None:
    """A download that failed is an empty page as a rule."""
    Path("empty.md").write_text(" \n", encoding="utf-8")
    capsys.readouterr()
    assert main(["track", "--state", "s.json", "empty.md"]) == TROUBLE
    assert capsys.readouterr() == (
        "",
        (
            "changetrack: empty.md: the page is empty, so the one that is kept stays;"
            " remove s.json if it is really empty now\n"
        ),
    )
    assert _kept() == "Starter $19"


def test_a_page_of_another_kind_does_not_replace_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Markdown and JSON have nothing to compare."""
    Path("page.json").write_text("{}", encoding="utf-8")
    capsys.readouterr()
    assert main(["track", "--state", "s.json", "page.json"]) == TROUBLE
    assert capsys.readouterr().err == (
        "changetrack: s.json: it holds a page of another kind; name another file for this page\n"
    )


def test_the_state_keeps_its_permissions_and_its_links() -> None:
    """Whoever made the state private, or a link to elsewhere, finds it so."""
    Path("s.json").rename("real.json")
    Path("real.json").chmod(0o600)
    Path("s.json").symlink_to("real.json")
    assert main(["track", "--state", "s.json", "new.md"]) == CHANGED
    mode = Path("real.json").stat().st_mode & 0o777
    assert (Path("s.json").is_symlink(), mode, _kept()) == (True, 0o600, "Starter $24")


def test_a_warning_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """The name of a field cannot forge a line of ours."""
    Path("a.json").write_text('{"a\\nchangetrack: forged": 1}', encoding="utf-8")
    Path("schema.json").write_text('{"additionalProperties": {"type": "string"}}', encoding="utf-8")
    capsys.readouterr()
    main(["diff", "--schema", "schema.json", "a.json", "a.json"])
    assert [line[:22] for line in capsys.readouterr().err.splitlines()] == [
        "changetrack: warning: "
    ]


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        (
            "old.md",
            "old.md: the state and the page are one file; keep the state in a file of its own",
        ),
        (
            "x.json",
            (
                "x.json: this is not a snapshot: it has no contentHash;"
                " restore it, or remove it to start again"
            ),
        ),
    ],
)
def test_a_file_that_is_no_state_is_left_alone(
    state: str, problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A slip of the hand does not cost a file."""
    Path("x.json").write_text('{"x":1}', encoding="utf-8")
    before = Path(state).read_bytes()
    capsys.readouterr()
    assert main(["track", "--state", state, "old.md"]) == TROUBLE
    assert (capsys.readouterr().err, Path(state).read_bytes()) == (
        f"changetrack: {problem}\n",
        before,
    )
