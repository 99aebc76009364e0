"""What a webhook may be, before anything is sent to it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack.errors import InvalidHeader, InvalidMonitor
from changetrack.monitor.models import Webhook
from changetrack.monitor.webhooks.rules import check_webhook


def find_fault(*, is_inside: bool = False, **given: Any) -> tuple[str, str]:  # noqa: ANN401 - any field of a webhook
    """Return reason and path of what is wrong with a webhook; nothing if it is fine."""
    webhook = Webhook(**{"url": "https://example.com/hook", **given})
    try:
        check_webhook(webhook, is_inside=is_inside)
    except InvalidMonitor as error:
        return error.reason, error.path
    return "", ""


FINE = ("", "")


def test_the_sample_is_fine() -> None:
    """As the specification has it."""
    assert (
        find_fault(
            headers={"Authorization": "Bearer your-secret", "X-Empty": ""},
            metadata={"environment": "production"},
            events=("monitor.page", "monitor.check.completed"),
            statuses=("changed", "removed"),
        )
        == FINE
    )


@pytest.mark.parametrize(
    "name",
    [
        *("Host", "content-length", "Transfer-Encoding", "CONNECTION", "X-CRW-Signature"),
        *("x-crw-signature", "X-Firecrawl-Signature", "webhook-id", "Webhook-Signature"),
        *("webhook-anything", "Expect", "Upgrade", "Accept-Encoding", "X-Changetrack-Hop"),
    ],
)
def test_C32_what_is_ours_is_not_theirs(name: str) -> None:
    """The connection, and what proves who we are."""
    assert find_fault(headers={name: "x"}) == ("invalid_header", f"webhook.headers.{name}")


@pytest.mark.parametrize(
    "value",
    ["a\r\nHost: b", "a\nb", "a\rb", "a\0b", "é", "\x7f", " a", "a ", "\ta", 1, None, ["a"]],
)
def test_C32_a_value_is_one_line_of_ascii(value: object) -> None:
    """A line break would begin a header of somebody's choice."""
    fault = find_fault(headers={"X-A": value})
    assert fault == ("invalid_header", "webhook.headers.X-A")


@pytest.mark.parametrize("name", ["", "a b", "a:", "é", "a\r\n", "a\0", "(a)"])
def test_C32_a_name_is_a_token(name: str) -> None:
    """As HTTP has it."""
    assert find_fault(headers={name: "x"}) == ("invalid_header", f"webhook.headers.{name}")


def test_C32_a_header_stands_there_once() -> None:
    """Its name has no case."""
    fault = find_fault(headers={"Authorization": "a", "authorization": "b"})
    assert fault == ("invalid_header", "webhook.headers.authorization")


@pytest.mark.parametrize("headers", [{f"X-{each}": "" for each in range(51)}, {"X-A": "x" * 4094}])
def test_C32_headers_are_bounded(headers: dict[str, str]) -> None:
    """In number and in size."""
    assert find_fault(headers=headers) == ("invalid_header", "webhook.headers")


@given(name=st.text(max_size=20), value=st.text(max_size=20))
def test_C32_what_passes_can_be_sent(name: str, value: str) -> None:
    """Whatever is let through is one line of one header, and none of ours."""
    webhook = Webhook(url="https://example.com/", headers={name: value})
    try:
        check_webhook(webhook)
    except InvalidHeader:
        return
    line = f"{name}: {value}"
    assert line.isascii()
    assert line.isprintable() or "\t" in value
    assert not name.lower().startswith(("webhook-", "host", "x-crw-sig"))


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://example.com/hook?a=b", {"inside", "outside"}),
        ("HTTPS://example.com", {"inside", "outside"}),
        ("https://example.com:8443/", {"inside", "outside"}),
        ("http://10.0.0.5:9000/hook", {"inside"}),
        ("ftp://example.com/", set()),
        ("example.com/hook", set()),
        ("https://", set()),
        ("https:///hook", set()),
        ("https://user:pass@example.com/", set()),
        ("https://example.com\\@evil/", set()),
        ("https://example.com/a b", set()),
        ("https://example.com/\r\nX: y", set()),
        ("", set()),
        ("javascript:alert(1)", set()),
    ],
)
def test_C33_events_go_over_https(url: str, taken: set[str]) -> None:
    """Plain http is for networks that the operator has listed, and the server knows which."""
    fault = ("invalid_monitor", "webhook.url")
    assert find_fault(url=url) == (FINE if "outside" in taken else fault)
    assert find_fault(url=url, is_inside=True) == (FINE if "inside" in taken else fault)


@pytest.mark.parametrize("key", ["event", "monitorId", "checkId", "page", "summary", "timestamp"])
def test_reserved_keys_of_metadata_are_refused(key: str) -> None:
    """A receiver would take them for ours."""
    fault = find_fault(metadata={key: "x"})
    assert fault == ("invalid_monitor", f"webhook.metadata.{key}")


@pytest.mark.parametrize(
    ("size", "fault"), [(4096, FINE), (4097, ("invalid_monitor", "webhook.metadata"))]
)
def test_metadata_is_bounded(size: int, fault: tuple[str, str]) -> None:
    """Four kilobytes of JSON, since it goes with every event."""
    assert find_fault(metadata={"a": "x" * (size - len('{"a":""}'))}) == fault


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"events": ("monitor.page", "monitor.pages")}, "webhook.events[1]"),
        ({"events": ("monitor.test",)}, "webhook.events[0]"),
        ({"events": ()}, "webhook.events"),
        ({"statuses": ("gone",)}, "webhook.statuses[0]"),
    ],
)
def test_only_known_words_can_be_asked_for(given: dict[str, Any], path: str) -> None:
    """Whoever misspells one would wait for ever."""
    assert find_fault(**given) == ("invalid_monitor", path)
