"""The environment, an address, a program, and chains of sources."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import ossc
from ossc._credentials import _refresh

from .raw_server import RawServer, answer
from .services import FIRST, SECOND, Service, bare_environment, document, parts
from .transfers import wait_until

NOT_FOUND = ossc.CredentialsNotFound


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare_environment(monkeypatch, tmp_path)


def set_all(monkeypatch: pytest.MonkeyPatch, prefix: str, token: str) -> None:
    """Names keys in the environment."""
    monkeypatch.setenv(f"{prefix}ACCESS_KEY_ID", FIRST[0])
    monkeypatch.setenv(f"{prefix}ACCESS_KEY_SECRET", FIRST[1])
    monkeypatch.setenv(f"{prefix}{token}", FIRST[2])


@pytest.mark.parametrize(
    ("prefix", "token"),
    [("OSS_", "SESSION_TOKEN"), ("ALIBABA_CLOUD_", "SECURITY_TOKEN")],
)
def test_the_environment(
    monkeypatch: pytest.MonkeyPatch, prefix: str, token: str
) -> None:
    """Both families of names; OSS's own win."""
    with pytest.raises(NOT_FOUND):
        ossc.EnvironmentCredentials()()
    set_all(monkeypatch, prefix, token)
    assert parts(ossc.EnvironmentCredentials()()) == FIRST
    monkeypatch.setenv(f"{prefix}{token}", "")
    assert parts(ossc.EnvironmentCredentials()()) == (*FIRST[:2], None)
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", "first")
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", "wins")
    assert ossc.EnvironmentCredentials()().access_key_id == "first"


@pytest.mark.parametrize("prefix", ["OSS_", "ALIBABA_CLOUD_"])
@pytest.mark.parametrize("half", ["ACCESS_KEY_ID", "ACCESS_KEY_SECRET"])
def test_half_of_a_pair(
    monkeypatch: pytest.MonkeyPatch, prefix: str, half: str
) -> None:
    """It is a mistake, and no other identity is taken in its place."""
    monkeypatch.setenv(f"{prefix}{half}", "value-of-it")
    with pytest.raises(ossc.CredentialsError, match=f"{prefix}{half} is set") as caught:
        ossc.EnvironmentCredentials()()
    assert not isinstance(caught.value, NOT_FOUND)
    assert "value-of-it" not in str(caught.value)
    with pytest.raises(ossc.ParameterError, match="half of the credentials"):
        ossc.Client("http://127.0.0.1:1", region="cn-hangzhou")


