"""No path gets past the question who asks."""

from __future__ import annotations

import pytest

from tests.monitor.routes.world import a_world

# What routes of monitors end in; `email` stands where an id would.
ENDS = ("export", "feed.atom", "checks", "deliveries", "run", "webhook/test", "confirm/run", "")


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_email_in_the_place_of_an_id_opens_nothing(version: str, end: str) -> None:
    """Only the two routes that mails lead to are open, and not all that begins as they do."""
    with a_world() as world:
        world.hand_out("somebody")
        path = f"/{version}/monitor/email/{end}"
        answers = [world.ask(method, path) for method in ("GET", "POST", "DELETE")]
    assert {(answer.status, answer.json["reason"]) for answer in answers} == {(401, "missing_key")}
