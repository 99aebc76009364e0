"""Lines and texts from people who mean harm, and lines that repeat.

Lines that repeat matter as much: there a diff has many answers, and engines err in them.
"""

from __future__ import annotations

from itertools import cycle

from hypothesis import strategies as st

# What str.splitlines takes for a line end, and markdown does not.
SEPARATORS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
# What a reader of diffs may take for its own syntax.
DIFF_SYNTAX = (
    *("--- a", "+++ b", "--- previous", "+++ current", "@@ -1 +1 @@", "@@ -0,0 +1,2 @@", "-- "),
    *("\\ No newline at end of file", "\\", "diff --git a/x b/x", "index 123..456", "Index: x"),
    *("GIT binary patch", "Binary files a and b differ", "rename from x", "Only in x: y", "-", "+"),
    *("From 0123 Mon Sep 17 00:00:00 2001", "***", "*** 1,2 ****", "1c1", "< a", "> b", "new file"),
    *(
        "similarity index 100%",
        "deleted file mode 100644",
        "old mode 100644",
        "Property changes on",
    ),
)
# What a parser, a terminal or a C library may stumble over.
HOSTILE = (
    *("\x00", "\x1b[2J", "\t", "\ufeff", "\u200b", "\u00a0", "\u3000", "\u202e", "\x7f", "\u00ad"),
    *(
        "e\u0301",
        "\u00e9",
        "\U0001f600",
        "\U0001f468\u200d\U0001f469",
        "\U0010ffff",
        "\ufffe",
        "a\rb",
    ),
    *(f"a{separator}b" for separator in SEPARATORS),
)

# Few, so that they repeat: a diff of repeated lines has many answers, and engines err in them.
repeated_lines = st.sampled_from(("a", "b", "c", "", "# h", "- x"))
# Any text without surrogates, which no UTF-8 carries, and without line ends.
odd_lines = st.one_of(
    st.sampled_from(DIFF_SYNTAX),
    st.sampled_from(HOSTILE),
    st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=6),
)
hostile_lines = st.one_of(repeated_lines, odd_lines)


# How the lines of a text may end: by turns, because one draw for each line would be slow.
_ENDS = (
    ("\n",),
    ("\r\n", "\n"),
    ("\n", "\r", " \n"),
    ("\n\n", "\n"),
    ("\t\r\n\n", "\n", " \r\n", "\n\n\n"),
)


def texts(lines: st.SearchStrategy[str], max_lines: int = 14) -> st.SearchStrategy[str]:
    """Return a strategy of texts of such lines, in no way normal."""
    drawn = st.lists(lines, max_size=max_lines)
    return st.builds(_join, drawn, st.sampled_from(_ENDS))


def _join(lines: list[str], ends: tuple[str, ...]) -> str:
    return "".join(line + end for line, end in zip(lines, cycle(ends), strict=False))


hostile_texts = texts(hostile_lines)
