"""Where the links and images of a line are, as readers of Markdown see them.

One line at a time, because that is how pages are written and compared. Each character is looked at
a bounded number of times: what could nest without end has a depth.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

LinkKind: TypeAlias = Literal["link", "image"]

# What can begin or end something, after what takes that power away.
_TOKEN = re.compile(
    r"\\[!-/:-@\[-`{-~] | `+ | !?\[ | \] | < | (?<![0-9A-Za-z])(?:https?://|www\.)(?=[^\s.])",
    re.VERBOSE | re.IGNORECASE,
)
_BACKTICKS = re.compile(r"`+")
_ANGLED = re.compile(r"<([a-z][a-z0-9+.-]{1,31}:[^\s<>]*+)>", re.IGNORECASE)
_MAIL = re.compile(r"<([^\s<>@\\:]++@[^\s<>@\\]++)>")
# An address in running text ends where Markdown, a table, or a sentence of any script ends it.
_BARE = re.compile(
    r'[^\s<>"`|\[\]\u201c\u201d\u2026\u3001\u3002\u3008-\u3011\uff01\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1f]++'
)
_SENTENCE_END = "?!.,:;*_~'"
_DEFINITION = re.compile(r" {0,3}\[(?!\^)((?:\\.|[^\\\[\]])++)\]:[ \t]*+", re.DOTALL)
# A line without any of these holds no link: most lines of a page.
_SIGNS = ("[", "<", "://", "www.", "WWW.")
_GAP = re.compile(r"[ \t]*+")
_IN_ANGLES = re.compile(r"<((?:\\.|[^\\<>])*+)>", re.DOTALL)
_TARGET_TOKEN = re.compile(r"\\[!-/:-@\[-`{-~]|[()\x00-\x20\x7f]")
_TITLE = re.compile(
    r""""(?:\\.|[^"\\])*+" | '(?:\\.|[^'\\])*+' | \((?:\\.|[^()\\])*+\)""",
    re.VERBOSE | re.DOTALL,
)
# Parentheses inside of a target, of which CommonMark asks three levels, and images inside of the
# text of images. Each level may read the same characters once more.
_DEPTH = 4
_IMAGE_DEPTH = 8


class WrittenLink(NamedTuple):
    """A link or an image between two characters of a line."""

    kind: LinkKind
    text: str
    target: str
    start: int
    end: int


@dataclass(slots=True)
class _Opener:
    """A bracket that waits for its other half, and how many links were known before it.

    `depth` is that of the deepest link behind it so far: to look at all of them whenever a bracket
    closes would take time by the square of the line.
    """

    kind: LinkKind
    start: int
    text_start: int
    known: int
    depth: int = 0


def scan_links(line: str) -> list[WrittenLink]:
    r"""Return the links and images of a line that is not in a code block.

    Text is what the line has between the brackets, where images are replaced by their own text;
    titles are left out. What an image's text holds is no link of its own.

    >>> [(each.text, each.target) for each in scan_links("[Pro](/pro 'P') `[x](y)` \\[no](z)")]
    [('Pro', '/pro')]
    """
    if not any(sign in line for sign in _SIGNS):
        return []
    return _read_definition(line) or _LineScanner(line).scan()


