"""A shop on loopback with many pages, and a receiver of webhooks.

What a test changes of it, a POST changes too, so that scripts of any language can.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass

import anyio.to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from changetrack import JsonObject

# More than any client gets at once, and so many that the last portion is not a whole one.
ITEMS = 59
# How long the slow page keeps somebody at most: then a test is broken, and shall say so.
_PATIENCE_SECONDS = 60

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{text}</p></main></body></html>"""

_PRODUCT = """<!doctype html><html><head><title>Lamp</title>
<script type="application/ld+json">{data}</script></head>
<body><h1>Lamp</h1><p>A lamp for the desk, with a switch, and it costs ${price} today.</p></body>
</html>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the receiver got."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> JsonObject:
        """The event of the body."""
        event: JsonObject = json.loads(self.body)
        return event


class Shop:
    """The shop, and what a test may change of it or know of it.

    Of its items, those whose number can be divided by three cost what `price` says.
    """

    def __init__(self) -> None:
        self.price = 19
        # Shut, it keeps whoever asks for the slow page.
        self.door = threading.Event()
        self.door.set()
        # Items that are not for sale: no page leads to them, and they have none.
        self.withdrawn: set[int] = set()
        # Items whose pages fail with these statuses.
        self.broken: dict[int, int] = {}
        self.told: list[Told] = []
        self.app = Starlette(
            routes=[
                Route("/robots.txt", self._forbid_nothing),
                Route("/price/{price:int}", self._set_price, methods=["POST"]),
                Route("/door/{word}", self._set_door, methods=["POST"]),
                Route("/hook", self._listen, methods=["POST"]),
                Route("/slow", self._linger),
                Route("/{path:path}", self._show),
            ]
        )

    def open_again(self) -> None:
        """Be as in the beginning."""
        self.price = 19
        self.door.set()
        self.withdrawn.clear()
        self.broken.clear()
        self.told.clear()

    async def _forbid_nothing(self, _request: Request) -> Response:
        return PlainTextResponse("no rules", 404)

    async def _set_price(self, request: Request) -> Response:
        self.price = request.path_params["price"]
        return PlainTextResponse("set")

    async def _set_door(self, request: Request) -> Response:
        is_open = request.path_params["word"] == "open"
        self.door.set() if is_open else self.door.clear()
        return PlainTextResponse("set")

    async def _listen(self, request: Request) -> Response:
        self.told.append(Told(headers=dict(request.headers), body=await request.body()))
        return PlainTextResponse("thanks")

    async def _linger(self, _request: Request) -> Response:
        """Answer when the door is open."""
        await anyio.to_thread.run_sync(self.door.wait, _PATIENCE_SECONDS, abandon_on_cancel=True)
        return HTMLResponse(_PAGE.format(title="Slow", text="This page takes its time, and so on."))

    async def _show(self, request: Request) -> Response:
        path = request.url.path
        if path == "/":
            return self._list()
        if path == "/product":
            return self._show_product()
        number = path.removeprefix("/items/")
        is_item = number.isdecimal() and int(number) < ITEMS
        return self._show_item(int(number)) if is_item else _NOTHING

    def _list(self) -> Response:
        offered = (each for each in range(ITEMS) if each not in self.withdrawn)
        links = "".join(f'<a href="/items/{each}">Item {each}</a> ' for each in offered)
        return HTMLResponse(_PAGE.format(title="All items", text=links))

    def _show_product(self) -> Response:
        offer = {"@type": "Offer", "price": str(self.price), "priceCurrency": "EUR"}
        data = {"@context": "https://schema.org", "@type": "Product", "name": "Lamp"}
        page = _PRODUCT.replace("{data}", json.dumps({**data, "offers": offer}))
        return HTMLResponse(page.replace("{price}", str(self.price)))

    def _show_item(self, number: int) -> Response:
        if number in self.withdrawn:
            return _NOTHING
        if number in self.broken:
            return HTMLResponse("<h1>Not today</h1>", self.broken[number])
        price = self.price if number % 3 == 0 else 5
        text = f"Item {number} is in stock, and it costs ${price} today, as it says here."
        return HTMLResponse(_PAGE.format(title=f"Item {number}", text=text))


_NOTHING = HTMLResponse("<h1>Not Found</h1>", 404)
