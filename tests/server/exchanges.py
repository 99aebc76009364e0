"""Ways to exchange a request for an answer: over a real socket, and from a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import httpx2

from changetrack_server.errors import EndpointError

Answer: TypeAlias = "tuple[int, bytes, Mapping[str, str]]"


async def exchange(
    url: str, body: bytes, *, headers: Mapping[str, str], seconds: float, at_most: int
) -> Answer:
    """Exchange over HTTP, as the server's own fetcher does; only plain HTTP, for loopback."""
    client = httpx2.AsyncClient(timeout=seconds, trust_env=False, verify=False)
    try:
        async with client, client.stream("POST", url, content=body, headers=headers) as response:
            answer = b""
            async for piece in response.aiter_bytes():
                answer += piece
                if len(answer) > at_most:
                    raise EndpointError("response_too_large")
            return response.status_code, answer, dict(response.headers)
    except httpx2.TimeoutException:
        raise EndpointError("timeout") from None
    except httpx2.HTTPError as error:
        raise EndpointError("upstream_error", detail=str(error)) from None


class Script:
    """An exchange that gives what it was told to, one after the other, and takes its time for it.

    `now` is its clock and `sleep` its bed: waiting moves the hands and nothing else.
    """

    def __init__(self, *answers: Answer | EndpointError, seconds: float = 0.0) -> None:
        self.answers = [*answers]
        self.seconds = seconds
        self.time = 0.0
        self.pauses: list[float] = []
        self.urls: list[str] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.allowed: list[float] = []

    def now(self) -> float:
        """Return the time of the script."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Let time pass, and note how much."""
        self.pauses.append(seconds)
        self.time += seconds

    async def exchange(
        self, url: str, body: bytes, *, headers: Mapping[str, str], seconds: float, at_most: int
    ) -> Answer:
        """Give the next answer; the last one again when there is no other."""
        assert at_most > 0
        self.urls.append(url)
        self.bodies.append(body)
        self.headers.append(dict(headers))
        self.allowed.append(seconds)
        self.time += self.seconds
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, EndpointError):
            raise answer
        return answer
