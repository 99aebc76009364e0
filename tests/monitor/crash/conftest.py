"""What the tests of this folder share: a place to die in, and where lives begin."""

from __future__ import annotations

from tests.monitor.lives.places import folder, nursery

__all__ = ["folder", "nursery"]
