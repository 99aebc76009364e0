"""A site on loopback, with a page for every kind of day: ASGI, so that real sockets serve it.

`Site.price` is what changes between two visits; nothing else does.
"""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator

import anyio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route

_PRICING = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pricing</title>
<meta name="description" content="What it costs"></head><body>
<nav><a href="/">Home</a></nav>
<main><h1>Pricing</h1>
<div class="plan"><h2 class="name">Starter</h2><p class="price">${price}</p></div>
<div class="plan"><h2 class="name">Pro</h2><p class="price">$49</p></div>
<p>See <a href="terms.html">the terms</a>.</p></main>
<footer>© Example</footer></body></html>"""

_PRODUCT = """<!doctype html><html><head><title>Lamp</title>
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Product",
"name": "Lamp", "offers": {"@type": "Offer", "price": "${price}", "priceCurrency": "EUR"}}</script>
</head><body><h1>Lamp</h1><p>A lamp for the desk, with a switch.</p></body></html>"""

_LOGIN = """<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in</h1>
<form action="/login" method="post"><input name="user"><input type="password" name="password">
<button>Sign in</button></form></body></html>"""

_CHALLENGE = """<!doctype html><html><head><title>Just a moment...</title></head><body>
<p>Checking your browser before accessing the site.</p>
<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1"></script></body></html>"""

_SOFT_404 = """<!doctype html><html><head><title>Page not found</title></head><body>
<h1>Page not found</h1><p>Sorry, there is nothing here.</p></body></html>"""


class Site:
    """The site, and what a test may change of it or know of its visitors."""

    def __init__(self) -> None:
        self.price = 19
        self.extra = ""
        self.robots: str | None = None
        self.visits: list[str] = []
        self.agents: list[str] = []
        self.app = Starlette(
            routes=[
                Route("/robots.txt", self._robots),
                Route("/set-price/{price:int}", self._set_price, methods=["POST"]),
                Route("/{path:path}", self._visit),
            ]
        )

    async def _robots(self, _request: Request) -> Response:
        if self.robots is None:
            return PlainTextResponse("no rules", 404)
        return PlainTextResponse(self.robots)

    async def _set_price(self, request: Request) -> Response:
        self.price = request.path_params["price"]
        return PlainTextResponse("set")

    async def _visit(self, request: Request) -> Response:
        path = request.url.path
        self.visits.append(path)
        self.agents.append(request.headers.get("user-agent", ""))
        return self._pages().get(path, HTMLResponse("<h1>Not Found</h1>", 404))

    def _pages(self) -> dict[str, Response]:
        price = str(self.price)
        pricing = _PRICING.replace("{price}", price)
        return {
            "/pricing": HTMLResponse(pricing),
            "/product": HTMLResponse(_PRODUCT.replace("${price}", price)),
            "/extra": PlainTextResponse(self.extra),
            "/plain": PlainTextResponse(f"Starter ${price}"),
            "/data.json": JSONResponse({"plans": [{"name": "Starter", "price": self.price}]}),
            "/file.pdf": Response(b"%PDF-1.7\n" + price.encode(), media_type="application/pdf"),
            "/redirect": RedirectResponse("/pricing", 302),
            "/loop": RedirectResponse("/loop", 302),
            "/to-private": RedirectResponse("http://169.254.169.254/latest/meta-data/", 302),
            "/login": HTMLResponse(_LOGIN),
            "/members": HTMLResponse(_LOGIN),
            "/account": RedirectResponse("/login", 302),
            "/challenge": HTMLResponse(_CHALLENGE, 503),
            "/soft-404": HTMLResponse(_SOFT_404),
            "/error": HTMLResponse("<h1>Internal Server Error</h1>", 500),
            "/gone": HTMLResponse("<h1>Gone</h1>", 410),
            "/empty": HTMLResponse("<html><body><div id='app'></div></body></html>"),
            "/charset": Response(
                "<title>Été</title><p>Prix\xa0: 19\xa0€".encode("cp1252"),
                media_type="text/html; charset=x-unknown-nonsense",
            ),
            "/latin": Response(
                "<title>Été</title><p>déjà vu".encode("latin-1"),
                headers={"content-type": "text/html; charset=iso-8859-1"},
            ),
            "/zipped": Response(
                gzip.compress(pricing.encode()),
                media_type="text/html; charset=utf-8",
                headers={"content-encoding": "gzip"},
            ),
            "/huge": StreamingResponse(_spill(), media_type="text/html"),
            "/slow": StreamingResponse(self._drip(), media_type="text/html"),
        }

    async def _drip(self) -> AsyncIterator[bytes]:
        """Send a byte and then nothing, until the test ends or the client leaves."""
        yield b"<"
        await anyio.sleep_forever()


async def _spill() -> AsyncIterator[bytes]:
    """Send 64 MiB, which is more than anybody takes."""
    for _ in range(1024):
        yield b"<p>" + b"x" * 65_533
