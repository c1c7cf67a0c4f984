"""What is logged, by which logger and how loud; and that no secret ever is."""

from __future__ import annotations

import contextlib
import logging
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

import ossc
import ossc.mock
from ossc.mock import faults
from tests.conftest import make_client

from .raw_server import BUCKET, Peer, RawServer, answer, client_of
from .transfers import (
    PART,
    SIZE,
    broken_download,
    broken_upload,
    download,
    upload,
)

SECRET = "S3cretKeyOfTheTest+/=30Chars"
TOKEN = "CAIStokenOfTheTest/with+odd=characters" * 3
PROXY_PASSWORD = "pr0xy-p4ssw0rd"
KEYS = ossc.Credentials("LTAI5tLoggingTest", SECRET, TOKEN)
NO_WAIT = ossc.Retry(3, backoff=0)


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Callable[[], list[tuple[str, str, str]]]:
    """Logger, level and text of what ossc has logged since this was last called."""
    caplog.set_level(logging.DEBUG)

    def take() -> list[tuple[str, str, str]]:
        records = [r for r in caplog.records if r.name.split(".")[0] == "ossc"]
        assert [r.name for r in caplog.records if r.name == "root"] == []
        for record in records:
            # What other threads and processes are handed must not hold on to errors.
            assert all(isinstance(a, str | int | float) for a in record.args or ())
            assert pickle.dumps(record)
        found = [(r.name, r.levelname, r.getMessage()) for r in records]
        caplog.clear()
        return found

    return take


def test_a_success_logs_nothing(bucket: ossc.Bucket, told: Any) -> None:
    """There is nothing to say of what works."""
    bucket.put_object("k", b"x")
    bucket.get_object("k")
    bucket.delete_object("k")
    assert told() == []


def test_an_object_that_is_not_there(bucket: ossc.Bucket, told: Any) -> None:
    """The program will know what to make of it."""
    with pytest.raises(ossc.NoSuchKey):
        bucket.get_object("a\nb")
    ((name, level, text),) = told()
    assert (name, level) == ("ossc", "DEBUG")
    assert text.startswith(
        f"GetObject '{BUCKET}/a\\nb' failed, attempt 1 of 3: NoSuchKey: "
    )
    assert "HTTP 404" in text
    assert text.endswith("; not repeated")
    assert "\n" not in text


def test_attempts(server: ossc.mock.Server, told: Any) -> None:
    """Each that is repeated is told of, and the last; the exception is loud enough."""
    server.faults.add(faults.status(503, times=3))
    retry = ossc.Retry(3, backoff=0.001)
    with make_client(server, retry=retry) as client:
        with pytest.raises(ossc.ServiceUnavailable):
            client.bucket(BUCKET).put_object("k", b"x")
    *repeated, last = told()
    assert {level for _, level, _ in (*repeated, last)} == {"DEBUG"}
    assert [name for name, _, _ in repeated] == ["ossc.retry"] * 2
    assert "attempt 2 of 3: ServiceUnavailable" in repeated[1][2]
    assert "; repeated in 0.00" in repeated[1][2]
    assert last[0] == "ossc"
    assert "attempt 3 of 3: " in last[2]
    assert last[2].endswith("; not repeated")


def test_what_is_not_repeated(server: ossc.mock.Server, told: Any) -> None:
    """It is told why; a client without attempts has one."""
    server.faults.add(faults.status(500, times=2))
    with make_client(server, retry=NO_WAIT) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(ossc.ServiceUnavailable):
            bucket.append_object("k", b"x", 0)
        with pytest.raises(ossc.ServiceUnavailable):
            client.with_options(retry=None).bucket(BUCKET).append_object("k", b"x", 0)
    first, second = (text for _, _, text in told())
    assert first.endswith("; not repeated: the server may have acted")
    assert "attempt 1 of 1: " in second


def test_a_broken_download(server: ossc.mock.Server, told: Any) -> None:
    """It is told from where it goes on."""
    server.put_object(BUCKET, "k", bytes(1_000_000))
    server.faults.add(faults.cut(600_000))
    with make_client(server, retry=NO_WAIT) as client:
        assert client.bucket(BUCKET).get_object("k").data == bytes(1_000_000)
    ((name, _, text),) = told()
    assert name == "ossc.retry"
    assert text.endswith("; repeated in 0.000 s, going on behind 600000 bytes")


