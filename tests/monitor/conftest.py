"""Nothing that runs here leaves the machine."""

from __future__ import annotations

from tests.sandbox import sandbox

__all__ = ["sandbox"]
