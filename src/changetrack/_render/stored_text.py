"""A unified text, read back in one pass, as far as anybody shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from changetrack._textdiff import Hunk

if TYPE_CHECKING:
    from changetrack._textdiff.edits import Edit

# Both numbers of a side, and nothing that takes long to read.
_CHUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")


@dataclass(frozen=True, slots=True)
class StoredText:
    """The lines that are known of a text diff, by their place from zero.

    `additions` and `deletions` are of the whole diff.
    """

    hunks: list[Hunk] = field(default_factory=list)
    old: dict[int, str] = field(default_factory=dict)
    new: dict[int, str] = field(default_factory=dict)
    additions: int = 0
    deletions: int = 0

    def __bool__(self) -> bool:
        return self.additions > 0 or self.deletions > 0

    @property
    def is_whole(self) -> bool:
        """Whether all lines that changed are known."""
        edits = [edit for hunk in self.hunks for edit in hunk.edits]
        known = sum(edit[1] - edit[0] + edit[3] - edit[2] for edit in edits)
        return known == self.additions + self.deletions


def read_text(text: str, most_lines: int | None) -> StoredText:
    """Return a unified text, in one pass; a line that is none of it says nothing."""
    lines = text.split("\n") if most_lines is None else text.split("\n", most_lines)
    rest = lines.pop() if most_lines is not None and len(lines) > most_lines else ""
    reading = _Reading()
    for line in _drop_names(lines):
        reading.read(line)
    reading.end_hunk()
    # Each of them begins a line, and a line of the page has another sign before it.
    added, deleted = (rest.count(f"\n{sign}") + rest.startswith(sign) for sign in "+-")
    known = reading.text
    return replace(
        known, additions=reading.additions + added, deletions=reading.deletions + deleted
    )


def _drop_names(lines: list[str]) -> list[str]:
    has_names = len(lines) > 1 and lines[0].startswith("--- ") and lines[1].startswith("+++ ")
    return lines[2:] if has_names else lines


class _Reading:
    """How far a unified text is read: the hunk that is open, and where its next lines stand."""

    def __init__(self) -> None:
        self.text = StoredText()
        self.additions = self.deletions = 0
        self._begin = self._edit = self._at = (0, 0)
        self._edits: list[Edit] = []

    def read(self, line: str) -> None:
        sign, words = line[:1], line[1:]
        if sign == "@":
            self._begin_hunk(line)
        elif sign == " ":
            self._end_edit()
            self._take(words, words)
            self._edit = self._at
        elif sign == "-":
            self.deletions += 1
            self._take(words, None)
        elif sign == "+":
            self.additions += 1
            self._take(None, words)

    def end_hunk(self) -> None:
        """Close the hunk that is open, if anything changed in it."""
        self._end_edit()
        (old, new), (old_end, new_end) = self._begin, self._at
        if self._edits:
            self.text.hunks.append(Hunk(old, old_end, new, new_end, self._edits))
        self._edits = []

    def _begin_hunk(self, line: str) -> None:
        self.end_hunk()
        found = _CHUNK.match(line)
        if found:
            old, old_size, new, new_size = found.groups()
            # A side without lines names the line before it. Numbers only ever grow.
            self._at = (
                max(int(old) - (old_size != "0"), self._at[0]),
                max(int(new) - (new_size != "0"), self._at[1]),
            )
        self._begin = self._edit = self._at

    def _end_edit(self) -> None:
        if self._edit != self._at:
            (i, j), (i_end, j_end) = self._edit, self._at
            self._edits.append((i, i_end, j, j_end))
            self._edit = self._at

    def _take(self, old: str | None, new: str | None) -> None:
        i, j = self._at
        if old is not None:
            self.text.old[i] = old
        if new is not None:
            self.text.new[j] = new
        self._at = i + (old is not None), j + (new is not None)
