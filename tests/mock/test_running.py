"""Running the server: folders that outlive it, TLS, clocks, the command line."""

from __future__ import annotations

import os
import select
import signal
import socket
import ssl
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

import pytest
import trustme

import ossc.mock
from ossc.mock import __main__ as command

from .running import facts_of
from .wire import BUCKET, Wire, signed_head

NOW = 1_700_000_000
REPOSITORY = Path(__file__).resolve().parent.parent.parent


def files(root: Path) -> set[str]:
    """The names of all blobs and drafts below a server's root."""
    return {
        path.name for folder in ("blobs", "tmp") for path in (root / folder).iterdir()
    }


def test_restart(tmp_path: Path) -> None:
    """Buckets, objects, uploads and parts survive a restart on the same folder."""
    keys = {"key-id": "secret"}
    big = bytes(range(256)) * 8000
    with ossc.mock.serve(root=tmp_path, credentials=keys) as server:
        assert server.data_location == str(tmp_path)
        wire = Wire(server)
        wire("PUT", headers={"x-oss-acl": "public-read"})
        headers = {"x-oss-meta-a": "é"}
        wire("PUT", "dir/小", headers=headers, body=b"small")
        wire("PUT", "big", headers={"x-oss-tagging": "a=1"}, body=big)
        headers = {"x-oss-copy-source": f"/{BUCKET}/big"}
        wire("PUT", "copy", headers=headers)
        wire("POST", "log", query={"append": "", "position": "0"}, body=b"one ")
        link = {"x-oss-symlink-target": "big"}
        wire("PUT", "link", query={"symlink": ""}, headers=link)
        wire("PUT", "gone", body=b"x")
        wire("DELETE", "gone")
        reply = wire("POST", "mp", query={"uploads": ""})
        upload = {"uploadId": reply.text("UploadId") or ""}
        wire("PUT", "mp", query={**upload, "partNumber": "1"}, body=big)
        wire("PUT", "mp", query={**upload, "partNumber": "2"}, body=b"old")
        before = {key: wire("HEAD", key).headers for key in ("big", "copy", "link")}
    with ossc.mock.serve(root=tmp_path, credentials=keys) as server:
        wire = Wire(server)
        acl = wire("GET", query={"acl": ""})
        assert acl.text("AccessControlList/Grant") == "public-read"
        small = wire("GET", "dir/小")
        assert small.body == b"small"
        assert small.headers["x-oss-meta-a"].encode("latin-1").decode() == "é"
        changing = {"date", "x-oss-request-id", "x-oss-server-time"}
        for key, headers in before.items():
            again = wire("HEAD", key).headers
            stable = headers.keys() - changing
            assert {n: headers[n] for n in stable} == {n: again[n] for n in stable}
        assert wire("GET", "gone").status == 404
        wire("DELETE", "big")
        assert wire("GET", "copy").body == big
        wire("POST", "log", query={"append": "", "position": "4"}, body=b"two")
        assert wire("GET", "log").body == b"one two"
        wire("PUT", "mp", query={**upload, "partNumber": "2"}, body=b"new")
        every = {"x-oss-complete-all": "yes"}
        assert wire("POST", "mp", query=upload, headers=every).status == 200
        assert wire("GET", "mp").body == big + b"new"
    with ossc.mock.serve(root=tmp_path, credentials=keys) as server:
        assert server.get_object(BUCKET, "mp") == big + b"new"
        assert server.get_object(BUCKET, "log") == b"one two"
        wire = Wire(server)
        for key in ("dir/小", "copy", "log", "link", "mp"):
            assert wire("DELETE", key).status == 204
        assert wire("DELETE").status == 204
        assert files(tmp_path) == set()


def test_created_again(tmp_path: Path) -> None:
    """Creating a bucket that is there already leaves its access rule alone."""
    with ossc.mock.serve(root=tmp_path) as server:
        server.create_bucket(BUCKET, "public-read")
    with ossc.mock.serve(root=tmp_path, buckets=[BUCKET]) as server:
        wire = Wire(server, scheme="none")
        assert wire("GET").status == 200
        server.create_bucket(BUCKET, "private")
        assert wire("GET").status == 403