def test_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given, or of the environment; with its query."""
    with Service(lambda _: document()) as service:
        found = ossc.URICredentials(f"{service.endpoint}/keys?job=7#top")()
        assert parts(found) == FIRST
        assert found.expiration is not None
        monkeypatch.setenv("ALIBABA_CLOUD_CREDENTIALS_URI", service.endpoint)
        assert parts(ossc.URICredentials()()) == FIRST
    lines = [each.line for each in service.received]
    assert lines == ["GET /keys?job=7 HTTP/1.1", "GET / HTTP/1.1"]


def test_no_address() -> None:
    """That is no failure."""
    with pytest.raises(NOT_FOUND, match="CREDENTIALS_URI is not set"):
        ossc.URICredentials()()


@pytest.mark.parametrize(
    "reply",
    [
        "302 Found",
        "404 Not Found",
        {},
        {"Code": "Failed"},
        document(Code="Forbidden"),
        document(AccessKeyId=...),
        answer(b"x" * 70_000),
    ],
    ids=str,
)
def test_addresses_that_give_nothing(reply: Any) -> None:
    """What is set up and fails is a failure; its address is not quoted whole."""
    with Service(lambda _: reply) as service:
        with pytest.raises(ossc.CredentialsError) as caught:
            ossc.URICredentials(f"{service.endpoint}/?token=s3cret")()
    assert not isinstance(caught.value, NOT_FOUND)
    assert "s3cret" not in str(caught.value)


def test_a_redirect_is_not_followed() -> None:
    """Keys come from where they are asked for."""
    with Service(lambda _: document()) as other:
        moved = answer(b"", "302 Found", Location=other.endpoint)
        with RawServer(moved) as service, pytest.raises(ossc.CredentialsError):
            ossc.URICredentials(service.endpoint)()
        assert other.received == []


@pytest.mark.parametrize(
    "uri",
    ["", "ftp://h/", "http://", "http://a b/", "http://u:p@h/", "http://h:0/", "http://h/é",
     "http://h:1x/", "http://[::1/", "http://[x]/", "http://h/a b", "http://h/\r\nX: y"],
)  # fmt: skip
def test_addresses_that_are_none(uri: str) -> None:
    """They are refused at once."""
    with pytest.raises(ossc.CredentialsError, match="no URL of HTTP"):
        ossc.URICredentials(uri)


def program(tmp_path: Path, code: str) -> list[str]:
    """A program that does this."""
    script = tmp_path / "program.py"
    script.write_text(f"import json, os, sys, time\n{code}\n")
    return [sys.executable, "-S", "-I", str(script)]


@pytest.mark.parametrize(
    "said",
    [
        document(Code=..., Expiration=...),
        document(),
        {
            "access_key_id": FIRST[0],
            "access_key_secret": FIRST[1],
            "sts_token": FIRST[2],
        },
    ],
    ids=["ossutil", "with a time", "cli"],
)
def test_a_program(tmp_path: Path, said: dict[str, Any]) -> None:
    """It prints JSON in either form."""
    command = program(tmp_path, f"print(json.dumps({said!r}))")
    assert parts(ossc.ProcessCredentials(command)()) == FIRST
    quoted = " ".join(f"'{part}'" for part in command)
    assert parts(ossc.ProcessCredentials(quoted)()) == FIRST


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("sys.exit(3)", "ended with status 3"),
        ("print('{}'); os.kill(os.getpid(), 9)", "status -9"),
        ("print('s3cret')", "no JSON object"),
        ("print('{}')", "no access key pair"),
        ("print('x' * 70_000)", "too much"),
        ("sys.stdout.write('x' * 70_000); time.sleep(30)", "too much"),
    ],
)
def test_programs_that_fail(tmp_path: Path, code: str, says: str) -> None:
    """The error says how; what they print is not quoted."""
    with pytest.raises(ossc.CredentialsError, match=says) as caught:
        ossc.ProcessCredentials(program(tmp_path, code))()
    assert "s3cret" not in str(caught.value)


def test_a_program_that_hangs(tmp_path: Path) -> None:
    """It is ended with its children, and so is one that closed its output."""
    children = tmp_path / "children"
    code = (
        "child = os.fork()\n"
        f"if child: open({str(children)!r}, 'a').write(f'{{child}} ')\n"
        "time.sleep(60)"
    )
    for first in ("", "os.close(1)\n"):
        began = time.monotonic()
        with pytest.raises(ossc.CredentialsError, match="took too long"):
            ossc.ProcessCredentials(program(tmp_path, first + code), timeout=1)()
        assert time.monotonic() - began < 10
    for pid in map(int, children.read_text().split()):
        # It was sent a signal; when that arrives is the system's business.
        wait_until(partial(_is_gone, pid))


@pytest.mark.parametrize("status", [0, 3])
def test_a_program_that_leaves_a_child(tmp_path: Path, status: int) -> None:
    """Its end counts, not that of a child that holds its output; which is ended."""
    child = tmp_path / "child"
    code = (
        f"print({json.dumps(document())!r}, flush=True)\n"
        "child = os.fork()\n"
        "if child == 0: time.sleep(60)\n"
        f"open({str(child)!r}, 'w').write(str(child))\n"
        f"os._exit({status})"
    )
    ask = ossc.ProcessCredentials(program(tmp_path, code), timeout=30)
    began = time.monotonic()
    if status:
        with pytest.raises(ossc.CredentialsError, match="ended with status 3"):
            ask()
    else:
        assert parts(ask()) == FIRST
    assert time.monotonic() - began < 15
    wait_until(partial(_is_gone, int(child.read_text())))


def test_a_child_that_holds_nothing_goes_on(tmp_path: Path) -> None:
    """Such as a cache that the program starts for its next run."""
    child = tmp_path / "child"
    code = (
        f"print({json.dumps(document())!r}, flush=True)\n"
        "child = os.fork()\n"
        "if child == 0: os.close(1); time.sleep(60)\n"
        f"open({str(child)!r}, 'w').write(str(child))\n"
        "os._exit(0)"
    )
    assert parts(ossc.ProcessCredentials(program(tmp_path, code))()) == FIRST
    pid = int(child.read_text())
    assert not _is_gone(pid)
    os.kill(pid, signal.SIGKILL)


def test_a_program_that_prints_late(tmp_path: Path) -> None:
    """Nothing that it wrote is lost, however little time it takes to end."""
    code = "time.sleep(0.2); print(json.dumps(%r)); sys.stdout.flush(); os._exit(0)"
    command = program(tmp_path, code % document())
    assert parts(ossc.ProcessCredentials(command)()) == FIRST


def _is_gone(pid: int) -> bool:
    """Whether a process has ended, though nobody may have noted it yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state.split()[0] == "Z"


