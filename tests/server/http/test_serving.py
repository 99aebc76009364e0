"""The command: what it says, what it refuses to do, and what it needs from its system."""

from __future__ import annotations

import re
import resource
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from changetrack_server.settings import Settings
from tests.server.http.heavy import LARGE
from tests.server.http.live import (
    LiveServer,
    eventually,
    has_ended,
    serving,
    signal_all,
    write_environment,
)
from tests.server.http.sockets import Wire, ask, post_diff, spell

ITEM = b'{"current":{"markdown":"a"}}'


def _serve(*arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """Return what became of a command that does not come to serve."""
    return subprocess.run(
        [sys.executable, "-m", "changetrack", "serve", *arguments],
        env=write_environment(**settings),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


def test_the_help_names_every_option() -> None:
    """And the routes, and where settings are described."""
    done = _serve("--help")
    options = ("--host", "--port", "--workers", "--api-keys-file", "--insecure-no-auth")
    wanted = (*options, "--log-level", "/v1/change-tracking/diff", "docs/reference/settings.md")
    assert (done.returncode, done.stderr) == (0, "")
    assert [word for word in wanted if word not in done.stdout] == []


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "no number": ({"port": "abc"}, "CHANGETRACK_PORT"),
    "out of range": ({"port": 70_000}, "CHANGETRACK_PORT"),
    "no flag": ({"insecure_no_auth": "maybe"}, "CHANGETRACK_INSECURE_NO_AUTH"),
    "no hash": ({"api_keys": "sha256:canary"}, "CHANGETRACK_API_KEYS"),
    "no file": ({"api_keys_file": "/nowhere/at/all"}, "CHANGETRACK_API_KEYS_FILE"),
    "no key of a model": ({"llm_api_key": "canary\u00e9"}, "CHANGETRACK_LLM_API_KEY"),
    "a name that is none": ({"prot": 3000}, "CHANGETRACK_PROT"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_named(name: str) -> None:
    """One line says which it is, and the status is that of a wrong command."""
    settings, variable = WRONG[name]
    done = _serve("--workers", str(1 + len(name) % 2), **settings)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("changetrack: ")
    assert re.search(rf"\b{variable}\b", done.stderr)
    assert "canary" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("--port", "x"), ("--workers", "0"), ("--workers", "-1"), ("--log-level", "x"), ("--nope",)],
)
def test_a_wrong_option_is_refused(arguments: tuple[str, ...]) -> None:
    """As by any command."""
    done = _serve(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_said_so() -> None:
    """With the address, and with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = _serve("--port", str(port))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"changetrack: 127.0.0.1:{port}: Address already in use; choose another with --port\n"
    )


@pytest.mark.parametrize("host", ["192.0.2.1", "::1%nope"])
def test_an_address_that_is_not_ours(host: str) -> None:
    """It cannot be listened on, and that is all there is to say."""
    done = _serve("--host", host, "--port", "0", insecure_no_auth=1)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"changetrack: {host}")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "0", "192.0.2.1", "example.com"])  # noqa: S104
def test_A48_beyond_this_machine_a_key_is_needed(host: str) -> None:
    """Nothing is listened on before that is clear."""
    done = _serve("--host", host, "--port", "0")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "CHANGETRACK_API_KEYS" in done.stderr
    assert "CHANGETRACK_INSECURE_NO_AUTH=true" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "settings", "status"),
    [
        (("--insecure-no-auth",), {}, 200),
        ((), {"insecure_no_auth": "true"}, 200),
        ((), {"api_keys": "k"}, 401),
    ],
)
def test_A48_beyond_this_machine_for_who_wants_it(
    arguments: tuple[str, ...], settings: dict[str, object], status: int
) -> None:
    """With a key, or with the word that a proxy asks for one."""
    with serving("--host", "0.0.0.0", *arguments, work_processes=1, **settings) as server:  # noqa: S104
        assert post_diff(server.port, ITEM).status == status


def test_A48_keys_from_a_file(tmp_path: Path) -> None:
    """One a line, with comments; plain or as hashes."""
    digest = "2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683"  # of "key"
    file = tmp_path / "keys"
    file.write_text(f"# ours\nfirst  # of Ann\n\n  sha256:{digest}  \n")
    with serving("--api-keys-file", str(file), work_processes=1) as server:
        keys = ("first", "key", digest, "# ours", "of Ann", "")
        statuses = [
            post_diff(server.port, ITEM, f"Authorization: Bearer {key}").status for key in keys
        ]
    assert statuses == [200, 200, 401, 401, 401, 401]


def test_A48_a_file_without_a_key_is_refused(tmp_path: Path) -> None:
    """It was meant to lock, so it must not leave open."""
    (tmp_path / "keys").write_text("# none yet\n\n")
    done = _serve("--api-keys-file", str(tmp_path / "keys"))
    assert (done.returncode, "holds no key" in done.stderr) == (2, True)


@pytest.mark.parametrize("key", ["", "k-1"])
def test_the_command_of_the_greeting_works(key: str) -> None:
    """Pasted as it stands."""
    with serving(work_processes=1, api_keys=key) as server:
        greeting = server.errors.split("Try:\n")[1].partition('{"time"')[0]
        done = subprocess.run(
            ["bash", "-c", greeting],
            env={**write_environment(), "KEY": key, "no_proxy": "*"},
            capture_output=True,
            text=True,
            check=False,
        )
        documentation = re.search(
            r"documentation is http://127\.0\.0\.1:(\d+)(/\S+)", server.errors
        )
        assert documentation
        assert ask(int(documentation[1]), "GET", documentation[2]).status == 200
    assert (done.returncode, done.stderr) == (0, "")
    assert '"text":"--- previous\\n+++ current\\n@@ -1 +1 @@\\n-Starter $19\\n+Starter $24\\n"' in (
        done.stdout
    )


def test_the_defaults_are_those_of_the_contract() -> None:
    """Loopback and port 3000, which clients of this protocol try first."""
    assert (Settings().host, Settings().port, Settings().api_keys) == ("127.0.0.1", 3000, ())


def test_IPv6() -> None:
    """The address stands in brackets where it must."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("there is no ::1 here")
    server = LiveServer("--host", "::1", work_processes=1)
    try:
        assert eventually(lambda: "documentation" in server.errors)
        found = re.search(r"serves at http://\[::1\]:(\d+) ", server.errors)
        assert found
        with socket.create_connection(("::1", int(found[1])), timeout=20) as connection:
            connection.sendall(spell("GET", "/health", None, "Connection: close"))
            assert connection.recv(15) == b"HTTP/1.1 200 OK"
    finally:
        status = server.stop()
    assert status == 0


def test_several_workers_serve() -> None:
    """The settings reach all of them, keys and limits included."""
    with serving("--workers", "2", work_processes=1, api_keys="k", max_body_bytes=2_000) as server:
        for _ in range(20):
            good = post_diff(server.port, ITEM, "Authorization: Bearer k")
            large = post_diff(server.port, b" " * 2_001, "Authorization: Bearer k")
            assert [good.status, large.status, post_diff(server.port, ITEM).status] == [
                200,
                413,
                401,
            ]
    assert "Traceback" not in server.errors


def test_a_system_without_files_left() -> None:
    """Who finds no place is turned away, work that finds no process is 503, then all is well."""
    with serving(work_processes=1) as server, Wire(server.port) as kept:
        assert kept.ask(spell("GET", "/health")).status == 200
        assert post_diff(server.port, LARGE).status == 200
        workers = server.list_workers()
        signal_all(workers, signal.SIGKILL)
        assert eventually(lambda: all(map(has_ended, workers)))
        limits = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
        most = server.count_files()
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (most, limits[1]))
        others = [Wire(server.port) for _ in range(20)]
        answer = kept.ask(spell("POST", "/v1/change-tracking/diff", LARGE))
        assert (answer.status, answer.reason) == (503, "overloaded")
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, limits)
        for other in others:
            other.close()
        assert kept.ask(spell("POST", "/v1/change-tracking/diff", LARGE)).status == 200
        assert post_diff(server.port, ITEM).status == 200
