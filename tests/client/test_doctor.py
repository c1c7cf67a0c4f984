"""`ossc.doctor`: settings, requests, the clock, keys, regions, and how it is told."""

from __future__ import annotations

import datetime as dt
import pickle
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.__main__
import ossc.mock
from ossc.mock import faults
from tests.conftest import make_client

from .doctors import CLOSED, PROXIES, PROXY_PASSWORD, STEPS, keys_of, results
from .raw_server import BUCKET

SECRET = "S3cretKeyOfTheDoctor+/=30Chars"
TOKEN = "CAIStokenOfTheDoctor/with+odd=characters"


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, "OSS_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def test_nothing_is_wrong(server: ossc.mock.Server) -> None:
    """Every step is made; printed, each is a line or some."""
    diagnosis = ossc.doctor(server.endpoint, bucket=BUCKET, **keys_of(server))
    assert results(diagnosis) == {}
    assert diagnosis.ok
    assert diagnosis.failures == ()
    assert diagnosis["TLS"].result == "skipped"
    assert diagnosis["region"].detail == f"{server.region}, as OSS says"
    report = str(diagnosis)
    assert report.endswith("\nnothing is wrong")
    assert all(f" {name} " in report for name in STEPS)
    assert max(map(len, report.split("\n"))) <= 100
    assert pickle.loads(pickle.dumps(diagnosis)) == diagnosis
    with pytest.raises(KeyError):
        diagnosis["no such step"]