def test_a_program_leaves_nothing_open(tmp_path: Path) -> None:
    """No descriptor, whatever it did."""
    before = sorted(os.listdir("/proc/self/fd"))
    for command in (program(tmp_path, "print('{}')"), ["/no/such/program"], ["a\0b"]):
        with pytest.raises(ossc.CredentialsError):
            ossc.ProcessCredentials(command)()
    assert sorted(os.listdir("/proc/self/fd")) == before


def test_a_program_that_is_not_there() -> None:
    """The error says so."""
    with pytest.raises(ossc.CredentialsError, match=r"'program'.*No such file"):
        ossc.ProcessCredentials("/no/such/program --token s3cret")()


@pytest.mark.parametrize("command", ["", "  ", [], [""], "'half a quote"])
def test_no_program(command: Any) -> None:
    """It is refused at once."""
    with pytest.raises(ossc.ParameterError):
        ossc.ProcessCredentials(command)
    for timeout in (0, -1, 601, float("nan")):
        with pytest.raises(ossc.ParameterError):
            ossc.ProcessCredentials("true", timeout=timeout)


def absent() -> ossc.Credentials:
    """A source that has none."""
    raise NOT_FOUND("not here")


def broken() -> ossc.Credentials:
    """A source that fails."""
    raise ossc.CredentialsError("it hurts")


def good() -> tuple[str, str, str]:
    """A source that has some."""
    return FIRST


def test_a_chain() -> None:
    """The first that has credentials gives them."""
    assert parts(ossc.CredentialsChain(absent, good, broken)()) == FIRST
    chain = ossc.CredentialsChain(absent, ossc.Credentials(*SECOND))
    assert parts(chain()) == SECOND
    nested = ossc.CredentialsChain(ossc.CredentialsChain(absent), chain)
    assert parts(nested()) == SECOND


def test_a_failure_ends_a_chain() -> None:
    """No other identity is taken for one that was meant."""
    with pytest.raises(ossc.CredentialsError, match=r"^broken: it hurts$") as caught:
        ossc.CredentialsChain(absent, broken, good)()
    assert not isinstance(caught.value, NOT_FOUND)


def test_a_chain_without_credentials() -> None:
    """Each source's reason is told."""
    with pytest.raises(NOT_FOUND, match=r"absent: not here; Environment.*neither"):
        ossc.CredentialsChain(absent, ossc.EnvironmentCredentials())()
    with pytest.raises(ossc.ParameterError):
        ossc.CredentialsChain()
    with pytest.raises(TypeError):
        ossc.CredentialsChain(5)  # type: ignore[arg-type]


def test_the_default_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the documented one; what it is made of is looked at when it is asked."""
    chain = ossc.default_chain()
    assert repr(chain) == (
        "CredentialsChain(EnvironmentCredentials, OIDCCredentials, OssutilCredentials, "
        "CLICredentials, IniCredentials, ECSRoleCredentials, URICredentials)"
    )
    set_all(monkeypatch, "OSS_", "SESSION_TOKEN")
    assert parts(chain()) == FIRST


def test_an_odd_environment_matters_only_where_it_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A client with keys is made whatever else the environment says."""
    monkeypatch.setenv("ALIBABA_CLOUD_STS_REGION", "no region")
    monkeypatch.setenv("ALIBABA_CLOUD_STS_ENDPOINT", "ftp://x")
    monkeypatch.setenv("ALIBABA_CLOUD_ROLE_SESSION_NAME", "no name")
    monkeypatch.setenv("ALIBABA_CLOUD_ECS_METADATA", "no/role")
    with ossc.Client("http://127.0.0.1:1", region="cn-hangzhou") as client:
        assert isinstance(client._source, _refresh.RefreshingCredentials)


def test_errors_can_be_told_apart() -> None:
    """Both are OSSErrors, and none of the server."""
    assert issubclass(ossc.CredentialsError, ossc.OSSError)
    assert issubclass(NOT_FOUND, ossc.CredentialsError)
    assert not issubclass(ossc.CredentialsError, ossc.ServerError)