def test_bad_bucket_name_at_the_start() -> None:
    """A server that cannot create its buckets leaves no socket behind."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(ValueError, match=r"InvalidBucketName.*'X'"):
        ossc.mock.serve(port, buckets=["X"])
    with ossc.mock.serve(port) as server:
        assert server.port == port


def test_leftovers_are_swept(tmp_path: Path) -> None:
    """What a killed server left half written is removed at the next start."""
    with ossc.mock.serve(root=tmp_path, buckets=[BUCKET]) as server:
        server.put_object(BUCKET, "k", b"data")
    (tmp_path / "tmp" / "draft.tmp").write_bytes(b"half")
    (tmp_path / "blobs" / "orphan").write_bytes(b"nobody's")
    with ossc.mock.serve(root=tmp_path) as server:
        assert server.get_object(BUCKET, "k") == b"data"
        assert files(tmp_path) & {"draft.tmp", "orphan"} == set()


def test_refused_bodies_leave_nothing(tmp_path: Path) -> None:
    """A large body that is refused at its end is not kept."""
    with ossc.mock.serve(root=tmp_path, buckets=[BUCKET]) as server:
        headers = {"x-oss-hash-crc64ecma": "1"}
        reply = Wire(server)("PUT", "k", headers=headers, body=bytes(2_000_000))
        assert reply.status == 400
        assert files(tmp_path) == set()


def test_replacing_frees_the_old(tmp_path: Path) -> None:
    """One object is one blob, however often it is written."""
    with ossc.mock.serve(root=tmp_path, buckets=[BUCKET]) as server:
        for _ in range(3):
            server.put_object(BUCKET, "k", b"data")
        assert len(files(tmp_path)) == 1


def test_tls() -> None:
    """The server speaks https with a given context."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with ossc.mock.serve(buckets=[BUCKET], tls=context) as server:
        assert server.endpoint.startswith("https://127.0.0.1:")
        assert server.callback_key_url.startswith(server.endpoint)
        wire = Wire(server, tls=trusting)
        assert wire("PUT", "k", body=b"data").status == 200
        assert wire("GET", "k").body == b"data"
        with pytest.raises(OSError, match=r"\w"):
            Wire(server)("GET", "k")
        upload = wire("POST", "k", query={"uploads": ""}).text("UploadId") or ""
        wire("PUT", "k", query={"uploadId": upload, "partNumber": "1"}, body=b"x")
        headers = {"x-oss-complete-all": "yes"}
        done = wire("POST", "k", query={"uploadId": upload}, headers=headers)
        assert (done.text("Location") or "").startswith("https://")


def test_closing_with_an_idle_tls_connection() -> None:
    """Closing ends TLS connections that wait for their next request."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    server = ossc.mock.serve(tls=context)
    plain = socket.create_connection(("127.0.0.1", server.port), timeout=5)
    with trusting.wrap_socket(plain, server_hostname="127.0.0.1") as sock:
        sock.sendall(signed_head(Wire(server), "GET", "", {}))
        assert sock.recv(12) == b"HTTP/1.1 404"
        started = time.monotonic()
        server.close()
        assert time.monotonic() - started < 2


def test_connections_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection beyond the limit is served when another one ends."""
    monkeypatch.setattr("ossc.mock._server.MAX_CONNECTIONS", 1)
    with ossc.mock.serve(buckets=[BUCKET]) as server:
        head = signed_head(Wire(server), "GET", "", {})
        address = ("127.0.0.1", server.port)
        with (
            socket.create_connection(address, timeout=5) as second,
            socket.create_connection(address, timeout=5) as first,
        ):
            pair = [first, second]
            for sock in pair:
                sock.sendall(head)
            ready, _, _ = select.select(pair, [], [], 5)
            assert len(ready) == 1
            waiting = pair[1 - pair.index(ready[0])]
            assert server.connections == 1
            ready[0].close()
            assert waiting.recv(15) == b"HTTP/1.1 200 OK"
        assert server.connections == 2


