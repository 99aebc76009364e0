"""How long the sentences of a request may be, for who reads them and for who describes them."""

from __future__ import annotations

__all__ = ["MAX_GOAL", "MAX_PROMPT"]

# What the protocol says (seed 002): two kilobytes.
MAX_GOAL = 2_048
# As Firecrawl has it. More than anybody explains, and less than a page.
MAX_PROMPT = 10_000
