"""One question to a language model: what is sent, accepted, and tried again."""

from __future__ import annotations

import json
import threading
import time
from functools import partial

import anyio
import anyio.to_thread
import pytest

from changetrack import JsonObject
from changetrack_server.egress.fetching import Fetcher
from changetrack_server.errors import EndpointError
from changetrack_server.llm.chat import ChatModel, Checked, find_model
from tests.server.chats import (
    KEY,
    SCHEMA,
    answer_with,
    ask,
    ask_app,
    ask_script,
    configure,
    refuse_with,
)
from tests.server.exchanges import Script, exchange
from tests.server.language_model import (
    NO_TEMPERATURE,
    ONLY_TEXT,
    UNKNOWN_FORMAT,
    LanguageModel,
    fail,
    say,
)
from tests.server.serving import serve

_OPERATOR = "the operator must check the settings that begin with CHANGETRACK_LLM_"
_LATER = "try again later"


def test_a_question_is_one_request_in_the_form_that_every_endpoint_knows() -> None:
    """Model, messages, schema and temperature are in the body, the key in its header only."""
    model = LanguageModel()
    assert ask_app(model) == {"ok": True}
    (asked,) = model.asked
    assert asked.body == {
        "model": "good",
        "stream": False,
        "temperature": 0,
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Is it JSON?"},
        ],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "reply", "strict": True, "schema": SCHEMA},
        },
    }
    assert asked.headers["authorization"] == f"Bearer {KEY}"


def test_the_servers_own_egress_is_an_exchange() -> None:
    """The model of the settings is asked through the fetcher, which hands on a Retry-After."""
    model = LanguageModel(fail(429, retry_after="0.01"), say({"ok": True}))
    with serve(model.app) as url:
        settings = configure(f"{url}/v1")
        chat = find_model(settings, Fetcher(settings).post_json)
        assert chat is not None
        assert ask(chat) == {"ok": True}
    assert len(model.asked) == 2


def test_an_endpoint_without_a_key_gets_no_authorization() -> None:
    """Ollama and its like ask for none, and some refuse an empty one."""
    model = LanguageModel()
    ask_app(model, llm_api_key="")
    assert "authorization" not in model.asked[0].headers


@pytest.mark.parametrize("end", ["", "/", "/chat/completions"])
def test_the_base_url_may_end_as_people_paste_it(end: str) -> None:
    """One address is asked, however much of it was given."""
    script = Script(answer_with({"ok": True}))
    ask_script(script, url=f"http://model.test/v1{end}")
    assert script.urls == ["http://model.test/v1/chat/completions"]


@pytest.mark.parametrize(
    ("name", "problem", "remedy", "asked"),
    [
        ("refusing", "refused to answer", _LATER, 1),
        ("filtered", "was stopped by its content filter", _LATER, 1),
        ("malformed", "did not answer with a JSON object", _LATER, 1),
        ("listing", "did not answer with a JSON object", _LATER, 1),
        ("cut-off", "was cut off before the end of its answer", _LATER, 1),
        ("empty", "gave an empty answer", _LATER, 1),
        ("silent", "gave no answer", _LATER, 1),
        ("sorry", "gave no answer", _LATER, 1),
        ("html", "did not answer in JSON", _LATER, 1),
        ("failing", "answered with status 500", _LATER, 3),
        ("busy", "answered with status 429", _LATER, 3),
        ("stranger", "answered with status 404", _OPERATOR, 1),
        ("leaking", "answered with status 401", _OPERATOR, 1),
        ("plain", "answered with status 400", _OPERATOR, 2),
    ],
)
def test_a_model_that_fails_is_one_error(name: str, problem: str, remedy: str, asked: int) -> None:
    """Whatever goes wrong is `llm_failed`, in words of ours, after as many tries as make sense."""
    model = LanguageModel()
    with pytest.raises(EndpointError) as caught:
        ask_app(model, llm_model=name)
    error = caught.value
    assert (error.reason, error.code, str(error)) == (
        "llm_failed",
        "extraction_error",
        f"the language model {problem}; {remedy}",
    )
    assert len(model.asked) == asked


def test_the_detail_is_for_the_operator_and_says_what_the_endpoint_said() -> None:
    """An error of the endpoint is in the log's part of ours, and not in the public part."""
    with pytest.raises(EndpointError) as caught:
        ask_app(LanguageModel(), llm_model="failing")
    assert (caught.value.detail, "CUDA" in str(caught.value)) == ("CUDA out of memory", False)


def test_an_endpoint_that_is_not_there_is_tried_three_times() -> None:
    """A model that is being restarted is there a second later."""
    script = Script(EndpointError("upstream_error", detail="connection refused"))
    with pytest.raises(EndpointError) as caught:
        ask_script(script)
    assert (str(caught.value), caught.value.detail, script.pauses) == (
        f"the language model cannot be reached; {_LATER}",
        "upstream_error connection refused",
        [0.3, 0.8],
    )


