"""What endpoints send back, and the object in it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack import JsonObject
from changetrack_server.errors import EndpointError
from changetrack_server.llm.replies import read_answer, read_content


@pytest.mark.parametrize(
    "content",
    [
        '{"ok": true}',
        ' \n{"ok": true}\n',
        '```json\n{"ok": true}\n```',
        '```\n{"ok": true}\n```\nThat is all.',
        'Here you are: {"ok": true}. Anything else?',
        '<think>They want {"ok": false}.</think>\n{"ok": true}',
        '<think>Hm.</think>```json\n{"ok": true}\n```',
    ],
)
def test_an_object_is_found_in_whatever_it_is_wrapped(content: str) -> None:
    """Local models talk; the object is what counts."""
    assert read_answer(content) == {"ok": True}


def test_what_only_looks_like_a_wrapping_is_part_of_the_answer() -> None:
    """A page may be about Markdown and about models that think."""
    answer: JsonObject = {"text": "<think>```json\n{}\n```</think>", "more": "}"}
    assert read_answer(json.dumps(answer)) == answer


@pytest.mark.parametrize(
    "content", ["", "{", "}{", "[]", "null", "{'ok': True}", '{"n": NaN}', "[" * 10_000]
)
def test_what_holds_no_object_is_refused(content: str) -> None:
    """There is no guessing at broken JSON."""
    with pytest.raises(EndpointError, match="did not answer with a JSON object"):
        read_answer(content)


def test_a_message_in_parts_is_put_together() -> None:
    """Some endpoints give the text of a message as a list."""
    parts = [{"type": "text", "text": '{"ok"'}, {"type": "image"}, {"type": "text", "text": ": 1}"}]
    body = {"choices": [{"message": {"content": parts}}]}
    assert read_content(json.dumps(body).encode()) == '{"ok": 1}'


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ("choices", "message", "content", "refusal", "finish_reason", "error", "text")
            ),
            children,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.binary(max_size=40) | _JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_an_endpoint_sends_is_an_answer_or_our_error(body: bytes) -> None:
    """No shape of a reply gets past the one error that it may become."""
    reasons = []
    try:
        assert isinstance(read_answer(read_content(body)), dict)
    except EndpointError as error:
        reasons.append(error.reason)
    assert reasons in ([], ["llm_failed"])