@pytest.mark.parametrize(("offset", "how"), [(3600, "behind"), (-3600, "ahead of")])
def test_a_wrong_clock(
    server: ossc.mock.Server, told: Any, offset: int, how: str
) -> None:
    """Somebody should set it: a warning, once."""
    server.faults.add(faults.clock(offset, times=3))
    with make_client(server) as client:
        for _ in range(2):
            client.bucket(BUCKET).put_object("k", b"x")
        endpoint = client.endpoint
    ((name, level, text),) = [each for each in told() if each[1] != "DEBUG"]
    assert (name, level) == ("ossc.retry", "WARNING")
    first, _, last = text.partition(" s ")
    assert first.startswith("this machine's clock is ")
    assert abs(int(first.split()[-1]) - 3600) < 5
    assert last == (
        f"{how} that of {endpoint}; requests are signed with the server's time"
    )


def test_resumed_transfers(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path, told: Any
) -> None:
    """What was there already, and that nothing could be made of it."""
    source, saved = tmp_path / "source", tmp_path / "saved"
    source.write_bytes(bytes(SIZE))
    broken_upload(server, source, saved)
    told()
    upload(bucket, source, saved)
    text = f"the upload of 'k' goes on, {3 * PART} of {SIZE} bytes are there"
    assert told() == [("ossc.transfer", "DEBUG", text)]
    broken_upload(server, source, saved)
    source.write_bytes(bytes(SIZE + 1))
    told()
    upload(bucket, source, saved)
    text = "the upload of 'k' begins anew: what its checkpoint is of has changed"
    assert told() == [("ossc.transfer", "DEBUG", text)]


def test_resumed_downloads(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path, told: Any
) -> None:
    """The same in the other direction."""
    (tmp_path / "there").mkdir()
    target, saved = tmp_path / "there" / "target", tmp_path / "saved"
    broken_download(server, target, saved)
    told()
    download(bucket, target, saved)
    text = f"the download of 'k' goes on, {3 * PART} of {SIZE} bytes are there"
    assert told() == [("ossc.transfer", "DEBUG", text)]
    target.unlink()
    broken_download(server, target, saved)
    server.put_object(BUCKET, "k", bytes(SIZE))
    told()
    download(bucket, target, saved)
    text = f"the download into {str(target)!r} begins anew: the object has changed"
    assert told() == [("ossc.transfer", "DEBUG", text)]


@pytest.mark.parametrize("kind", ["transfer", "stream"])
def test_parts_that_stay(
    server: ossc.mock.Server, tmp_path: Path, told: Any, kind: str
) -> None:
    """What costs space until somebody removes it is worth a warning."""
    server.faults.add(faults.status(403), operation="UploadPart")
    server.faults.add(faults.status(403), operation="AbortMultipartUpload")
    (tmp_path / "source").write_bytes(bytes(SIZE))
    with make_client(server, retry=None) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(ossc.AccessDenied):  # noqa: PT012
            if kind == "transfer":
                bucket.upload_file(
                    "k", tmp_path / "source", part_size=PART, threshold=0
                )
            with bucket.open("k", "wb", part_size=PART) as file:
                file.write(bytes(SIZE))
        (left,) = bucket.list_multipart_uploads()
    ((name, level, text),) = [each for each in told() if each[1] != "DEBUG"]
    assert (name, level) == ("ossc.transfer", "WARNING")
    assert text.startswith(
        f"the upload {left.upload_id} of 'k' could not be aborted, its parts stay: "
    )


def _python(code: str, endpoint: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code.replace("ENDPOINT", repr(endpoint))],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )


FAILURES = """
import sys, ossc
with ossc.Client(ENDPOINT, region="x", credentials=ossc.ANONYMOUS) as client:
    for view in (client, client.with_options(retry=ossc.Retry(3, backoff=0))):
        try:
            view.bucket("examplebucket").get_object("k")
        except ossc.OSSError:
            pass
"""


def test_logging_is_not_loaded() -> None:
    """Nobody can listen who has not loaded it."""
    code = f"{FAILURES}\nprint('logging' in sys.modules)"
    done = _python(code, "http://127.0.0.1:1")
    assert (done.stdout, done.stderr) == ("False\n", "")


