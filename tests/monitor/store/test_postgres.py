"""The store in PostgreSQL: a server that stops, comes back, refuses and conflicts."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import psycopg
import pytest

from changetrack.monitor.models import Fact
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import FACTS
from changetrack_server.errors import EndpointError, find_status
from changetrack_server.monitor.store import (
    StoreBusy,
    StoreError,
    StoreFull,
    StoreUnavailable,
    open_store,
)
from changetrack_server.monitor.store.postgres import PostgresStore
from tests.monitor.postgres import Cluster, run_postgres


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    """Run a server that may be stopped, while the other tests go on with theirs."""
    with run_postgres() as running:
        yield running


def _put(rows: Transaction) -> None:
    rows.put(FACTS, Fact(name="a", value="1"))


def _count(rows: Transaction) -> int:
    return rows.count(FACTS, {})


def _end_sessions(url: str) -> None:
    """End everybody else's connection to a database, as an operator or a failover does."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _warm(store: PostgresStore, connections: int) -> None:
    """Make the store open so many connections."""
    together = threading.Barrier(connections)

    def wait(rows: Transaction) -> None:
        _count(rows)
        together.wait(30)

    threads = [threading.Thread(target=store.transact, args=(wait,)) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_server_that_was_restarted_is_used_again(own_cluster: Cluster, mode: str) -> None:
    """All idle connections are dead; who comes next does not notice; what was kept is there."""
    with closing(PostgresStore(own_cluster.create_database())) as store:
        store.transact(_put)
        _warm(store, 5)
        own_cluster.restart(mode)
        assert store.transact(_count) == 1


def test_a_server_that_is_gone_is_told_at_once(own_cluster: Cluster) -> None:
    """It is a 503 that may be tried again, at the start a line; and it works when it is back."""
    url = own_cluster.create_database()
    with closing(PostgresStore(url)) as store:
        own_cluster.stop()
        try:
            with pytest.raises(StoreUnavailable) as caught:
                store.transact(_count)
            with pytest.raises(StoreError, match="onnection refused") as refused:
                open_store(url)
        finally:
            own_cluster.start()
        told = caught.value
        assert (find_status(told), told.reason, told.retryable) == (
            503,
            "database_unavailable",
            True,
        )
        assert ("\n" in str(refused.value), own_cluster.password in str(refused.value)) == (
            False,
            False,
        )
        assert store.transact(_count) == 0


def test_a_transaction_whose_connection_breaks_runs_again(cluster: Cluster) -> None:
    """Nothing of it was kept, so the work is done once more, on another connection."""
    url = cluster.create_database()
    runs = []

    def work(rows: Transaction) -> int:
        _put(rows)
        runs.append(_count(rows))
        if len(runs) == 1:
            _end_sessions(url)
        return _count(rows)

    with closing(PostgresStore(url)) as store:
        assert (store.transact(work), runs) == (1, [1, 1])


def test_a_connection_that_breaks_each_time_is_given_up(cluster: Cluster) -> None:
    """A work that kills its server does not do so for ever."""
    url = cluster.create_database()
    runs = []

    def work(rows: Transaction) -> int:
        runs.append(1)
        _end_sessions(url)
        return _count(rows)

    with closing(PostgresStore(url)) as store:
        with pytest.raises(StoreUnavailable):
            store.transact(work)
        assert (len(runs), store.transact(_count)) == (3, 0)


def test_C13_a_transaction_that_is_always_in_the_way_is_busy(cluster: Cluster) -> None:
    """Somebody else writes what it read, each time; after a while that is told."""
    url = cluster.create_database()
    with ExitStack() as stack:
        store = stack.enter_context(closing(PostgresStore(url, busy_seconds=0.2)))
        other = stack.enter_context(closing(PostgresStore(url)))
        runs = []

        def work(rows: Transaction) -> None:
            found = rows.find(FACTS, "a")
            runs.append(found)
            value = str(len(runs))
            other.transact(lambda theirs: theirs.put(FACTS, Fact(name="a", value=value)))
            rows.put(FACTS, Fact(name="a", value="mine"))

        with pytest.raises(StoreBusy) as caught:
            store.transact(work)
        assert (find_status(caught.value), len(runs) > 2) == (503, True)
        last = other.transact(lambda rows: rows.find(FACTS, "a"))
        assert last == Fact(name="a", value=str(len(runs)))


def test_C48_connections_are_bounded(cluster: Cluster) -> None:
    """Whoever finds none waits, and is told when it takes too long."""
    with closing(
        PostgresStore(cluster.create_database(), connections=1, busy_seconds=0.1)
    ) as store:
        inside, over = threading.Event(), threading.Event()

        def linger(_: Transaction) -> None:
            inside.set()
            assert over.wait(30)

        thread = threading.Thread(target=store.transact, args=(linger,))
        thread.start()
        assert inside.wait(30)
        with pytest.raises(StoreBusy):
            store.transact(_count)
        over.set()
        thread.join()
        assert store.transact(_count) == 0


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("53100", StoreFull),
        ("53300", StoreUnavailable),
        ("55P03", StoreBusy),
        ("25006", StoreUnavailable),
        ("58030", StoreUnavailable),
    ],
)
def test_what_a_server_refuses_is_one_of_three_faults(
    cluster: Cluster, state: str, kind: type[EndpointError]
) -> None:
    """A full disk, too many clients, a lock, a standby, a broken disk: each by its SQLSTATE."""
    with closing(PostgresStore(cluster.create_database())) as store:

        def work(rows: Transaction) -> None:
            _put(rows)
            # As the server would; nobody waits for an answer before the end.
            body = f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$"
            rows._run(body, ())  # type: ignore[attr-defined]
            _put(rows)

        with pytest.raises(EndpointError) as caught:
            store.transact(work)
        assert (type(caught.value), store.transact(_count)) == (kind, 0)


