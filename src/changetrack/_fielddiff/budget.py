"""What telling items apart by their likeness may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Budget:
    """What the similarity of items may cost in one diff; counted, so that it is the same for all.

    `pairs` are looked at cheaply (measured: 40,000 of 64 fields in 0.3 s). `steps` are what
    DeepDiff may cost, one for a field and some for each call (measured: 20 to 55 µs a step, so all
    of them take a second).
    """

    pairs: int = 40_000
    steps: int = 20_000
