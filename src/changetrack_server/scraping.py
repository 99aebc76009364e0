"""The story of a scrape: check → fetch → compose → ask a model, where only that helps → judge.

Nothing large is looked at here: the request and the page go to a process as bytes, and the answer
comes back as bytes.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from changetrack import JsonObject, JsonValue, wire
from changetrack_server.answers import ASK, JUDGE, Answer
from changetrack_server.composing import Visited
from changetrack_server.llm.asking import ask_for_fields
from changetrack_server.llm.judging import judge
from changetrack_server.work.dispatch import unpack

if TYPE_CHECKING:
    from changetrack_server.formats import Version
    from changetrack_server.services import Services

__all__ = ["scrape", "visit"]


async def scrape(body: bytes, version: Version, services: Services) -> Answer:
    """Return the answer to a scrape.

    Raises:
        EndpointError: the page cannot be fetched, or there is too much work.
    """
    checked = await services.work.check_scrape(body, version)
    if not checked.is_good:
        return checked
    plan = unpack(checked)
    # In a function of its own, so that the page is gone when the judge has all the time it wants.
    seconds = cast("float | None", plan["seconds"])
    answer = await visit(str(plan["url"]), seconds, body, version, services)
    return await _judge(answer, plan, services) if answer.note == JUDGE else answer


async def visit(
    url: str, seconds: float | None, body: bytes, version: Version, services: Services
) -> Answer:
    """Return the answer to a scrape as far as it needs the page, which is held until then.

    What is wrong with the body is found out when the page is there.

    Raises:
        EndpointError: the page cannot be fetched, or there is too much work.
    """
    async with services.fetch(url, seconds) as fetched:
        captured_at = services.now().isoformat(timespec="seconds").replace("+00:00", "Z")
        visited = Visited(
            url=fetched.url,
            status=fetched.status,
            content_type=fetched.content_type,
            captured_at=captured_at,
        )
        order: JsonObject = {"version": version, "visited": cast("JsonObject", asdict(visited))}
        answer = await services.work.compose(order, body, fetched.body)
        if answer.note == ASK:
            asked = await _ask(unpack(answer), services)
            answer = await services.work.compose({**order, "asked": asked}, body, fetched.body)
        return answer._replace(site_status=fetched.status)


async def _ask(questions: JsonObject, services: Services) -> list[JsonValue]:
    """Return what the model says to each question; null where there is none."""
    answers: list[JsonValue] = []
    for each in cast("list[JsonObject | None]", questions["questions"]):
        # There are questions only where there is a model.
        if each is None or services.model is None:
            answers.append(None)
            continue
        found = await ask_for_fields(
            str(each["markdown"]),
            each["schema"],
            cast("str | None", each["prompt"]),
            services.model,
            services.settings,
        )
        answers.append(
            {"value": found.value, "extractor": found.extractor, "warnings": [*found.warnings]}
        )
    return answers


async def _judge(answer: Answer, plan: JsonObject, services: Services) -> Answer:
    """Return the answer with the change judged, or with the warning that says why it is not."""
    data = unpack(answer)
    result = cast("JsonObject", data["changeTracking"])
    diff = cast("JsonObject", result["diff"])
    # In the other dialect, the fields stand beside the tree.
    judged = await judge(
        {**diff, "json": result.get("json", diff["json"])},
        str(plan["goal"]),
        services.model,
        budget=services.settings.judge_chars,
        prompt=cast("str | None", plan["prompt"]),
    )
    result["judgment"] = judged.judgment
    envelope: JsonObject = {"success": True, "data": data}
    if judged.warnings:
        warnings = [*cast("list[str]", data.get("warnings", [])), *judged.warnings]
        words = "; ".join(warnings)
        data |= {"warnings": [*warnings], "warning": words}
        envelope["warning"] = words
    return Answer(answer.status, wire.encode(envelope))
