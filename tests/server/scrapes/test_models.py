"""Scrapes with a language model: fields that nothing else finds, and judgments of changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.server.language_model import Behaviour, LanguageModel, fail, say
from tests.server.scrapes.world import World, make_world
from tests.server.serving import serve

OLD = {"markdown": "# Pricing\n\n## Starter\n\n$17\n\n## Pro\n\n$49"}
GOAL = "Tell me when a price changes."
VERDICT: dict[str, Any] = {
    "meaningful": True,
    "confidence": "high",
    "reason": "The price of Starter went up.",
    "meaningfulChanges": [
        {
            "type": "changed",
            "before": "$17",
            "after": "$19",
            "reason": "the price",
            "evidence": ["h1"],
        }
    ],
}


@contextmanager
def judged_by(*script: Behaviour) -> Iterator[tuple[World, LanguageModel]]:
    """Serve a world whose operator has set a model that behaves so."""
    model = LanguageModel(*script)
    with (
        serve(model.app) as url,
        make_world(llm_base_url=f"{url}/v1", llm_model="good", llm_api_key="sk-canary") as world,
    ):
        yield world, model


def _judge(world: World, **body: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    given = {"goal": GOAL, "judgeEnabled": True, **body}
    return world.data(
        "/pricing", formats=["changeTracking"], changeTracking={"previous": OLD}, **given
    )


def test_a_change_is_judged_by_what_the_diff_says() -> None:
    """The model sees the diff, not the page, and its judgment stands in the result."""
    with judged_by(say(VERDICT)) as (world, model):
        judgment = _judge(world)["changeTracking"]["judgment"]
    assert (judgment["meaningful"], judgment["confidence"]) == (True, "high")
    assert judgment["meaningfulChanges"][0]["after"] == "$19"
    assert "degraded" not in judgment
    assert "terms.html" in model.asked[0].user
    assert "Home" not in model.asked[0].user
    assert "sk-canary" not in model.asked[0].user


def test_what_is_made_up_is_dropped() -> None:
    """A quotation that is nowhere in the diff, under an id that does not exist."""
    lie = {**VERDICT["meaningfulChanges"][0], "before": "$1", "after": "$2", "evidence": ["h9"]}
    with judged_by(say({**VERDICT, "meaningfulChanges": [lie]})) as (world, _):
        judgment = _judge(world)["changeTracking"]["judgment"]
    assert (judgment["meaningfulChanges"], judgment["degraded"]) == ([], True)


def test_a_judge_that_fails_is_a_warning() -> None:
    """The alarm must not be silenced by it."""
    with judged_by(fail(400, "no")) as (world, _):
        data = _judge(world)
    assert data["changeTracking"]["judgment"] is None
    assert data["warnings"][0].startswith("judge failed: ")


@pytest.mark.parametrize(
    "body",
    [
        {"judgeEnabled": False},
        {"judgeEnabled": None},
        {"goal": "  "},
        {"goal": None},
        {"changeTracking": {}},
        {"changeTracking": {"previous": {**OLD, "markdown": "same"}}, "url": "same"},
    ],
)
def test_the_judge_is_asked_only_when_it_is_wanted(body: dict[str, Any]) -> None:
    """Enabled, with a goal, about a change: anything else costs nothing."""
    with judged_by(say(VERDICT)) as (world, model):
        if body.pop("url", None):
            previous = world.data("/pricing", formats=["changeTracking"])["changeTracking"]
            body = {"changeTracking": {"previous": previous["snapshot"]}}
        given = {"changeTracking": {"previous": OLD}, "goal": GOAL, "judgeEnabled": True, **body}
        world.data("/pricing", formats=["changeTracking"], **given)
        assert model.asked == []


def test_a_wall_is_not_judged() -> None:
    """It is no change of the page."""
    with judged_by(say(VERDICT)) as (world, model):
        tracking = {"previous": OLD}
        data = world.data(
            "/challenge",
            formats=["changeTracking"],
            changeTracking=tracking,
            goal=GOAL,
            judgeEnabled=True,
        )
        assert data["changeTracking"]["judgment"] is None
        assert model.asked == []


def test_a_model_finds_what_nothing_else_does() -> None:
    """By a schema or a prompt, and it is named."""
    schema = {"type": "object", "properties": {"starter": {"type": "number"}}}
    with judged_by(say({"starter": 19})) as (world, model):
        one = world.data("/pricing", formats=["json"], jsonOptions={"schema": schema})
        two = world.data("/pricing", formats=["json"], jsonOptions={"prompt": "prices"})
    assert (one["json"], one["extractor"]) == ({"starter": 19}, "llm:good")
    assert two["json"] == {"starter": 19}
    assert "# Pricing" in model.asked[0].user


def test_a_model_is_not_asked_where_the_page_answers() -> None:
    """Structured data is exact and costs nothing."""
    schema = {"properties": {"name": {"type": "string"}}}
    with judged_by(say({"name": "wrong"})) as (world, model):
        data = world.data("/product", formats=["json"], jsonOptions={"schema": schema})
        assert (data["json"], data["extractor"]) == ({"name": "Lamp"}, "structured")
        assert model.asked == []


def test_a_model_whose_answer_does_not_fit_is_an_error() -> None:
    """422, because half an extraction would look like a change."""
    schema = {"type": "object", "properties": {"starter": {"type": "number"}}}
    with judged_by(say({"starter": "nineteen"})) as (world, _):
        assert world.refusal("/pricing", formats=["json"], jsonOptions={"schema": schema}) == (
            422,
            "extraction_error",
            "llm_failed",
        )


def test_B34_no_request_chooses_the_model() -> None:
    """Whatever a body says of models and keys, the operator's is asked."""
    stranger = {"baseUrl": "http://a.test/", "model": "other", "apiKey": "k", "llm": {"model": "x"}}
    with judged_by(say(VERDICT)) as (world, model):
        _judge(world, **stranger)
    assert [asked.body["model"] for asked in model.asked] == ["good"]
