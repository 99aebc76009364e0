"""What the generated pages have in common: docstrings as Markdown, and a class as it is written."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator


def class_source(value: type) -> str:
    """Return a class as it is written."""
    return textwrap.dedent(inspect.getsource(value))


def class_node(value: type) -> ast.ClassDef:
    """Return the syntax tree of a class; its positions count in `class_source`."""
    node = ast.parse(class_source(value)).body[0]
    if not isinstance(node, ast.ClassDef):
        message = f"{value.__name__} is not written as a class"
        raise TypeError(message)
    return node


def is_public_field(node: ast.stmt) -> bool:
    """Tell whether a statement of a class body declares a field that users may set or read."""
    return (
        isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and not node.target.id.startswith("_")
    )


def prose(value: object) -> str:
    """Return the docstring of a function or class as Markdown."""
    return prose_of(inspect.getdoc(value))


def prose_of(docstring: str | None) -> str:
    """Return a docstring as Markdown: examples in fences, sections such as Raises as lists."""
    parts = [_part(part) for part in re.split(r"\n\n+", (docstring or "").strip())]
    return "\n\n".join(parts) + "\n" if docstring else ""


def _part(part: str) -> str:
    if part.startswith(">>> "):
        return fence("pycon", part).rstrip("\n")
    section, *rest = part.split("\n")
    if re.fullmatch(r"[A-Z]\w+:", section) and rest:
        body = re.sub(r"\n +", " ", textwrap.dedent("\n".join(rest)))
        return f"**{section}**\n\n" + re.sub(r"(?m)^(\w+): ", r"- `\1`: ", body)
    return part


def fence(language: str, text: str) -> str:
    """Return a fenced block."""
    return f"```{language}\n{text}\n```\n"


def table_cell(text: str) -> str:
    """Return text that fits in one cell of a table."""
    return " ".join(text.replace("|", "\\|").split())


def fields_with_reasons(kind: type) -> Iterator[tuple[str, str, str, str]]:
    """Yield the name, the type, the default and the reason of each field of a class."""
    source = class_source(kind)
    for node in class_node(kind).body:
        if isinstance(node, ast.AnnAssign) and node.value and is_public_field(node):
            default = ast.get_source_segment(source, node.value) or ""
            reason = " ".join(_comment_above(source.splitlines(), node.lineno - 1))
            yield ast.unparse(node.target), ast.unparse(node.annotation), default, reason


def _comment_above(source: list[str], line: int) -> list[str]:
    comment: list[str] = []
    while source[line - 1].lstrip().startswith("#"):
        line -= 1
        comment.insert(0, source[line].lstrip("# "))
    return comment