@pytest.mark.parametrize("reason", ["timeout", "dns_failed", "deadline_exceeded"])
def test_what_passes_by_itself_is_tried_again(reason: str) -> None:
    """A single failure of the network costs a third of a second, and no answer."""
    script = Script(EndpointError(reason), answer_with({"ok": True}))
    assert (ask_script(script), script.pauses) == ({"ok": True}, [0.3])


def test_an_answer_that_is_too_large_is_not_asked_for_again() -> None:
    """It would be as large the second time."""
    script = Script(EndpointError("response_too_large"))
    with pytest.raises(EndpointError, match="gave an answer that is too large"):
        ask_script(script)
    assert script.pauses == []


def test_server_errors_are_tried_again_after_a_growing_pause() -> None:
    """The third try may still succeed."""
    bed = Script()
    model = LanguageModel(fail(500), fail(503), say({"ok": True}))
    assert (ask_app(model, bed), bed.pauses) == ({"ok": True}, [0.3, 0.8])


def test_a_retry_after_is_waited_for() -> None:
    """The endpoint knows best when it has room again."""
    bed = Script()
    model = LanguageModel(fail(429, retry_after="2.5"), say({"ok": True}))
    assert (ask_app(model, bed), bed.pauses) == ({"ok": True}, [2.5])


@pytest.mark.parametrize("text", ["Wed, 21 Oct 2026 07:28:00 GMT", "soon", "-3", "nan"])
def test_a_retry_after_that_is_no_time_is_our_own_pause(text: str) -> None:
    """Nothing that an endpoint sends there can make us hurry, wait for ever or fail."""
    script = Script(refuse_with(429, retry_after=text), answer_with({"ok": True}))
    assert (ask_script(script), script.pauses) == ({"ok": True}, [0.3])


@pytest.mark.parametrize("text", ["60", "1e300", "inf"])
def test_a_retry_after_beyond_what_is_left_fails_at_once(text: str) -> None:
    """Waiting for what comes too late helps nobody."""
    script = Script(refuse_with(429, retry_after=text))
    with pytest.raises(EndpointError, match="status 429"):
        ask_script(script, llm_seconds=60.0)
    assert (script.pauses, len(script.bodies)) == ([], 1)


def test_a_retry_after_does_not_give_more_tries() -> None:
    """An endpoint that always asks for patience gets it twice."""
    script = Script(refuse_with(503, retry_after="1"))
    with pytest.raises(EndpointError, match="status 503"):
        ask_script(script)
    assert script.pauses == [1.0, 1.0]


def test_all_tries_together_have_the_time_of_one_answer() -> None:
    """Each try may take what is left, and a pause that leaves nothing is not taken."""
    script = Script(refuse_with(500), seconds=4.0)
    with pytest.raises(EndpointError, match="status 500"):
        ask_script(script, llm_seconds=8.5)
    assert (script.allowed, script.pauses) == ([8.5, 4.2], [0.3])


def test_time_that_is_up_is_not_spent() -> None:
    """An answer that came too late for its repair ends the question."""
    script = Script(answer_with({"ok": "yes"}), seconds=9.0)
    with pytest.raises(EndpointError, match="took too long"):
        ask_script(script, llm_seconds=8.0)
    assert len(script.bodies) == 1


def test_a_slow_model_is_given_up_in_time() -> None:
    """On a real socket: an endpoint that accepts and says nothing costs what the setting allows."""
    with pytest.raises(EndpointError, match="was silent for too long"):
        ask_app(LanguageModel(), llm_model="slow", llm_seconds=0.2)


def test_an_endpoint_without_schemas_is_asked_for_any_object_once() -> None:
    """The schema is then told in words; an endpoint that refuses this too has failed."""
    model = LanguageModel(fail(400, UNKNOWN_FORMAT), say({"ok": True}))
    assert ask_app(model) == {"ok": True}
    assert [asked.format for asked in model.asked] == ["json_schema", "json_object"]
    told = json.dumps(SCHEMA, separators=(",", ":"))
    assert model.asked[1].system == (
        "Be brief.\n\nAnswer with one JSON object and nothing else."
        f" It must fit this JSON Schema:\n{told}"
    )


def test_an_endpoint_without_any_object_is_asked_for_text() -> None:
    """LM Studio knows schemas and text, and nothing between."""
    model = LanguageModel(fail(400, ONLY_TEXT), say('Sure: {"ok": true}'))
    with serve(model.app) as url:
        assert ask(ChatModel(configure(f"{url}/v1"), exchange), None) == {"ok": True}
    assert [asked.format for asked in model.asked] == ["json_object", "text"]


