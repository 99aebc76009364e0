"""Mistakes that somebody could make, one at a time: a harness that does not find them is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from changetrack.monitor.models import Check, Monitor
from changetrack.monitor.ports import Store, Transaction, Until
from changetrack.monitor.tables import BASELINES, CHECKS, DELIVERIES, MONITORS, PAGES

T = TypeVar("T")

Spoil = Callable[["Spoiled", str, tuple[Any, ...], dict[str, Any]], Any]


class Spoiled:
    """A transaction whose statements go through somebody with a mistake in mind."""

    def __init__(self, inner: Transaction, spoil: Spoil) -> None:
        self.inner = inner
        self._spoil = spoil

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *given, **named: self._spoil(self, name, given, named)


class SpoiledStore:
    """A store with a mistake."""

    def __init__(self, inner: Store, spoil: Spoil) -> None:
        self._inner = inner
        self._spoil = spoil

    def transact(self, work: Callable[[Transaction], T]) -> T:
        return self._inner.transact(lambda inner: work(Spoiled(inner, self._spoil)))

    def close(self) -> None:
        self._inner.close()


class LooseStore:
    """A store in which every statement is a transaction of its own."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner

    def transact(self, work: Callable[[Transaction], T]) -> T:
        def alone(_spoiled: Spoiled, name: str, given: Any, named: Any) -> Any:  # noqa: ANN401
            return self._inner.transact(
                lambda transaction: getattr(transaction, name)(*given, **named)
            )

        return work(Spoiled(None, alone))  # type: ignore[arg-type]

    def close(self) -> None:
        self._inner.close()


def _pass_on(spoiled: Spoiled, name: str, given: Any, named: Any) -> Any:  # noqa: ANN401
    return getattr(spoiled.inner, name)(*given, **named)


def _forget_next_slot(spoiled: Spoiled, name: str, given: Any, named: Any) -> Any:  # noqa: ANN401
    """Do not move a monitor on to its next slot."""
    if name == "put" and given[0] is MONITORS:
        monitor: Monitor = given[1]
        before = spoiled.inner.find(MONITORS, monitor.id)
        kept = before.next_run_at if before else monitor.next_run_at
        given = (MONITORS, replace(monitor, next_run_at=kept))
    return _pass_on(spoiled, name, given, named)


def _ignore_leases(spoiled: Spoiled, name: str, given: Any, named: Any) -> Any:  # noqa: ANN401
    """Never take over what somebody left."""
    if name == "select" and isinstance(given[1].get("lease_until"), Until):
        return []
    return _pass_on(spoiled, name, given, named)


def _forget_baselines(spoiled: Spoiled, name: str, given: Any, named: Any) -> Any:  # noqa: ANN401
    """Keep the first baseline for ever."""
    if name == "put" and given[0] is BASELINES:
        row = given[1]
        if spoiled.inner.find(BASELINES, row.monitor_id, row.target_id, row.url):
            return None
    return _pass_on(spoiled, name, given, named)


def _forget_events(spoiled: Spoiled, name: str, given: Any, named: Any) -> Any:  # noqa: ANN401
    """Write no event for a page."""
    if name == "put" and given[0] is DELIVERIES and given[1].event == "monitor.page":
        return None
    return _pass_on(spoiled, name, given, named)


def _close_early(spoiled: Spoiled, name: str, given: Any, named: Any) -> Any:  # noqa: ANN401
    """Call a check done as soon as somebody takes it."""
    if name == "put" and given[0] is CHECKS and given[1].status == "running":
        check: Check = given[1]
        given = (CHECKS, replace(check, status="completed"))
    return _pass_on(spoiled, name, given, named)


def _deliver_before(spoiled: Spoiled, name: str, given: Any, named: Any) -> Any:  # noqa: ANN401
    """Call something delivered as soon as it is on its way."""
    if name == "put" and given[0] is DELIVERIES and given[1].lease_until is not None:
        given = (DELIVERIES, replace(given[1], status="delivered"))
    return _pass_on(spoiled, name, given, named)


def _rewrite_bodies(spoiled: Spoiled, name: str, given: Any, named: Any) -> Any:  # noqa: ANN401
    """Write what is sent anew for each try."""
    if name == "put" and given[0] is DELIVERIES and given[1].attempts:
        row = given[1]
        given = (DELIVERIES, replace(row, body=row.body + " " * row.attempts))
    return _pass_on(spoiled, name, given, named)


def _forget_pages(spoiled: Spoiled, name: str, given: Any, named: Any) -> Any:  # noqa: ANN401
    """Do every page again, whoever has done it."""
    if given[0] is PAGES and name in {"find", "select"}:
        return None if name == "find" else []
    return _pass_on(spoiled, name, given, named)


def _spoil_with(spoil: Spoil) -> Callable[[Store], Store]:
    return lambda store: SpoiledStore(store, spoil)


# By name: what makes a good store bad.
MISTAKES: dict[str, Callable[[Store], Store]] = {
    "each statement by itself": LooseStore,
    "the next slot is forgotten": _spoil_with(_forget_next_slot),
    "leases are ignored": _spoil_with(_ignore_leases),
    "baselines are forgotten": _spoil_with(_forget_baselines),
    "events are forgotten": _spoil_with(_forget_events),
    "checks end too early": _spoil_with(_close_early),
    "delivered before it is sent": _spoil_with(_deliver_before),
    "bodies are rewritten": _spoil_with(_rewrite_bodies),
    "pages are done twice": _spoil_with(_forget_pages),
}