class _LineScanner:
    """Walks from token to token of one line."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._found: list[WrittenLink] = []
        self._openers: list[_Opener] = []
        # Links hold no links: brackets opened so far outside of one make none any more.
        self._spent = 0
        self._fences: dict[int, list[int]] | None = None

    def scan(self) -> list[WrittenLink]:
        found = _TOKEN.search(self._line)
        while found:
            at = self._read_token(found[0], found.start(), found.end())
            found = _TOKEN.search(self._line, at)
        return sorted(self._found, key=lambda link: link.start)

    def _read_token(self, token: str, start: int, end: int) -> int:
        """Take a token and return where to go on."""
        first = token[0]
        if first == "`":
            return self._skip_code(start, end)
        if first == "]":
            return self._close_bracket(end)
        if first == "<":
            return self._read_angled(start)
        if token[-1] == "[" and first != "\\":
            kind: LinkKind = "image" if first == "!" else "link"
            self._openers.append(_Opener(kind, start, end, len(self._found)))
            return end
        return end if first == "\\" else self._read_bare(start)

    def _skip_code(self, start: int, end: int) -> int:
        if self._fences is None:
            self._fences = {}
            for run in _BACKTICKS.finditer(self._line):
                self._fences.setdefault(len(run[0]), []).append(run.start())
        size = end - start
        places = self._fences.get(size, [])
        after = bisect_right(places, start)
        return places[after] + size if after < len(places) else end

    def _close_bracket(self, end: int) -> int:
        if not self._openers:
            return end
        opener = self._openers.pop()
        is_spent = opener.kind == "link" and len(self._openers) < self._spent
        self._spent = min(self._spent, len(self._openers))
        depth = opener.depth + 1
        read = None if is_spent or depth > _IMAGE_DEPTH else _read_target(self._line, end)
        if read is None:
            self._note_depth(opener.depth)
            return end
        self._note_depth(depth)
        target, after = read
        images = [link for link in self._found[opener.known :] if link.kind == "image"]
        text = self._spell_text(opener.text_start, end - 1, images)
        self._found[opener.known :] = images if opener.kind == "link" else []
        self._found.append(WrittenLink(opener.kind, text, target, opener.start, after))
        if opener.kind == "link":
            self._spent = len(self._openers)
        return after

    def _note_depth(self, depth: int) -> None:
        """Keep how deep the links behind the innermost bracket that is open are."""
        if self._openers:
            self._openers[-1].depth = max(self._openers[-1].depth, depth)

    def _spell_text(self, start: int, end: int, images: list[WrittenLink]) -> str:
        pieces = []
        for image in images:
            pieces += [self._line[start : image.start], image.text]
            start = image.end
        return "".join([*pieces, self._line[start:end]])

    def _read_angled(self, start: int) -> int:
        found = _ANGLED.match(self._line, start)
        if found:
            self._add_address(found[1], found[1], start, found.end())
            return found.end()
        found = _MAIL.match(self._line, start)
        if found:
            self._add_address(found[1], f"mailto:{found[1]}", start, found.end())
            return found.end()
        return start + 1

    def _read_bare(self, start: int) -> int:
        found = _BARE.match(self._line, start)
        address = _trim_address(found[0] if found else "")
        end = start + len(address)
        self._add_address(address, address, start, end)
        return end

    def _add_address(self, text: str, target: str, start: int, end: int) -> None:
        self._found.append(WrittenLink("link", text, target, start, end))
        self._note_depth(1)


def _trim_address(address: str) -> str:
    """Return an address without what belongs to the sentence around it."""
    spare = address.count(")") - address.count("(")
    end = len(address)
    while end:
        last = address[end - 1]
        if last == ")" and spare > 0:
            spare -= 1
        elif last not in _SENTENCE_END:
            break
        end -= 1
    return address[:end]


def _read_target(line: str, at: int) -> tuple[str, int] | None:
    """Return the target in the parentheses that begin here, and where they end."""
    if line[at : at + 1] != "(":
        return None
    read = _read_address(line, _skip_gap(line, at + 1))
    if read is None:
        return None
    target, end = read
    end = _skip_title(line, end)
    return (target, end + 1) if line[end : end + 1] == ")" else None


def _read_definition(line: str) -> list[WrittenLink]:
    """Return the link of a line that is a reference definition and nothing else."""
    found = _DEFINITION.match(line)
    read = _read_address(line, found.end()) if found else None
    if found is None or read is None or not found[1].strip():
        return []
    target, end = read
    is_whole = bool(target) and _skip_title(line, end) == len(line)
    return [WrittenLink("link", found[1], target, found.start(1), end)] if is_whole else []


def _read_address(line: str, at: int) -> tuple[str, int] | None:
    """Return the target that begins here, which may be empty, and where it ends."""
    if line[at : at + 1] == "<":
        found = _IN_ANGLES.match(line, at)
        return (found[1], found.end()) if found else None
    depth, end = 0, at
    while (token := _TARGET_TOKEN.search(line, end)) is not None:
        step = _DEPTH_STEPS.get(token[0], 0)
        if len(token[0]) == 1 and (not step or depth + step < 0):
            return (line[at : token.start()], token.start()) if depth == 0 else None
        depth, end = depth + step, token.end()
        if depth > _DEPTH:
            return None
    return (line[at:], len(line)) if depth == 0 else None


_DEPTH_STEPS = {"(": 1, ")": -1}


def _skip_gap(line: str, at: int) -> int:
    found = _GAP.match(line, at)
    return found.end() if found else at


def _skip_title(line: str, at: int) -> int:
    """Return where the title ends that may follow a target, and the blanks after it."""
    gap = _skip_gap(line, at)
    title = _TITLE.match(line, gap) if gap > at else None
    return _skip_gap(line, title.end()) if title else gap