@pytest.mark.parametrize(
    "clock",
    [
        NOW,
        float(NOW),
        datetime.fromtimestamp(NOW, timezone.utc),
        datetime.fromtimestamp(NOW, timezone.utc).replace(tzinfo=None),
        lambda: NOW,
        lambda: datetime.fromtimestamp(NOW, timezone.utc),
    ],
)
def test_clocks(clock: float) -> None:
    """The server's time is a number, a date, or what a function says."""
    with ossc.mock.serve(buckets=[BUCKET], clock=clock) as server:
        reply = Wire(server, now=NOW)("GET")
        assert reply.headers["date"] == "Tue, 14 Nov 2023 22:13:20 GMT"
        assert reply.status == 200


def test_credentials() -> None:
    """Keys are made up, or given as a mapping or as records."""
    with ossc.mock.serve() as first, ossc.mock.serve() as second:
        assert first.access_key_id != second.access_key_id
        assert first.access_key_secret != second.access_key_secret
    with ossc.mock.serve(credentials={"a": "b", "c": "d"}) as server:
        assert (server.access_key_id, server.access_key_secret) == ("a", "b")
        other = Wire(server, key_id="c", secret="d")
        assert other("GET", bucket=None).status == 200
    with pytest.raises(ValueError, match="credential"):
        ossc.mock.serve(credentials={})


def test_ports() -> None:
    """A given port is taken, and a taken one is an error."""
    with (
        ossc.mock.serve() as server,
        pytest.raises(OSError, match=rf"127\.0\.0\.1 port {server.port}: .* in use"),
    ):
        ossc.mock.serve(server.port)
    with ossc.mock.serve(server.port) as again:
        assert again.port == server.port


def test_bad_bucket_name() -> None:
    """Buckets made directly follow the rules, too."""
    with ossc.mock.serve() as server, pytest.raises(Exception, match="InvalidBucket"):
        server.create_bucket("X")


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start the server as a program."""
    return subprocess.Popen(
        [sys.executable, "-m", "ossc.mock", "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), **environment},
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_program(number: signal.Signals, tmp_path: Path) -> None:
    """The program says where it is, serves, and ends at a signal."""
    arguments = [
        *("--region", "cn-beijing", "--root", str(tmp_path), "--bucket", "bucket-a"),
        *("--bucket", BUCKET, "--fault", "status=503,method=PUT"),
    ]
    environment = {"OSS_ACCESS_KEY_ID": "id", "OSS_ACCESS_KEY_SECRET": "secret"}
    with start(*arguments, **environment) as process:
        try:
            facts = facts_of(process.stdout)
            assert facts["region"] == "cn-beijing"
            assert facts["data"] == str(tmp_path)
            assert (facts["access key id"], facts["access key secret"]) == (
                "id",
                "secret",
            )
            wire = Wire(Remote(facts))  # type: ignore[arg-type]
            assert wire("PUT", "k", body=b"x").status == 503
            assert wire("PUT", "k", body=b"x").status == 200
            assert wire("GET", bucket="bucket-a").status == 200
        finally:
            process.send_signal(number)
            _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert errors == ""


class Remote:
    """What a client needs to know of a server in another process."""

    def __init__(self, facts: dict[str, str]) -> None:
        self.port = int(facts["endpoint"].rpartition(":")[2])
        self.region = facts["region"]
        self.access_key_id = facts["access key id"]
        self.access_key_secret = facts["access key secret"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--access-key-id", "only"],
        ["--port", "0", "--tls-cert", "no-such-file"],
        ["--port", "0", "--tls-key", "no-such-file"],
        ["--port", "0", "--host", "256.0.0.1"],
        ["--port", "70000"],
        ["--port", "0", "--bucket", "Upper-Case"],
        ["--port", "0", "--control-host", "127.0.0.1"],
        ["--port", "0", "--control-port", "70000"],
    ],
)
def test_program_cannot_start(
    arguments: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server that cannot start says why and returns 2."""
    monkeypatch.delenv("OSS_ACCESS_KEY_ID", raising=False)
    monkeypatch.delenv("OSS_ACCESS_KEY_SECRET", raising=False)
    handlers = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        assert command.main(arguments) == 2
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    assert capsys.readouterr().err.startswith("ossc.mock: ")


@pytest.mark.parametrize(
    ("arguments", "status"), [(["--version"], 0), (["--fault", "explode"], 2)]
)
def test_program_options(arguments: list[str], status: int) -> None:
    """The version is shown, a fault that there is not is refused."""
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)
    assert ended.value.code == status