def test_nothing_is_printed() -> None:
    """A program that has loaded it and asked for nothing sees nothing."""
    warning = "from ossc._log import WARNING, tell; tell('ossc.retry', WARNING, 'oh')"
    code = f"import logging\n{FAILURES}\n{warning}\nlogging.getLogger('a').error('b')"
    done = _python(code, "http://127.0.0.1:1")
    assert (done.stdout, done.stderr) == ("", "b\n")


def _echo(peer: Peer) -> None:
    """Quotes the whole request, as some proxies do."""
    request = peer.read()
    assert request is not None
    page = f"<html><pre>{request.line}\n{request.headers}</pre></html>"
    peer.send(answer(page.encode(), "503 Overloaded"))


def _forms(secret: str) -> set[str]:
    raw = secret.encode()
    return {secret, quote(secret, safe=""), raw.hex(), raw.hex(" ").upper()}


def _signatures(server: RawServer | ossc.mock.Server) -> set[str]:
    """The signatures of all requests that came."""
    if isinstance(server, RawServer):
        heads = [each.headers for each in server.received]
    else:
        heads = [dict(each.headers) for each in server.requests]
    sent = [head["authorization"] for head in heads if "authorization" in head]
    return {
        each.rpartition(":" if each.startswith("OSS ") else "Signature=")[2]
        for each in sent
    }


def _run(client: ossc.Client, folder: Path) -> str:
    """Many kinds of calls, each of which fails or not; a URL that was signed."""
    bucket = client.bucket(BUCKET)
    url = bucket.presign_get("k")

    def by_url() -> None:
        with ossc.SignedURLs(retry=NO_WAIT) as urls:
            urls.get(url)

    calls: list[Callable[[], object]] = [
        lambda: bucket.get_object("k"),
        lambda: bucket.head_object("k"),
        lambda: bucket.put_object("k", b"x"),
        lambda: bucket.copy_object("k", "other"),
        lambda: list(bucket.list_objects()),
        lambda: list(bucket.get_objects(["k", "l"])),
        lambda: bucket.upload_file("k", folder / "f", part_size=PART, threshold=0),
        by_url,
    ]
    for call in calls:
        with contextlib.suppress(ossc.OSSError):
            call()
    return url


@pytest.mark.parametrize("signature", ["v4", "v1"])
@pytest.mark.parametrize("kind", ["faults", "echo", "proxy", "refused"])
def test_no_secrets(
    server: ossc.mock.Server,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    kind: str,
    signature: str,
) -> None:
    """Whatever goes wrong: no key, token, signature, signed URL or password in a record."""
    caplog.set_level(logging.DEBUG)
    (tmp_path / "f").write_bytes(bytes(SIZE))
    secret = "another secret of the server" if kind == "refused" else SECRET
    server.add_sts(KEYS.access_key_id, secret, TOKEN)
    options: dict[str, Any] = {
        "credentials": KEYS,
        "signature": signature,
        "retry": NO_WAIT,
    }
    if kind == "faults":
        server.faults.add(
            *(faults.status(503), faults.cut(head=20), faults.clock(4000)),
            *(faults.garbage(b"junk"), faults.reset("after", times=3)),
        )
    with RawServer(_echo) as raw:
        if kind == "proxy":
            options["proxy"] = f"http://user:{PROXY_PASSWORD}@{raw.authority}"
        endpoint = raw.endpoint if kind == "echo" else server.endpoint
        with client_of(endpoint, **options) as client:
            url = _run(client, tmp_path)
        signatures = _signatures(raw) | _signatures(server)
    query = {name: texts[0] for name, texts in parse_qs(urlsplit(url).query).items()}
    secrets = {SECRET, TOKEN, PROXY_PASSWORD, *signatures}
    secrets.add(query.get("x-oss-signature") or query["Signature"])
    records = [record for record in caplog.records if record.name.startswith("ossc")]
    assert len(records) > 7
    for record in records:
        seen = "\n".join((record.getMessage(), repr(record.__dict__)))
        for each in secrets:
            assert len(each) > 10
            assert not [form for form in _forms(each) if form in seen]
