"""What the architecture tests look at: the files of this checkout, read and parsed once."""

from __future__ import annotations

import ast
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"


class Module:
    """One Python file of the checkout."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def name(self) -> str:
        """The dotted name that it is imported by; of use for files under src only."""
        parts = self.path.relative_to(SRC).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def is_public(self) -> bool:
        """Whether users import it: the package itself, and its children without an underscore."""
        _, *parts = self.name.split(".")
        return len(parts) <= 1 and not any(part.startswith("_") for part in parts)

    @cached_property
    def text(self) -> str:
        """Its source."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text, filename=str(self))


def _modules_under(*folders: str) -> list[Module]:
    paths = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [Module(path) for path in sorted(paths) if "node_modules" not in path.parts]


LIBRARY = _modules_under("src/changetrack")
SERVER = _modules_under("src/changetrack_server")
TESTS = _modules_under("tests")
SCRIPTS = _modules_under("benchmarks", "docs")
PRODUCT = [*LIBRARY, *SERVER]
EVERYTHING = [*PRODUCT, *TESTS, *SCRIPTS]
