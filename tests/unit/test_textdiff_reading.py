"""Reading unified text that others wrote, and using it."""

from __future__ import annotations

import pytest

from changetrack import apply_text, diff_text, parse_unified, revert_text
from changetrack.errors import DiffSyntaxError, HunkDoesNotApply

HEAD = "--- a\n+++ b\n"
NO_HEAD = "there are no lines that begin with --- and +++"
REMEDY = "pass one file's unified diff, such as `diff.text`"
GIT = """\
diff --git a/page.md b/page.md
index 83db48f..bf2a9a1 100644
--- a/page.md
+++ b/page.md
@@ -1,3 +1,3 @@ # Title
 a

-b
+c
"""
NO_NEWLINE = """\
--- a
+++ b
@@ -1 +1 @@
-b
\\ No newline at end of file
+c
\\ No newline at end of file
"""


def test_a_diff_of_git_is_read() -> None:
    """Its own headers, the section behind a hunk's, and blank context that lost its space."""
    assert parse_unified(GIT) == diff_text("a\n\nb", "a\n\nc").ast
    assert apply_text(GIT, "a\n\nb") == "a\n\nc"
    assert revert_text(GIT, "a\n\nc") == "a\n\nb"


def test_markers_of_missing_newlines_are_dropped() -> None:
    """Lines are compared without their newline, so it does not matter who misses one."""
    assert parse_unified(NO_NEWLINE) == diff_text("b", "c").ast
    assert apply_text(NO_NEWLINE, "b") == "c"


def test_the_last_newline_may_be_missing() -> None:
    """Whoever copies a diff loses it."""
    assert parse_unified(GIT.removesuffix("\n")) == parse_unified(GIT)
    assert parse_unified(NO_NEWLINE.removesuffix("\n")) == parse_unified(NO_NEWLINE)


def test_an_empty_text_changes_nothing() -> None:
    """It is what a diff of equal pages prints."""
    assert parse_unified("") == diff_text("a", "a").ast
    assert apply_text("", "a \n") == "a"
    assert revert_text("", "a\n\n\nb") == "a\n\nb"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("hello", NO_HEAD),
        ("\n", NO_HEAD),
        (GIT + GIT, "'diff --git a/page.md b/page.md' is no part of a hunk"),
        ("@@ -1 +1 @@\n-a\n+b\n", NO_HEAD),
        ("+++ b\n", NO_HEAD),
        (
            HEAD + "@@ -1 +1 @@\n-a\n+A\n@@ 3 +3 @@\n-c\n+C\n",
            "3 of its 8 lines are no part of a hunk",
        ),
        (HEAD + "@@ -1 +1 @@\n-a\n+A\n-b\n", "1 of its 6 lines are no part of a hunk"),
        (
            HEAD + "Binary files a and b differ\n",
            "'Binary files a and b differ' is no part of a hunk",
        ),
        (HEAD + HEAD, "the diff is of 2 files"),
        (
            "--- a\n+++ b\n@@ -1 +1,2 @@\n-a\n",
            "not a unified diff: 'Hunk is shorter than expected'",
        ),
        (
            "--- a\n+++ b\n@@ -1 +1 @@\n-a\n-b\n",
            "not a unified diff: 'Hunk is longer than expected'",
        ),
        ("--- a\n+++ b\n@@ -0 +1 @@\n-a\n+b\n", "a hunk with lines starts at line 0"),
        ("--- a\n+++ b\n@@ -1 +0 @@\n-a\n+b\n", "a hunk with lines starts at line 0"),
    ],
)
def test_what_is_no_diff_is_refused(text: str, problem: str) -> None:
    """The error says what is wrong with it, by every function that takes one."""
    for use in (parse_unified, lambda t: apply_text(t, "a"), lambda t: revert_text(t, "a")):
        with pytest.raises(DiffSyntaxError) as caught:
            use(text)
        assert caught.value == DiffSyntaxError(problem, REMEDY)


def test_a_number_that_python_does_not_convert_is_refused() -> None:
    """It is no reason to fail otherwise."""
    text = f"--- a\n+++ b\n@@ -1 +{'9' * 5_000} @@\n-a\n+b\n"
    with pytest.raises(DiffSyntaxError):
        parse_unified(text)


TWO_HUNKS = diff_text(
    "\n".join(f"l{at}" for at in range(30)),
    "\n".join("X" if at in {3, 20} else f"l{at}" for at in range(30)),
)


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (lambda lines: lines[:22], HunkDoesNotApply(2, 18)),
        (lambda lines: ["new", *lines], HunkDoesNotApply(1, 1)),
        (lambda lines: [*lines[:21], "other", *lines[22:]], HunkDoesNotApply(2, 18)),
        (lambda lines: lines[:0], HunkDoesNotApply(1, 1)),
        (lambda lines: lines[:10], HunkDoesNotApply(2, 18)),
    ],
)
def test_a_diff_of_another_page_does_not_apply(edit: object, error: HunkDoesNotApply) -> None:
    """No fuzz, no offset: the hunk and the line where it was to begin are named."""
    assert callable(edit)
    text = "\n".join(edit(TWO_HUNKS.old))
    for form in (TWO_HUNKS, TWO_HUNKS.text):
        with pytest.raises(HunkDoesNotApply) as caught:
            apply_text(form, text)
        assert caught.value == error


def test_hunks_out_of_order_do_not_apply() -> None:
    """Each begins behind the one before."""
    header, first, second = TWO_HUNKS.text.replace("@@ -", "\0@@ -").split("\0")
    with pytest.raises(HunkDoesNotApply) as caught:
        apply_text(header + second + first, "\n".join(TWO_HUNKS.old))
    assert caught.value == HunkDoesNotApply(2, 1)


def test_an_insertion_behind_the_end_does_not_apply() -> None:
    """It expects no lines, but it expects a place."""
    text = "--- a\n+++ b\n@@ -7,0 +8 @@\n+new\n"
    assert apply_text(text, "\n".join("abcdefg")) == "a\nb\nc\nd\ne\nf\ng\nnew"
    with pytest.raises(HunkDoesNotApply) as caught:
        apply_text(text, "a")
    assert caught.value == HunkDoesNotApply(1, 8)


def test_bytes_are_no_diff() -> None:
    """They are what a file or a process gives, and the error says so."""
    with pytest.raises(DiffSyntaxError) as caught:
        parse_unified(GIT.encode())  # type: ignore[arg-type]
    assert caught.value == DiffSyntaxError("the diff is bytes, not a string", REMEDY)
