"""Diffs for people: colours, control characters, lines of fields."""

from __future__ import annotations

import pytest

from changetrack import FieldChange, diff_fields, diff_text
from changetrack._models import JsonValue
from changetrack._render import escape_controls, list_fields, paint_diff


def test_a_diff_is_painted_as_git_paints() -> None:
    """Headers bold, ranges cyan, deletions red, additions green, context plain."""
    painted = paint_diff(diff_text("a\nb", "a\nc").text)
    assert painted == (
        "\x1b[1m--- previous\x1b[m\n\x1b[1m+++ current\x1b[m\n\x1b[36m@@ -1,2 +1,2 @@\x1b[m\n"
        " a\n\x1b[31m-b\x1b[m\n\x1b[32m+c\x1b[m\n"
    )


def test_lines_that_look_like_headers_are_not() -> None:
    """A deleted line `-- x` begins with three dashes."""
    painted = paint_diff(diff_text("-- x\n++ y", "").text).split("\n")
    assert painted[3:] == ["\x1b[31m--- x\x1b[m", "\x1b[31m-++ y\x1b[m", ""]
    painted = paint_diff(diff_text("", "++ y\n@@ z").text).split("\n")
    assert painted[3:] == ["\x1b[32m+++ y\x1b[m", "\x1b[32m+@@ z\x1b[m", ""]


def test_fields_are_painted_too() -> None:
    """Added, removed, replaced."""
    changes = diff_fields({"a": 1, "b": 1}, {"b": 2, "c": 1})
    assert paint_diff(list_fields(changes)) == (
        "\x1b[31m- a: 1\x1b[m\n\x1b[33m~ b: 1 → 2\x1b[m\n\x1b[32m+ c: 1\x1b[m\n"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\tb\n", "a\tb\n"),
        ("\x00\x08\x0d\x7f\x80\x9b31m", "\\x00\\x08\\x0d\\x7f\\x80\\x9b31m"),
        ("é \u00a0 😀", "é \u00a0 😀"),
    ],
)
def test_a_page_cannot_command_the_terminal(text: str, shown: str) -> None:
    """Every control character is spelled out, but for tab and newline."""
    assert escape_controls(text) == shown
    assert shown in paint_diff(f" {text}")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (FieldChange(op="add", path=("a", 0), current=None), "+ a[0]: null\n"),
        (FieldChange(op="remove", path=(), previous={"b": [1.0]}), '- $: {"b":[1.0]}\n'),
        (
            FieldChange(op="replace", path=("x.y",), previous=True, current="é\n"),
            '~ ["x.y"]: true → "é\\n"\n',
        ),
        (FieldChange(op="add", path=("n\n+ forged: 1",), current=1), "+ n\\n+ forged: 1: 1\n"),
        (
            FieldChange(op="add", path=("\u202eabc\x1b[2J é",), current=1),
            '+ ["\\u202eabc\\u001b[2J é"]: 1\n',
        ),
        (FieldChange(op="add", path=("a",), current="x" * 118), f'+ a: "{"x" * 118}"\n'),
        (FieldChange(op="add", path=("a",), current="x" * 119), f'+ a: "{"x" * 119}…\n'),
        (FieldChange(op="add", path=("a",), current=2**70), "+ a: 1180591620717411303424\n"),
    ],
)
def test_a_change_is_one_line(change: FieldChange, line: str) -> None:
    """Whatever its path and its values hold."""
    assert list_fields([change]) == line


def test_no_changes_are_no_lines() -> None:
    """An empty list prints nothing."""
    value: JsonValue = {"a": 1}
    assert list_fields(diff_fields(value, value)) == ""
    assert paint_diff("") == ""


def test_moved_fields_are_listed() -> None:
    """With where they stood, in a colour of their own."""
    move = FieldChange(op="move", path=("a", 0), origin=("a", 2))
    assert list_fields([move]) == "> a[0]: moved, a[2] → a[0]\n"
    assert paint_diff(list_fields([move])) == "\x1b[35m> a[0]: moved, a[2] → a[0]\x1b[m\n"
