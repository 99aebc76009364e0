"""Which services notifications may go to: none that leads elsewhere."""

from __future__ import annotations

import pytest

from changetrack import JsonValue
from changetrack.errors import InvalidChannel
from changetrack.monitor.mail import check_channel, read_channels
from tests.monitor.mail.services import CHANNELS

BAD = [
    "",
    "alerts",
    "slack",
    "://x",
    # Whatever has a host, a file or a program of one's own.
    "json://127.0.0.1/",
    "jsons://internal.example/",
    "xml://127.0.0.1/",
    "form://127.0.0.1/",
    "apprise://127.0.0.1/token",
    "http://hooks.slack.com/services/T1/A1/x",
    "https://127.0.0.1/",
    "https://hooks.slack.com.evil.example/services/T1/A1/x",
    "https://hooks.slack.com@evil.example/services/T1/A1/x",
    "https://hooks.slack.com/services/T1/A1/x?template=/etc/passwd",
    "https://hooks.slack.com/services/../api",
    "https://discord.com/api/webhooks/1/x?template=file:///etc/passwd",
    "mailto://user:password@example.com",
    "mailtos://user:password@example.com",
    "gotify://127.0.0.1/token",
    "matrix://127.0.0.1/room",
    "mmost://127.0.0.1/token",
    "rocket://user:pass@127.0.0.1/room",
    "zulip://bot@org.internal.example/a8f3bc5f0b1a4d0fa8f3bc5f0b1a4d0f",
    "mqtt://127.0.0.1/topic",
    "syslog://",
    "rsyslog://127.0.0.1",
    "dbus://",
    "gnome://",
    "windows://",
    "macosx://",
    "file:///etc/passwd",
    "memory://",
    # The right service, and something else in its address.
    "ntfy://127.0.0.1/topic",
    "ntfy://internal.example/topic",
    "ntfy://user:pass@topic",
    "ntfy://topic?mode=private",
    "ntfy://topic?attach=http://169.254.169.254/",
    "ntfys://ntfy.sh/topic",
    "slack://T1/A1/x?template=/etc/passwd",
    "slack://T1/A1/x?TEMPLATE=/etc/passwd",
    "slack://T1/A1/x/?:a=b",
    "slack://T1/A1/x#?template=/etc/passwd",
    "slack://T1/A1/x%3Ftemplate=/etc/passwd",
    "slack://T1/A1/../x\n",
    "slack://T1/A1/x y",
    "SLACK://T1/A1/x",
    "discord://1/x/y",
    "discord://host.example/x",
    "tgram://123:abc/1?template=/etc/passwd",
    "tgram://123:abc/1?silent=yes%26template=/etc",
    "tgram://123:abc/1?" + "&".join(["silent=1"] * 9),
    "pagerduty://k@k?region=evil.example/%23",
    "sns://AHIA/secret/evil.example/1222",
    "sns://AHIA/secret/us-east-2.evil.example%2F/1222",
    "workflows://127.0.0.1/abc/sig",
    "workflows://evil.example/abc/sig",
    "workflows://logic.azure.com.evil.example/abc/sig",
    "workflows://prod.logic.azure.com:8080/abc/sig",
    "workflows://prod.logic.azure.com/abc/sig?template=/etc/passwd",
    "https://evil.example/workflows/a/triggers/manual/paths/invoke?sig=x",
    "slack://" + "x" * 2_000,
]


@pytest.mark.parametrize("url", CHANNELS, ids=range(len(CHANNELS)))
def test_a_service_of_the_table_may_be_used(url: str) -> None:
    """Whom it talks to then is seen in the tests of the notifier."""
    assert read_channels([url, url], "channels") == (url,)


@pytest.mark.parametrize("url", BAD, ids=range(len(BAD)))
def test_everything_else_is_refused(url: str) -> None:
    """With its place, and without the secret that it may be."""
    with pytest.raises(InvalidChannel) as caught:
        read_channels(["ntfy://topic", url], "notification.channels")
    assert caught.value.path == "notification.channels[1]"
    if len(url) > 20:
        assert url.partition("://")[2] not in str(caught.value)


@pytest.mark.parametrize("value", [None, 7, {"url": "ntfy://topic"}])
def test_a_channel_is_a_string(value: JsonValue) -> None:
    """Anything else is refused by what it is."""
    with pytest.raises(InvalidChannel, match=r"channels\[0\]: expected a URL, got"):
        read_channels([value], "channels")


def test_twenty_one_channels_are_one_too_many() -> None:
    """Each of them is a message on every check."""
    urls: list[JsonValue] = [f"ntfy://topic-{number}" for number in range(21)]
    assert len(read_channels(urls[:20], "channels")) == 20
    with pytest.raises(InvalidChannel, match="there are 21 channels, at most 20"):
        read_channels(urls, "channels")


def test_an_error_says_what_may_be_used() -> None:
    """By the names that people know; the word that was sent is shown when it is only a word."""
    with pytest.raises(InvalidChannel) as caught:
        check_channel("json://internal/")
    assert str(caught.value).startswith("json:// is no service that notifications may go to; use")
    assert "Slack, Discord, Telegram" in str(caught.value)
