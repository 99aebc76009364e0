"""Channels that may be used, and the host that each of them leads to."""

from __future__ import annotations

CHANNELS = {
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/%23alerts": "hooks.slack.com",
    "slack://bot@xoxb-1234-1234-4ddbc191d40ee098cbaae6f3523ada2d/C0123": "slack.com",
    "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ": (
        "hooks.slack.com"
    ),
    "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js": "discord.com",
    "https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js": "discord.com",
    "tgram://123456789:abcdefg_hijklmnop/12315544/?silent=yes": "api.telegram.org",
    "pover://uQiRzpo4DXghDmr9QzzfQu27cmVRsG@azGDORePK8gMaC0QOYAMyEEuzJnyUi": "api.pushover.net",
    "ntfy://my-secret-topic": "ntfy.sh",
    "ntfys://my-secret-topic?priority=high": "ntfy.sh",
    "pbul://o.gn5kj6nfhv736I7jC3cj3QLRiyhgl98b": "api.pushbullet.com",
    "gchat://workspace/key/token": "chat.googleapis.com",
    "https://chat.googleapis.com/v1/spaces/AAAA/messages?key=k-1&token=t_2": "chat.googleapis.com",
    f"webex://{'a1' * 40}": "api.ciscospark.com",
    "pagerduty://integrationkey@apikey?region=eu": "events.eu.pagerduty.com",
    "twilio://AC12345678:abcdefghijk@15551233456/15551233999": "api.twilio.com",
    "vonage://12345:abcdef@15551233456/15551233999": "rest.nexmo.com",
    "sns://AHIAJGNT76XIMXDBIJYA/bu1dHSdO22pfaaVy%2FwmNsdljF4C07D3bndi9PQJ9/us-east-2/12223334444": (
        "sns.us-east-2.amazonaws.com"
    ),
    "workflows://prod-15.westus.logic.azure.com:443/abcdef0123/sIgNaTuRe_1": (
        "prod-15.westus.logic.azure.com"
    ),
    "https://prod-15.westus.logic.azure.com:443/workflows/abcdef0123/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=sIgNaTuRe": (
        "prod-15.westus.logic.azure.com"
    ),
}
