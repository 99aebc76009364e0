"""The server around the app: one process or several, on one socket, with a greeting."""

from __future__ import annotations

import contextlib
import errno
import gc
import ipaddress
import logging
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import uvicorn
from uvicorn.supervisors import Multiprocess

from changetrack_server.app import create_app
from changetrack_server.docs_page import render_docs
from changetrack_server.http.metrics import SHARED_FOLDER
from changetrack_server.http.protocol import BoundedProtocol
from changetrack_server.logs import describe_logs
from changetrack_server.openapi import write_openapi
from changetrack_server.settings import PREFIX, SettingsError, write_settings

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from changetrack_server.settings import Settings

__all__ = ["serve"]

# Connections that the system holds until somebody takes them.
_BACKLOG = 2048

# Paths of a sqlite: URL that name no file.
_IN_MEMORY = frozenset({"", "/", "/:memory:"})

# Where the command line looks for a server that nobody has named.
_ASKED_BY_DEFAULT = "http://127.0.0.1:3000"

# Objects between two looks for garbage; a small request makes about a thousand.
_GARBAGE = 50_000


def serve(settings: Settings, workers: int = 1, look: Callable[[], bool] | None = None) -> int:
    """Serve until told to stop, and return the exit status.

    `look` opens what is to be served, once it is sure that there is an address for it, and says
    whether there are keys besides those of the settings.

    Raises:
        SettingsError: the address would be open to anybody.
        OSError: the address cannot be used.
    """
    if look is None:
        check_exposure(settings)
    with contextlib.closing(_listen(settings)) as listener, _environment(settings, workers):
        if look is not None and not look():
            check_exposure(settings)
        _greet(settings, *listener.getsockname()[:2])
        config = uvicorn.Config(
            "changetrack_server.serving:build_app",
            factory=True,
            workers=workers,
            http=BoundedProtocol,
            ws="none",
            lifespan="on",
            log_config=describe_logs(settings.log_level),
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=settings.keep_alive_seconds,
            timeout_graceful_shutdown=settings.drain_seconds,
        )
        if workers > 1:
            Multiprocess(config, [listener]).run()
            return 0
        server = uvicorn.Server(config)
        with _ended_by_signals():
            server.run([listener])
    return 0 if server.started else 1


def build_app() -> Starlette:
    """Return the app of one process that serves, with the settings of its environment."""
    app = create_app()
    settings: Settings = app.state.services.settings
    # Now, since whoever looks first would keep everybody waiting.
    render_docs(settings)
    write_openapi(settings)
    # What is loaded by now stays, and what a request makes goes by itself. Looking for cycles
    # after every 700 objects, as Python does, costs a tenth of a small request.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    # No line of ours tells of threads and processes, and asking for them costs time as well.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    return app


def check_exposure(settings: Settings) -> None:
    """Check that nobody but this machine can ask without a key, unless an operator wants it so.

    Raises:
        SettingsError: anybody could.
    """
    if settings.api_keys or settings.insecure_no_auth or _is_loopback(settings.host):
        return
    raise SettingsError(
        f"{settings.host} can be reached from other machines, and there is no API key; set"
        f" {PREFIX}API_KEYS, or {PREFIX}INSECURE_NO_AUTH=true if a proxy in front asks for one"
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # "::" is every address, the older ones included.
    is_both = settings.host == "::" and socket.has_dualstack_ipv6()
    try:
        return socket.create_server(
            (settings.host, settings.port),
            family=family,
            backlog=_BACKLOG,
            dualstack_ipv6=is_both,
        )
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        hint = "; choose another with --port" if error.errno == errno.EADDRINUSE else ""
        # Python's own words name the address once more; a name that leads nowhere has no number.
        is_numbered = error.errno in errno.errorcode
        problem = os.strerror(error.errno or 0) if is_numbered else error.strerror
        raise OSError(error.errno, f"{problem}{hint}", where) from None


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Take a signal that ended the server as the end of its work, not of this process.

    uvicorn raises it once more when it has finished; SIGTERM would kill us with a bad status.
    """
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _environment(settings: Settings, workers: int) -> Iterator[None]:
    """Hand the settings to the processes that serve, and a folder for common numbers to several."""
    environment = os.environ  # noqa: TID251 - where `read_settings` and prometheus_client look
    before = dict(environment)
    try:
        with contextlib.ExitStack() as stack:
            environment.update(write_settings(settings))
            if workers > 1:
                folder = tempfile.TemporaryDirectory(prefix="changetrack-metrics-")
                environment[SHARED_FOLDER] = stack.enter_context(folder)
            yield
    finally:
        environment.clear()
        environment.update(before)


def _greet(settings: Settings, host: str, port: int) -> None:
    """Say where the server is, and one command that works."""
    # Every address is none that a client could ask.
    named = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - it is looked at
    url = f"http://[{named}]:{port}" if ":" in named else f"http://{named}:{port}"
    key = ' -H "Authorization: Bearer $KEY"' if settings.api_keys else ""
    body = '{"previous": {"markdown": "Starter $19"}, "current": {"markdown": "Starter $24"}}'
    sys.stderr.write(
        f"changetrack serves at {url} (stop with Ctrl-C). Its documentation is {url}/docs\n"
        f"{_spell_database(settings)}{_spell_order(settings, url)}"
        f"Try:\n  curl -s {url}/v1/change-tracking/diff{key} \\\n"
        f"    -H 'Content-Type: application/json' \\\n    -d '{body}'\n"
    )
    sys.stderr.flush()


def _spell_database(settings: Settings) -> str:
    """Return the line that says where monitors are kept, without a password."""
    if not settings.monitors:
        return ""
    place = urlsplit(settings.database)
    if place.scheme != "sqlite":
        where = f"{place.scheme}://{place.netloc.rpartition('@')[2]}{place.path}"
    elif place.path in _IN_MEMORY:
        where = "memory, and are gone when this ends"
    else:
        where = str(Path(place.path.removeprefix("/")).absolute())
    return f"Monitors are kept in {where}\n"


def _spell_order(settings: Settings, url: str) -> str:
    """Return the command that makes a monitor here, from another terminal."""
    if not settings.monitors:
        return ""
    server = "" if url == _ASKED_BY_DEFAULT else f" --server {url}"
    order = f'changetrack monitor create https://example.com --every "30 minutes"{server}'
    return f"Make one:\n  {order}\n"
