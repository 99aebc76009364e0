"""The key of the model is in nothing that anybody sees, and its settings are checked at once."""

from __future__ import annotations

import json
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack_server.errors import EndpointError
from changetrack_server.llm.chat import ChatModel, find_model
from changetrack_server.settings import Settings, SettingsError
from tests.server.chats import (
    KEY,
    ask_app,
    ask_script,
    configure,
)
from tests.server.exchanges import Script, exchange
from tests.server.language_model import (
    BY_NAME,
    LanguageModel,
)


def list_words(error: BaseException) -> str:
    """Return everything that an exception and what led to it would ever show."""
    shown = [*traceback.format_exception(error)]
    seen: BaseException | None = error
    while seen is not None:
        shown += [str(seen), repr(seen), repr(seen.args), repr(vars(seen))]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(shown)


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - {"good", "slow"}))
def test_P16_the_key_is_in_no_error(name: str) -> None:
    """Not in the text, the representation, the detail, or anything that led to it."""
    with pytest.raises(EndpointError) as caught:
        ask_app(LanguageModel(), llm_model=name)
    assert KEY not in list_words(caught.value)


@given(
    st.text("abcXYZ019-_+/=.", min_size=8, max_size=60),
    st.integers(0, 400),
    st.sampled_from((json.dumps, json.JSONEncoder(ensure_ascii=True).encode, str)),
    st.sampled_from((200, 400, 401, 500)),
)
def test_P16_no_part_of_an_echoed_key_survives(
    key: str, offset: int, spell: object, status: int
) -> None:
    """Wherever in an error the endpoint repeats it, also where the detail is cut."""
    assert callable(spell)
    body = spell("#" * offset + key + "#" * 20).encode()
    with pytest.raises(EndpointError) as caught:
        ask_script(Script((status, body, {})), llm_api_key=key)
    assert key not in list_words(caught.value)
    assert len(caught.value.detail) <= 300
    assert caught.value.detail.strip('"#') in {"[key]", "[key", "[ke", "[k", "[", ""}


def test_P16_a_failure_of_the_exchange_does_not_bring_the_key_along() -> None:
    """A library that quotes the header that it could not send is a classic leak."""
    script = Script(EndpointError("upstream_error", detail=f"Illegal header b'Bearer {KEY}'"))
    with pytest.raises(EndpointError) as caught:
        ask_script(script)
    assert caught.value.detail == "upstream_error Illegal header b'Bearer [key]'"
    assert KEY not in list_words(caught.value)


def test_P16_neither_model_nor_settings_show_the_key() -> None:
    """A representation ends up in logs sooner or later."""
    settings = configure()
    assert KEY not in f"{settings!r}{settings}{ChatModel(settings, exchange)!r}"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"llm_base_url": "localhost:11434/v1"}, "LLM_BASE_URL"),
        ({"llm_base_url": "ftp://model.test"}, "LLM_BASE_URL"),
        ({"llm_base_url": "http://"}, "LLM_BASE_URL"),
        ({"llm_base_url": f"http://me:{KEY}@model.test/v1"}, "LLM_BASE_URL"),
        ({"llm_base_url": f"http://model.test/v1?key={KEY}"}, "LLM_BASE_URL"),
        ({"llm_base_url": ""}, "LLM_BASE_URL"),
        ({"llm_model": ""}, "LLM_MODEL"),
        ({"llm_api_key": f"{KEY}\nX-Other: 1"}, "LLM_API_KEY"),
        ({"llm_api_key": "schlüssel"}, "LLM_API_KEY"),
    ],
)
def test_settings_that_could_only_fail_later_fail_at_once(given: dict[str, str], name: str) -> None:
    """The message names the variable, and shows nothing that may be secret."""
    with pytest.raises(SettingsError, match=f"CHANGETRACK_{name}") as caught:
        configure(**given)
    assert KEY not in list_words(caught.value)


def test_there_is_a_model_only_when_the_operator_named_one() -> None:
    """Nothing else decides about it."""
    found = find_model(configure(), exchange)
    assert (find_model(Settings(), exchange), found and found.name) == (None, "good")