def test_where_settings_come_from(
    server: ossc.mock.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names of variables, no values."""
    monkeypatch.setenv("OSS_ENDPOINT", server.endpoint)
    monkeypatch.setenv("OSS_REGION", server.region)
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", server.access_key_id)
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", server.access_key_secret)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    diagnosis = ossc.doctor()
    assert diagnosis["configuration"].detail == (
        "endpoint: OSS_ENDPOINT; region: OSS_REGION; credentials: OSS_ACCESS_KEY_ID and "
        "its secret"
    )
    assert (
        "HTTPS_PROXY of the environment is not looked at" in diagnosis["proxy"].detail
    )
    shown = f"{server.access_key_id[:4]}…{server.access_key_id[-4:]}"
    assert shown in diagnosis["credentials"].detail
    assert server.access_key_id not in str(diagnosis)
    assert diagnosis.ok


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"endpoint": "ftp://127.0.0.1"}, "scheme"),
        ({"credentials": ossc.Credentials("id", "secret")}, "needs a region"),
        ({"region": "x", "bucket": "No_Bucket"}, "bucket"),
        ({"region": "x", "verify": "/nowhere/ca.pem"}, "/nowhere/ca.pem"),
    ],
    ids=["endpoint", "region", "bucket", "authorities"],
)
def test_wrong_arguments(options: dict[str, Any], said: str) -> None:
    """They are the first finding; what needs no keys is examined all the same."""
    keys = ossc.Credentials("id", "secret")
    diagnosis = ossc.doctor(**{"endpoint": CLOSED, "credentials": keys, **options})
    first = diagnosis.failures[0]
    assert first.name == "configuration"
    assert said in first.detail
    assert diagnosis["signed request"].result == "skipped"
    goes_on = said in ("needs a region", "bucket")
    assert (diagnosis["connection"].result == "fail") == goes_on
    assert diagnosis["libraries"].result == "ok"


def test_a_wrong_call() -> None:
    """Mistakes of the program are raised, as everywhere."""
    with pytest.raises(TypeError, match="colour"):
        ossc.doctor(CLOSED, colour="red", credentials=ossc.ANONYMOUS)
    with pytest.raises(ossc.ParameterError, match="step_timeout"):
        ossc.doctor(CLOSED, step_timeout=0)
    with ossc.Client(CLOSED, credentials=ossc.ANONYMOUS) as client:
        with pytest.raises(TypeError, match="options already"):
            ossc.doctor(client, region="x")


def test_a_client(server: ossc.mock.Server) -> None:
    """It is examined with its own settings, and goes on working; a closed one is told."""
    with make_client(server, retry=None) as client:
        diagnosis = ossc.doctor(client, bucket=BUCKET)
        assert results(diagnosis) == {}
        assert diagnosis["configuration"].detail == f"that of {client!r}"
        client.bucket(BUCKET).put_object("k", b"x")
        assert client._signs
    assert results(ossc.doctor(client)) == {"configuration": "fail"}
    assert "closed" in ossc.doctor(client)["configuration"].detail


def test_nobody_signs(server: ossc.mock.Server) -> None:
    """Then there are no keys to examine."""
    diagnosis = ossc.doctor(server.endpoint, credentials=ossc.ANONYMOUS)
    assert results(diagnosis) == {}
    assert diagnosis["credentials"].result == "skipped"
    assert diagnosis["signed request"].detail == "requests are not signed"


@pytest.mark.parametrize(
    ("offset", "result"), [(3600, "fail"), (-3600, "fail"), (120, "warn"), (0, "ok")]
)
def test_the_clock(server: ossc.mock.Server, offset: int, result: str) -> None:
    """A wrong one is told, although the client gets along with it."""
    if offset:
        server.faults.add(faults.clock(offset, times=3 if result == "fail" else 2))
    diagnosis = ossc.doctor(server.endpoint, **keys_of(server))
    assert diagnosis["clock"].result == result
    assert diagnosis["signed request"].result == "ok"
    if offset:
        how = "behind" if offset > 0 else "ahead of"
        assert f" s {how} the server's" in diagnosis["clock"].detail
        assert abs(int(diagnosis["clock"].detail.split()[0]) - abs(offset)) < 5


def test_the_clock_where_nothing_is_repeated(server: ossc.mock.Server) -> None:
    """Without retries nothing is corrected."""
    server.faults.add(faults.clock(3600, times=2))
    diagnosis = ossc.doctor(server.endpoint, retry=None, **keys_of(server))
    assert results(diagnosis) == {"clock": "fail", "signed request": "fail"}
    assert diagnosis["signed request"].advice == "set this machine's clock"


def test_wrong_keys(server: ossc.mock.Server) -> None:
    """The id that nobody knows, and the secret of another."""
    other = ossc.Credentials(server.access_key_id, SECRET)
    unknown = ossc.Credentials("LTAI5tOfNobodyAtAll", SECRET)
    for keys, said in ((other, "the secret does not"), (unknown, "does not know")):
        diagnosis = ossc.doctor(server.endpoint, region=server.region, credentials=keys)
        assert results(diagnosis) == {"signed request": "fail"}
        assert said in diagnosis["signed request"].advice
        assert SECRET not in repr(diagnosis)


def _broken_source() -> tuple[str, str]:
    raise LookupError(SECRET)


@pytest.mark.parametrize(
    ("keys", "result", "said"),
    [
        (ossc.Credentials("STS.abcdefghijkl", "secret"), "fail", "security token"),
        (ossc.Credentials("LTAI5tabcdefgh", "LTAI5tabcdefgh"), "fail", "same text"),
        (_broken_source, "fail", "call it by itself"),
        (ossc.EnvironmentCredentials(), "fail", "OSS_ACCESS_KEY_ID"),
    ],
    ids=["no token", "secret is id", "broken source", "empty source"],
)
def test_keys_that_cannot_be_right(
    monkeypatch: pytest.MonkeyPatch, keys: Any, result: str, said: str
) -> None:
    """That shows before anything is sent."""
    for name in ("OSS_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.replace("_ID", "_SECRET"), raising=False)
    finding = ossc.doctor(CLOSED, region="x", credentials=keys)["credentials"]
    assert finding.result == result
    assert said in finding.advice


@pytest.mark.parametrize(("left", "result"), [(-9, "fail"), (99, "warn"), (9999, "ok")])
def test_keys_that_expire(left: int, result: str) -> None:
    """A pair is not renewed by itself."""
    ends = dt.datetime.now(dt.timezone.utc) + dt.timedelta(seconds=left)
    keys = ossc.Credentials("STS.abcdefghijkl", SECRET, TOKEN, expiration=ends)
    diagnosis = ossc.doctor(CLOSED, region="x", credentials=keys)
    assert diagnosis["credentials"].result == result
    assert "temporary, with a token" in diagnosis["credentials"].detail


def test_a_source_that_says_nothing() -> None:
    """It is given up, too."""
    ended = threading.Event()

    def source() -> tuple[str, str]:
        ended.wait(30)
        return "id", "secret"

    diagnosis = ossc.doctor(CLOSED, region="x", credentials=source, step_timeout=0.1)
    ended.set()
    assert diagnosis["credentials"].detail.endswith(" has given none for 0.1 s")


def test_what_a_key_may_not(server: ossc.mock.Server) -> None:
    """A refusal after the signature was accepted is no fault of the set-up."""
    passing = faults.header("x-oss-pass", "1")
    server.faults.add(passing, faults.status(403, "AccessDenied"))
    diagnosis = ossc.doctor(server.endpoint, **keys_of(server))
    assert results(diagnosis) == {"signed request": "warn"}
    assert "give bucket=… to look at one" in diagnosis["signed request"].advice
    server.faults.add(passing, faults.status(403, "UserDisable"))
    diagnosis = ossc.doctor(server.endpoint, **keys_of(server))
    assert results(diagnosis) == {"signed request": "fail"}


def test_a_wrong_bucket(server: ossc.mock.Server) -> None:
    """OSS answers, and does not know it."""
    diagnosis = ossc.doctor(server.endpoint, bucket="no-such-bucket", **keys_of(server))
    assert results(diagnosis) == {"signed request": "fail"}
    assert "NoSuchBucket" in diagnosis["signed request"].detail
    assert "spelt" in diagnosis["signed request"].advice


def test_a_wrong_region(server: ossc.mock.Server) -> None:
    """OSS refuses what is signed for another."""
    options = {**keys_of(server), "region": "cn-beijing"}
    diagnosis = ossc.doctor(server.endpoint, **options)
    assert results(diagnosis) == {"signed request": "fail", "region": "fail"}
    assert "'cn-beijing'" in diagnosis["region"].advice
    assert diagnosis["signed request"].advice == "see the region below"


def test_a_bucket_elsewhere(server: ossc.mock.Server) -> None:
    """Where it is, by the refusal or by what OSS says of it."""
    place = "<Endpoint>oss-cn-shanghai.aliyuncs.com</Endpoint>"
    text = (
        "<Error><Code>AccessDenied</Code><Message>The bucket you are attempting to "
        f"access must be addressed using the specified endpoint.</Message>{place}</Error>"
    )
    refused = faults.status(403, "AccessDenied") & faults.body(text.encode())
    server.faults.add(refused, refused)
    diagnosis = ossc.doctor(server.endpoint, bucket=BUCKET, **keys_of(server))
    assert results(diagnosis) == {"signed request": "fail", "region": "fail"}
    assert "region='cn-shanghai'" in diagnosis["region"].advice
    located = b"<LocationConstraint>oss-cn-shanghai</LocationConstraint>"
    server.faults.add(faults.header("x-oss-pass", "1"), faults.body(located))
    diagnosis = ossc.doctor(server.endpoint, bucket=BUCKET, **keys_of(server))
    assert results(diagnosis) == {"region": "warn"}
    assert "is in cn-shanghai" in diagnosis["region"].detail


def test_names_that_do_not_belong_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Endpoint, region and bucket are compared before anything is sent."""

    def getaddrinfo(*_arguments: object, **_named: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    keys = ossc.Credentials("LTAI5tOfNobodyAtAll", SECRET)
    own = "https://oss-cn-beijing.aliyuncs.com"
    diagnosis = ossc.doctor(own, region="cn-hangzhou", credentials=keys)
    assert diagnosis["region"].advice.startswith("give region='cn-beijing'")
    inside = own.replace(".aliyuncs", "-internal.aliyuncs")
    diagnosis = ossc.doctor(inside, region="cn-beijing", credentials=keys)
    assert "inside the cloud only" in diagnosis["name resolution"].advice
    for bucket in (None, BUCKET):
        with_bucket = own.replace("//", f"//{BUCKET}.")
        diagnosis = ossc.doctor(
            with_bucket, bucket=bucket, region="cn-beijing", credentials=keys
        )
        assert diagnosis["endpoint"].advice.endswith(own)
        assert diagnosis["name resolution"].result == "skipped"
    diagnosis = ossc.doctor(
        "http://files.example.com", addressing="cname", region="x", credentials=keys
    )
    assert diagnosis["endpoint"].result == "warn"
    assert "give bucket=…" in diagnosis["endpoint"].advice


def test_a_step_that_breaks(
    server: ossc.mock.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are made all the same."""

    def getaddrinfo(*_arguments: object, **_named: object) -> object:
        raise LookupError(SECRET)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    diagnosis = ossc.doctor(server.endpoint, **keys_of(server))
    assert diagnosis["name resolution"].detail == "cannot be examined: LookupError"
    assert diagnosis["libraries"].result == "ok"


def test_no_secrets(server: ossc.mock.Server) -> None:
    """Keys, tokens and passwords are in no finding, whatever is wrong."""
    keys = ossc.Credentials("LTAI5tOfTheDoctor", SECRET, TOKEN)
    server.add_sts(keys.access_key_id, "another secret than ours", TOKEN)
    proxy = f"http://user:{PROXY_PASSWORD}@127.0.0.1:1"
    kinds: tuple[dict[str, Any], ...] = (
        {},
        {"signature": "v1"},
        {"proxy": proxy},
        {"bucket": BUCKET},
    )
    for options in kinds:
        diagnosis = ossc.doctor(
            server.endpoint, region=server.region, credentials=keys, **options
        )
        assert not diagnosis.ok
        seen = f"{diagnosis} {diagnosis!r} {pickle.dumps(diagnosis)!r}"
        for secret in (SECRET, TOKEN, PROXY_PASSWORD, keys.access_key_id):
            assert secret not in seen


def test_the_command(
    server: ossc.mock.Server,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`python -m ossc doctor` prints the report; its status says whether all is well."""
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", server.access_key_id)
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", server.access_key_secret)
    where = ["doctor", "--endpoint", server.endpoint, "--region", server.region]
    assert ossc.__main__.main([*where, "--bucket", BUCKET]) == 0
    assert capsys.readouterr().out.endswith("\nnothing is wrong\n")
    assert ossc.__main__.main([*where, "--anonymous", "--proxy", "127.0.0.1:1"]) == 1
    assert capsys.readouterr().out.endswith("\nwrong: connection\n")
    with pytest.raises(SystemExit) as caught:
        ossc.__main__.main([*where, "--step-timeout", "-1"])
    assert caught.value.code == 2
    done = subprocess.run(
        [sys.executable, "-m", "ossc", *where],
        capture_output=True,
        text=True,
        check=True,
        env={
            "OSS_ACCESS_KEY_ID": server.access_key_id,
            "OSS_ACCESS_KEY_SECRET": server.access_key_secret,
            "PYTHONPATH": str(Path(ossc.__file__).parents[1]),
            "PYTHONIOENCODING": "ascii",
        },
    )
    assert done.stdout.endswith("\nnothing is wrong\n")
    assert done.stderr == ""