def test_a_model_without_temperature_is_asked_without() -> None:
    """Models that reason refuse it; the schema stays."""
    model = LanguageModel(fail(400, NO_TEMPERATURE), say({"ok": True}))
    assert ask_app(model) == {"ok": True}
    assert [("temperature" in each.body, each.format) for each in model.asked] == [
        (True, "json_schema"),
        (False, "json_schema"),
    ]


def test_another_400_is_final() -> None:
    """A prompt that is too long does not get shorter by asking otherwise."""
    model = LanguageModel(fail(400, "This model's maximum context length is 8192 tokens."))
    with pytest.raises(EndpointError, match="status 400"):
        ask_app(model)
    assert len(model.asked) == 1


def test_a_wrong_answer_is_shown_to_the_model_with_what_is_wrong() -> None:
    """One repair; it tells the schema, since not every endpoint that takes one heeds it."""
    model = LanguageModel(say({"ok": "yes"}), say({"ok": True}))
    assert ask_app(model) == {"ok": True}
    told = json.dumps(SCHEMA, separators=(",", ":"))
    assert model.asked[1].body["messages"][2:] == [
        {"role": "assistant", "content": '{"ok": "yes"}'},
        {
            "role": "user",
            "content": "This answer is wrong:\n- ok: must be a boolean, is a string\n\n"
            "Answer with one JSON object and nothing else."
            f" It must fit this JSON Schema:\n{told}",
        },
    ]


def test_a_long_wrong_answer_is_shown_in_part() -> None:
    """Paying for all of it a second time would not make it right."""
    script = Script(answer_with({"ok": "y" * 20_000}), answer_with({"ok": True}))
    ask_script(script)
    assert 8_000 < len(script.bodies[1]) < 10_000


def test_a_second_wrong_answer_is_the_end() -> None:
    """The error says what was wrong with it."""
    model = LanguageModel(say({"ok": "yes"}), say({"okay": True}))
    with pytest.raises(EndpointError) as caught:
        ask_app(model)
    assert (caught.value.problem, len(model.asked)) == (
        "the language model's answer is wrong: $: lacks 'ok'",
        2,
    )


def test_a_check_of_its_own_decides_instead_of_the_schema() -> None:
    """Who asks may accept more than the schema, or less."""
    script = Script(answer_with({"ok": 1}), answer_with({"ok": 2}))
    chat = ChatModel(configure(), script.exchange, clock=script.now, sleep=script.sleep)

    async def run() -> JsonObject:
        return await chat.ask("s", "u", SCHEMA, "reply", check=_want_two)

    assert anyio.run(run) == {"ok": 2}


def _want_two(answer: JsonObject) -> Checked:
    return Checked(answer, () if answer == {"ok": 2} else ("ok: must be 2",))


def test_a_check_may_put_an_answer_right() -> None:
    """What it returns is the answer; it is asked once."""
    script = Script(answer_with({"ok": True, "more": None}))
    chat = ChatModel(configure(), script.exchange, clock=script.now, sleep=script.sleep)
    seen: list[JsonObject] = []

    def check(answer: JsonObject) -> Checked:
        seen.append(answer)
        return Checked({"ok": True}, ())

    async def run() -> JsonObject:
        return await chat.ask("s", "u", SCHEMA, "reply", check=check)

    assert (anyio.run(run), seen) == ({"ok": True}, [{"ok": True, "more": None}])


def test_nobody_waits_for_a_check_whose_question_was_given_up() -> None:
    """A thread cannot be stopped, but a request can."""
    script = Script(answer_with({"ok": True}))
    chat = ChatModel(configure(), script.exchange, clock=script.now, sleep=script.sleep)
    begun, may_end = threading.Event(), threading.Event()

    def check(answer: JsonObject) -> Checked:
        begun.set()
        may_end.wait(30)
        return Checked(answer, ())

    async def run() -> bool:
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(partial(chat.ask, "s", "u", SCHEMA, "reply", check=check))
                assert await anyio.to_thread.run_sync(begun.wait, 10)
                scope.cancel()
        was_running = not may_end.is_set()
        may_end.set()
        return was_running

    started = time.monotonic()
    assert anyio.run(run)
    assert time.monotonic() - started < 20


def test_a_question_makes_at_most_six_requests() -> None:
    """All that can be tried again together: what an operator may have to pay for is bounded."""
    script = Script(
        refuse_with(400, NO_TEMPERATURE),
        refuse_with(500),
        refuse_with(422, UNKNOWN_FORMAT),
        answer_with({"ok": "yes"}),
        refuse_with(500),
        refuse_with(500),
    )
    with pytest.raises(EndpointError, match="status 500"):
        ask_script(script)
    assert (len(script.bodies), script.pauses) == (6, [0.3, 0.8])
