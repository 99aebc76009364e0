"""The one door to the server: what of the command line needs its packages on this machine.

Nobody else pays for them, and they may not be installed.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from changetrack.cli.client import KEY_VARIABLE, SERVER_VARIABLE
from changetrack.cli.files import print_text, write_line
from changetrack.cli.showing import SAME
from changetrack.cli.trouble import Trouble
from changetrack.errors import InvalidRequest

if TYPE_CHECKING:
    import argparse

    from changetrack._models import JsonObject
    from changetrack.monitor.models import Target
    from changetrack.monitor.outcomes import Observation
    from changetrack.monitor.ports import Store
    from changetrack_server.settings import Settings

__all__ = ["Observe", "back_up", "entered", "manage_keys", "open_observer", "serve", "work"]

# Looks at a page of a target, beside the snapshot that it is compared with.
Observe: TypeAlias = "Callable[[Target, str, JsonObject | None], Awaitable[Observation]]"

_DATABASE = "--database"
_SERVED = ("host", "port", "api_keys_file", "insecure_no_auth", "log_level", "monitors", "database")


def serve(given: argparse.Namespace) -> int:
    """Serve until told to stop, and return the exit status."""
    if given.workers < 1:
        raise InvalidRequest("there must be a worker at least", "leave --workers out for one")
    with entered("monitor" if given.monitors else "server"):
        from changetrack_server.serving import serve as serve_http
        from changetrack_server.settings import read_settings

        settings = read_settings(**{name: getattr(given, name) for name in _SERVED})
        if given.database is not None and not settings.monitors:
            raise InvalidRequest("there are no monitors to keep in it", "add --monitors", _DATABASE)
        look = partial(_try_monitors, settings) if settings.monitors else None
        return serve_http(settings, given.workers, look)


def _try_monitors(settings: Settings) -> bool:
    """Find out what is missing before anybody is told that there is a server.

    Return whether keys were handed out.
    """
    import changetrack_server.monitor.orchestra
    import changetrack_server.monitor.routes  # noqa: F401 - whether it can be had
    from changetrack.monitor.keys import has_keys
    from changetrack.monitor.schedule import next_run, parse_schedule

    next_run(parse_schedule("hourly"), datetime.now(UTC))
    with closing(_open_store(settings)) as store:
        return store.transact(has_keys)


def work(given: argparse.Namespace) -> int:
    """Do the checks of a database until told to stop, and return the exit status."""
    with entered("postgres"):
        from changetrack_server.monitor.worker import run_worker

        settings = _read_settings(database=given.database, log_level=given.log_level, monitors=True)
        return run_worker(settings)


def back_up(given: argparse.Namespace) -> int:
    """Copy the database into a file, and say how large it is."""
    with entered("monitor"):
        from changetrack_server.monitor.store import back_up as copy_store

        settings = _read_settings(database=given.database)
        _check_database(settings)
        size = copy_store(settings.database, given.file)
    write_line(f"changetrack: {given.file} holds the database now, {size:,} bytes")
    return SAME


def manage_keys(given: argparse.Namespace) -> int:
    """Make, list or take back keys in the database."""
    with entered("monitor"):
        from changetrack.cli.keys import print_keys, take_key
        from changetrack_server.monitor.dice import make_id, make_token

        settings = _read_settings(database=given.database)
        now = datetime.now(UTC)
        if given.action != "create":
            _check_database(settings)
        with closing(_open_store(settings)) as store:
            if given.action == "list":
                print_keys(store, given)
            elif given.action == "revoke":
                revoked = take_key(store, given.key, now=now)
                write_line(f"changetrack: {revoked.name} ({revoked.prefix}…) opens nothing now")
            else:
                _make_key(store, given, token=make_token(), key_id=make_id(now), now=now)
    return SAME


def _check_database(settings: Settings) -> None:
    """Refuse a file that is not there, where nothing is to be made."""
    from changetrack_server.monitor.store.urls import find_file

    file = find_file(settings.database)
    if file is not None and not file.exists():
        remedy = "name the one of the server with --database"
        raise InvalidRequest("there is no such database", remedy, str(file.absolute()))


def _make_key(
    store: Store, given: argparse.Namespace, *, token: str, key_id: str, now: datetime
) -> None:
    from changetrack.cli.keys import make_key
    from changetrack.monitor.keys import spell_key

    key = spell_key(token)
    made, is_first = make_key(store, given, key, key_id=key_id, now=now)
    print_text(f"{key}\n")
    may = ", ".join(made.scopes)
    write_line(f"changetrack: {made.name} may {may}; keep the key now: it is not shown again")
    if is_first:
        write_line("changetrack: from now on this server asks everybody for a key")


@asynccontextmanager
async def open_observer() -> AsyncIterator[Observe]:
    """Give a way to look at pages, as a server with the settings of the environment would do it."""
    from changetrack_server.app import create_app
    from changetrack_server.monitor.observing import observe_page

    # A watch has one page at a time to read; the processes for a crowd are for servers.
    settings = _read_settings(monitors=False, work_processes=1)
    services = create_app(settings).state.services

    def observe(target: Target, url: str, previous: JsonObject | None) -> Awaitable[Observation]:
        return observe_page(target, url, previous, services)

    services.work.start()
    try:
        yield observe
    finally:
        services.work.close()


def _open_store(settings: Settings) -> Store:
    from changetrack_server.monitor.store import open_store

    # Room for bad days is kept by who stays.
    return open_store(settings.database, reserve_bytes=0)


def _read_settings(**given: object) -> Settings:
    """Return the settings for what is no server; a client's own variables are none of them."""
    from changetrack_server.settings import read_settings

    environment = dict(os.environ)
    for variable in (SERVER_VARIABLE, KEY_VARIABLE):
        environment.pop(variable, None)
    return read_settings(environment, **given)


@contextmanager
def entered(extra: str) -> Iterator[None]:
    """Say in one sentence what is missing or set wrongly.

    Raises:
        Trouble: something is.
    """
    from changetrack_server.settings import SettingsError

    try:
        yield
    except SettingsError as error:
        raise Trouble(str(error)) from None
    except ModuleNotFoundError as error:
        problem = f"this command needs {error.name}, which is not installed"
        raise Trouble(f'{problem}; install it: pip install "changetrack[{extra}]"') from None
