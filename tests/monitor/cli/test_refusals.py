"""What the commands below `monitor` refuse, and what a terminal is spared."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from changetrack.cli import main
from tests.monitor.cli.house import KEY, SAME, TROUBLE, House, make_house
from tests.unit.cli.pages import Terminal

Output = pytest.CaptureFixture[str]
_WRONG = """\
{"type": "export", "version": 1}
{"type": "monitor", "id": "019df960-5f2a-75fb-a98b-bd2d32ca67d4", "definition": \
{"name": "prices", "schedule": "sometimes", "targets": [{"urls": ["https://a.example"]}]}}
"""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "export: there is nothing in it;"),
        ("{}\n[]\n", "export, line 2: this is no record of an export;"),
        ("{\n", "export, line 1: not valid JSON"),
        ('\n{"type": "other"}', "line 2: type: this is no record of an export; use "),
        ('[{"type": "other"}]', "record 1: type: "),
        ("[", "export: not valid JSON"),
        ("[]", "export: there is nothing in it;"),
        (_WRONG, "line 2, monitor 'prices': definition.schedule"),
        (
            '{"type": "baseline", "monitorId": "x", "url": "https://a.example/"}',
            "line 1, page 'https://a.example/': ",
        ),
    ],
)
def test_what_is_no_export_is_refused(
    text: str, problem: str, house: House, capsys: Output
) -> None:
    """With the place."""
    Path("export").write_text(text)
    assert house.ask("import", "export") == TROUBLE
    said = capsys.readouterr().err
    assert said.startswith(f"changetrack: {problem}")
    assert said.endswith("; nothing was imported\n") or problem.startswith("export")


def test_what_was_imported_before_is_said(house: House, capsys: Output) -> None:
    """An export of thousands of records goes in portions, and a server knows nothing of lines."""
    lines = ['{"type": "export", "version": 1}'] * 501 + ['{"type": "other"}']
    Path("export").write_text("\n".join(lines))
    assert house.ask("import", "export") == TROUBLE
    said = capsys.readouterr().err
    assert said.startswith("changetrack: line 502: type: this is no record of an export;")
    assert said.endswith("; what stands up to line 500 was imported\n")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((), "there is nothing to look at; name a page"),
        (("https://example.com",), 'nobody knows when; add --every "30 minutes"'),
        (("https://example.com", "--every", "minute"), "schedule"),
        (("ftp://example.com", "--every", "hour"), "targets[0].urls[0]: 'ftp://example.com'"),
        (("--from", "no-name.json", "--every", "hour"), "there is no name; add --name"),
        (("--from", "list.json"), "list.json: this is no JSON object;"),
        (("--mode", "json", "--every", "hour"), "what is compared is said of pages;"),
        (
            ("https://example.com", "--every", "hour", "--max-pages", "5"),
            "--max-pages is of a crawl, a sitemap or a feed; leave it out",
        ),
        (
            ("https://example.com", "--every", "hour", "--only-meaningful"),
            "--webhook-header, --webhook-status and --only-meaningful are of a webhook; add",
        ),
        (
            ("https://example.com", "--every", "hour", "--webhook-header", "s3cret"),
            '--webhook-header: this is no header; write "Name: value"',
        ),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    arguments: tuple[str, ...], problem: str, house: House, capsys: Output
) -> None:
    """Here, or by the server, whose words are shown."""
    Path("list.json").write_text("[]")
    Path("no-name.json").write_text('{"targets": [{}]}')
    assert house.ask("create", *arguments) == TROUBLE
    assert capsys.readouterr().err.startswith(f"changetrack: {problem}")


def test_a_terminal_sees_whole_letters(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an export as well, which comes in pieces."""
    house.create("été 定価", "/plain")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert house.ask("export") == SAME
    assert '"name":"été 定価"' in terminal.shown


@pytest.mark.parametrize("word", ["0", "-1", "x", "1.5"])
def test_a_number_is_one(word: str, house: House, capsys: Output) -> None:
    """Argparse says so, in its own way."""
    with pytest.raises(SystemExit):
        house.ask("list", "--limit", word)
    assert "above zero" in capsys.readouterr().err or word == "-1"


def test_a_name_cannot_command_the_terminal(house: House, capsys: Output) -> None:
    """Whoever names a monitor is not whoever lists it."""
    house.create("\x1b]0;owned\x07", "/plain")
    shown = capsys.readouterr().out
    assert "name      \\x1b]0;owned\\x07\n" in shown
    assert house.ask("list", "--color", "always") == SAME
    assert "\x1b]0" not in capsys.readouterr().out


def test_a_key_comes_from_a_file_or_the_environment(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And never from an argument; without one, the server says so."""
    Path("key").write_text(f"# of this test\n{KEY}\n")
    Path("no-key").write_text("# nothing\n")
    with make_house(CHANGETRACK_API_KEYS=KEY) as house:
        assert house.ask("list") == TROUBLE
        problem = capsys.readouterr().err
        assert "there is no API key" in problem
        assert "--key-file or CHANGETRACK_API_KEY" in problem
        assert house.ask("list", "--key-file", "key") == SAME
        assert house.ask("list", "--key-file", "no-key") == TROUBLE
        assert "no-key: there are 0 keys in it" in capsys.readouterr().err
        monkeypatch.setenv("CHANGETRACK_API_KEY", KEY)
        monkeypatch.setenv("CHANGETRACK_SERVER", house.server)
        assert main(["monitor", "list"]) == SAME
        monkeypatch.setenv("CHANGETRACK_API_KEY", f"{KEY}\x7f")
        assert main(["monitor", "list"]) == TROUBLE
        assert KEY not in capsys.readouterr().err


def test_a_server_without_monitors_says_how_to_get_them(capsys: Output) -> None:
    """It may be one of ours that was started without them."""
    from changetrack_server.app import create_app
    from changetrack_server.settings import Settings
    from tests.server.serving import serve

    with serve(create_app(Settings(work_processes=1))) as server:
        assert main(["monitor", "list", "--server", f"{server}/"]) == TROUBLE
    assert capsys.readouterr().err == (
        f"changetrack: the server at {server} keeps no monitors;"
        " start it with `changetrack serve --monitors`\n"
    )
