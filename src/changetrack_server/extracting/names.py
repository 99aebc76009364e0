"""Names of properties in the spelling that they are compared in."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["loosen"]

_PREFIX = re.compile(r".*[/#:]", re.DOTALL)
_JOINTS = re.compile(r"[\s_.@-]+")


@lru_cache(maxsize=4_096)
def loosen(name: str) -> str:
    """Return a name without its vocabulary, its case and its joints.

    >>> loosen("priceCurrency"), loosen("price_currency"), loosen("https://schema.org/@type")
    ('pricecurrency', 'pricecurrency', 'type')
    """
    return _JOINTS.sub("", _PREFIX.sub("", name)).casefold()
