"""The command line: the one leaf of the library that reads and writes files."""

from __future__ import annotations

from changetrack.cli.commands import main

__all__ = ["main"]