def test_an_error_of_the_work_comes_out_as_it_is(cluster: Cluster) -> None:
    """Also where statements that nobody waited for were under way."""
    with closing(PostgresStore(cluster.create_database())) as store:

        def work(rows: Transaction) -> None:
            _put(rows)
            raise KeyError("mine")

        with pytest.raises(KeyError, match="mine"):
            store.transact(work)
        assert store.transact(_count) == 0


def _with_password(cluster: Cluster, password: str) -> str:
    return cluster.url.replace(cluster.password, password)


_BROKEN: dict[str, Callable[[Cluster], str]] = {
    "wrong password": lambda cluster: _with_password(cluster, "hunter2"),
    "no such database": lambda cluster: cluster.name_database("missing"),
    "wrong port": lambda _: "postgresql://user:hunter2@127.0.0.1:99999999/x",
    "no port": lambda _: "postgresql://user:hunter2@127.0.0.1:port/x",
    "not a URL": lambda _: "postgresql://user:hunter2@[::1/x",
    "unknown option": lambda _: "postgresql://user:hunter2@127.0.0.1/x?hunter2=1",
    "nobody there": lambda _: f"postgresql://user:hunter2@127.0.0.1:{_closed_port()}/x",
}


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.mark.parametrize("name", _BROKEN)
def test_a_database_that_cannot_be_opened_is_one_line_without_password(
    cluster: Cluster, name: str
) -> None:
    """It names the place, and what the server said, or that the URL is none."""
    with pytest.raises(StoreError) as caught:
        open_store(_BROKEN[name](cluster))
    told = str(caught.value)
    assert told.startswith("postgresql://")
    assert ("\n" in told, "hunter2" in told, cluster.password in told) == (False, False, False)


def test_a_closed_store_says_so(cluster: Cluster) -> None:
    """It may be closed twice, and does nothing afterwards."""
    store = PostgresStore(cluster.create_database())
    store.close()
    store.close()
    with pytest.raises(RuntimeError, match="the store is closed"):
        store.transact(_count)


def test_a_store_that_is_closed_meanwhile_lets_its_transactions_end(cluster: Cluster) -> None:
    """The connection that is in use is closed when it is given back."""
    store = PostgresStore(cluster.create_database())

    def work(rows: Transaction) -> int:
        store.close()
        return _count(rows)

    assert store.transact(work) == 0


def test_tables_stand_beside_those_of_others(cluster: Cluster) -> None:
    """A database that an application has already gets ours under names of their own."""
    url = cluster.create_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE monitors (brand TEXT)")
    with closing(PostgresStore(url)) as store:
        store.transact(_put)
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT name, record::json ->> 'value' FROM changetrack_facts"
        ).fetchall()
    assert found == [("a", "1")]
