"""Bodies that cost something, and others that only need a process."""

from __future__ import annotations

import json
from functools import cache

# The smallest of those that a process works on: a schema can always take long.
SLOW = b'{"schema":{},"current":{"json":1}}'
# Too large to be answered on the spot, and no work to speak of. Its client is watched.
LARGE = b'{"current":{"markdown":"%b"}}' % (b"x" * 70_000)


def spell_large(tag: str) -> bytes:
    """Return a large body whose answer can be told from others."""
    return LARGE[:-1] + b',"tag":"%b"}' % tag.encode()


@cache
def spell_hard(lines: int) -> bytes:
    """Return a body with two orders of the same lines; it costs about 3 µs for each line."""
    sides = (
        "\n".join(str(number * step % lines) for number in range(lines)) for step in (7919, 104_729)
    )
    previous, current = sides
    body = {"previous": {"markdown": previous}, "current": {"markdown": current}}
    return json.dumps(body).encode()
