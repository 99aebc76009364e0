"""What an operator may set, and what is said when it is wrong."""

from __future__ import annotations

from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from changetrack_server.settings import (
    PREFIX,
    Settings,
    SettingsError,
    hash_key,
    read_settings,
    write_settings,
)

HASH = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"


def test_without_variables_everything_is_as_documented() -> None:
    """An empty variable is none, and others' variables are left alone."""
    environment = {"HOME": "/", "CHANGETRACK_PORT": " ", "CHANGETRACK_SERVICE_HOST": "10.0.0.1"}
    assert read_settings(environment) == Settings()


def test_every_kind_of_value_is_read() -> None:
    """As one writes it in a shell."""
    settings = read_settings(
        {
            "CHANGETRACK_PORT": "8080",
            "CHANGETRACK_FETCH_SECONDS": "2.5",
            "CHANGETRACK_INSECURE_NO_AUTH": "Yes",
            "CHANGETRACK_API_KEYS": "secret, sha256:" + HASH.upper(),
            "CHANGETRACK_ALLOWED_NETWORKS": "10.1.0.0/16\nfd00::/8",
            "CHANGETRACK_FETCH_PORTS": "80,8080",
            "CHANGETRACK_ROBOTS": "ignore",
            "CHANGETRACK_LOG_LEVEL": "debug",
        }
    )
    assert settings == Settings(
        port=8080,
        fetch_seconds=2.5,
        insecure_no_auth=True,
        api_keys=(f"sha256:{HASH}", f"sha256:{HASH}"),
        allowed_networks=(ip_network("10.1.0.0/16"), ip_network("fd00::/8")),
        fetch_ports=(80, 8080),
        robots="ignore",
        log_level="debug",
    )


def test_keys_are_kept_as_hashes_and_never_shown() -> None:
    """Whatever they came as."""
    settings = Settings(api_keys=("secret",), llm_base_url="http://a.test/v1", llm_model="m")
    assert settings.api_keys == (hash_key("secret"),) == (f"sha256:{HASH}",)
    assert HASH not in repr(settings)


def test_keys_of_a_file_join_the_others(tmp_path: Path) -> None:
    """One a line; what follows # is a remark."""
    file = tmp_path / "keys"
    file.write_text("# ours\nsecret  # of the crawler\n\n", encoding="utf-8")
    settings = read_settings({"CHANGETRACK_API_KEYS": "other"}, api_keys_file=str(file))
    assert settings.api_keys == (hash_key("other"), hash_key("secret"))
    assert settings.api_keys_file == ""


def test_what_is_given_stands_above_the_environment() -> None:
    """An option of the command line counts; one that was not given does not."""
    environment = {"CHANGETRACK_PORT": "1", "CHANGETRACK_HOST": "::1"}
    settings = read_settings(environment, port=2, host=None)
    assert (settings.port, settings.host) == (2, "::1")


def test_settings_survive_the_way_to_another_process() -> None:
    """All of them are written, so that nothing of the old environment shows through."""
    settings = Settings(
        port=1, api_keys=("k",), allowed_networks=(ip_network("10.0.0.0/8"),), robots="ignore"
    )
    variables = write_settings(settings)
    assert len(variables) == len(fields(Settings))
    stale = {name: "9" for name in variables if name.endswith(("SECONDS", "BYTES"))}
    assert read_settings({**stale, **variables}) == settings


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("PORT", "x", "CHANGETRACK_PORT: 'x' is not a whole number"),
        ("PORT", "65536", "CHANGETRACK_PORT: 65536 is out of range"),
        ("FETCH_SECONDS", "nan", "CHANGETRACK_FETCH_SECONDS: nan is out of range"),
        ("FETCH_PORTS", "80,0", "CHANGETRACK_FETCH_PORTS: 0 is out of range"),
        ("INSECURE_NO_AUTH", "maybe", "is not true or false"),
        ("ROBOTS", "obey", "is not respect or ignore"),
        ("ALLOWED_NETWORKS", "localhost", "is not a list of networks"),
        ("ALLOWED_NETWORKS", "10.1.0.5/16", "has host bits set"),
        ("API_KEYS", "sha256:12", "64 hex digits"),
        ("API_KEYS_FILE", "/nonexistent/keys", "cannot be read"),
        ("API_KEY", "k", "CHANGETRACK_API_KEY is no setting; did you mean CHANGETRACK_API_KEYS?"),
        ("QQQQ", "k", "CHANGETRACK_QQQQ is no setting; see"),
        ("LLM_MODEL", "m", "belong together"),
        ("USER_AGENT", "a\nb", "USER_AGENT"),
        ("SMTP_HOST", "mail.example.com", "CHANGETRACK_MAIL_FROM: an address such as"),
        ("PUBLIC_URL", "changes.example.com", "CHANGETRACK_PUBLIC_URL: an http URL such as"),
        ("PUBLIC_URL", "ftp://changes.example.com", "PUBLIC_URL: an http URL such as"),
        ("PUBLIC_URL", "https://", "PUBLIC_URL: an http URL such as"),
        ("PUBLIC_URL", "https://x:99999", "PUBLIC_URL: an http URL such as"),
        ("PUBLIC_URL", "https://é.example", "PUBLIC_URL: an http URL such as"),
        ("PUBLIC_URL", "https://x/" + "y" * 500, "PUBLIC_URL: an http URL such as"),
        ("PUBLIC_URL", "https://u@x", "user, query and fragment have no place in it"),
        ("PUBLIC_URL", "https://x/?a", "user, query and fragment have no place in it"),
        ("PUBLIC_URL", "https://x/#", "user, query and fragment have no place in it"),
    ],
)
def test_a_wrong_setting_is_named(name: str, text: str, words: str) -> None:
    """With its variable, and what it may be."""
    with pytest.raises(SettingsError) as caught:
        read_settings({PREFIX + name: text})
    assert words in str(caught.value)


def test_a_file_without_a_key_is_no_key_file(tmp_path: Path) -> None:
    """A server that everybody can use, because a file was empty, is not what was meant."""
    file = tmp_path / "keys"
    file.write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="holds no key"):
        read_settings({"CHANGETRACK_API_KEYS_FILE": str(file)})
