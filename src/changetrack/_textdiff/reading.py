"""Unified text → the tree it says (the home of unidiff)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._textdiff.hunks import Hunk
from changetrack._textdiff.parsediff import make_chunk, wrap_chunks
from changetrack.errors import DiffSyntaxError

if TYPE_CHECKING:
    import unidiff

    from changetrack._models import Change, DiffAst

_REMEDY = "pass one file's unified diff, such as `diff.text`"


def parse_unified(text: str) -> DiffAst:
    r"""Return the whole tree of a unified diff of one file.

    It is the tree that the diff itself gives, without a cut. The empty text is the diff that
    changes nothing. Markers of a missing newline at the end of a file are understood and dropped.

    Raises:
        DiffSyntaxError: the text is not a unified diff of one file.

    >>> ast = parse_unified("--- a\n+++ b\n@@ -1 +1 @@\n-Starter $19\n+Starter $24\n")
    >>> ast["additions"], ast["files"][0]["chunks"][0]["changes"][0]
    (1, {'type': 'del', 'content': 'Starter $19', 'ln': 1})
    """
    if not isinstance(text, str):
        problem = f"the diff is {type(text).__name__}, not a string"
        raise DiffSyntaxError(problem, _REMEDY)
    if not text:
        return wrap_chunks([], additions=0, deletions=0)
    file = _read_file(_drop_preamble(text))
    chunks = [make_chunk(_read_hunk(hunk), _read_changes(hunk)) for hunk in file]
    return wrap_chunks(chunks, additions=file.added, deletions=file.removed)


def _drop_preamble(text: str) -> str:
    """Return the diff from its file header on, if all that follows can be of hunks.

    unidiff skips what it does not know, and looks at such lines in quadratic time. A diff of which
    a part is skipped would apply in part.
    """
    lines = text.split("\n")
    starts = (at for at, line in enumerate(lines) if line.startswith("--- "))
    start = next(starts, len(lines))
    if lines[start + 1 : start + 2] != [] and lines[start + 1].startswith("+++ "):
        strays = (line for line in lines[start + 2 :] if line and line[0] not in " +-@\\")
        stray = next(strays, None)
        if stray is None:
            return "\n".join(lines[start:])
        raise DiffSyntaxError(f"{stray[:60]!r} is no part of a hunk", _REMEDY)
    raise DiffSyntaxError("there are no lines that begin with --- and +++", _REMEDY)


def _check_whole(file: unidiff.PatchedFile, text: str) -> None:
    """Check that every line was read: the two of the header, and those of the hunks."""
    read = 2 + sum(1 + len(hunk) for hunk in file)
    there = text.count("\n") + (not text.endswith("\n"))
    if read != there:
        problem = f"{there - read} of its {there} lines are no part of a hunk"
        raise DiffSyntaxError(problem, _REMEDY)


def _read_file(text: str) -> unidiff.PatchedFile:
    import unidiff  # 11 ms to import

    try:
        files = unidiff.PatchSet(text)
    # Its header patterns admit digits and counts that int() refuses.
    except (unidiff.UnidiffParseError, ValueError) as error:
        problem = f"not a unified diff: {str(error).strip()[:80]!r}"
        raise DiffSyntaxError(problem, _REMEDY) from None
    if len(files) != 1:
        raise DiffSyntaxError(f"the diff is of {len(files)} files", _REMEDY)
    _check_whole(files[0], text)
    return files[0]


def _read_hunk(hunk: unidiff.Hunk) -> Hunk:
    # An empty side names the line before it, so its zero-based start is the number as it stands.
    old_start = hunk.source_start - (hunk.source_length > 0)
    new_start = hunk.target_start - (hunk.target_length > 0)
    if old_start < 0 or new_start < 0:
        raise DiffSyntaxError("a hunk with lines starts at line 0", _REMEDY)
    return Hunk(
        old_start, old_start + hunk.source_length, new_start, new_start + hunk.target_length, []
    )


def _read_changes(hunk: unidiff.Hunk) -> list[Change]:
    changes: list[Change] = []
    for line in hunk:
        content = line.value.removesuffix("\n")
        old, new = line.source_line_no, line.target_line_no
        if old is not None and new is not None:
            changes.append({"type": "normal", "content": content, "ln1": old, "ln2": new})
        elif old is not None:
            changes.append({"type": "del", "content": content, "ln": old})
        elif new is not None:
            changes.append({"type": "add", "content": content, "ln": new})
    return changes
