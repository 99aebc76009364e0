"""Text that stays text: the characters that Markdown would take for markup get a backslash.

Only where they would be markup, so that prices, names and code in running text read as they did.
What is escaped already stays as it is, so escaping never multiplies. Between neighbours that were
escaped apart, `meet` puts what only their meeting needs.
"""

from __future__ import annotations

import re

# Alternatives from left to right; the first two are kept as they are: what is escaped already, and
# underscores inside of a word. An angle bracket is markup before a name or an address only, an
# ampersand before an entity only. `](` and `]:` would make links, whatever their target.
_MARKUP = re.compile(
    r"""(?P<keep> \\[!-/:-@\[-`{-~] | (?<=[^\W_])_+(?=[^\W_]) )
    | [*_`]
    | ~(?=~) | (?<=~)~
    | <(?=[A-Za-z/!?]|[^\s<>@]*@|\Z)
    | &(?=\#?[0-9A-Za-z]{1,32};)
    | (?<=\])[(:]
    | \\\Z""",
    re.VERBOSE,
)
# What a line of text must not begin with: heading, list and quote, or be: a rule, or what makes a
# heading or a table of the line above. Numbers longer than nine digits make no list.
_LINE_START = re.compile(r"#{1,6}(?= |\Z)|[-+](?= |\Z)|>|=+ *\Z|(?=[|: ]*-)[-|: ]+\Z")
_NUMBERED = re.compile(r"([0-9]{1,9})([.)])(?= |\Z)")
_BRACKET = re.compile(r"\\.|[\[\]]", re.DOTALL)
_PIPE = re.compile(r"\\.|\|", re.DOTALL)
_QUOTE = re.compile(r'\\.|"', re.DOTALL)


def escape_text(text: str) -> str:
    r"""Return running text as Markdown that shows it.

    >>> escape_text("2 * 3 in snake_case, <b> and [x](y)")
    '2 \\* 3 in snake_case, \\<b> and [x]\\(y)'
    """
    return _MARKUP.sub(_escape_markup, text)


def escape_line_start(text: str) -> str:
    r"""Return escaped text that begins a line, so that it begins nothing else.

    >>> escape_line_start("- 20%"), escape_line_start("2024. A good year")
    ('\\- 20%', '2024\\. A good year')
    """
    if _LINE_START.match(text):
        return "\\" + text
    return _NUMBERED.sub(r"\1\\\2", text, count=1) if _NUMBERED.match(text) else text


def escape_label(text: str) -> str:
    """Return escaped text that stands between brackets; a balanced pair needs no backslash."""
    depth = 0
    for found in _BRACKET.finditer(text):
        depth += (found[0] == "[") - (found[0] == "]")
        if depth < 0:
            break
    return _BRACKET.sub(_escape_lone, text) if depth else text


def escape_alt(text: str) -> str:
    """Return text that stands between the brackets of an image."""
    return _BRACKET.sub(_escape_lone, escape_text(text))


def escape_closing_hashes(text: str) -> str:
    r"""Return the escaped text of a heading; hash marks at its end are not the heading's own.

    >>> escape_closing_hashes("Learn C #"), escape_closing_hashes("Learn C#")
    ('Learn C \\#', 'Learn C#')
    """
    words = text.rstrip("#")
    return f"{words}\\{text[len(words) :]}" if words[-1:] in {"", " "} and words != text else text


def escape_cell(text: str) -> str:
    """Return Markdown that stands in a table: no pipe ends the cell, not even one in code."""
    return _PIPE.sub(_escape_lone, text)


def escape_title(text: str) -> str:
    """Return text that stands between double quotes."""
    return _QUOTE.sub(_escape_lone, escape_text(text))


def meet(before: str, after: str) -> str:
    r"""Return `before` as it must be spelled where `after` follows on the same line.

    >>> meet("[x]", "(javascript:alert(1))"), meet("Buy now!", "[here](/shop)")
    ('[x]\\', 'Buy now\\!')
    """
    last = before[-1]
    if last == "]" and after[0] in "(:":
        return before + "\\"
    if last == "!" and after[0] == "[" and not _is_escaped(before):
        return before[:-1] + "\\!"
    return before


def _is_escaped(text: str) -> bool:
    """Tell whether the last character of escaped text has a backslash of its own."""
    ahead = text[:-1]
    return (len(ahead) - len(ahead.rstrip("\\"))) % 2 == 1


def _escape_markup(found: re.Match[str]) -> str:
    return found[0] if found["keep"] else "\\" + found[0]


def _escape_lone(found: re.Match[str]) -> str:
    return found[0] if len(found[0]) > 1 else "\\" + found[0]
