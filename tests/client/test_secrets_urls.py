"""Signed URLs stay secret: no error, traceback, pickle or log shows what they can do."""

from __future__ import annotations

import io
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

import ossc
import ossc.mock
from ossc.mock import faults

from .raw_server import BUCKET, Peer, RawServer, answer, client_of, object_answer

SECRET = "S3cretKeyOfTheTest+/=30Chars"
TOKEN = "CAIStokenOfTheTest/with+odd=characters" * 3
KEYS = ossc.Credentials("LTAI5tSecretsTest", SECRET, TOKEN)


def secrets_of(url: str) -> set[str]:
    """The signature and the token of a URL, in all the forms they may be seen in."""
    query = parse_qs(urlsplit(url).query)
    found = [
        query[name][0]
        for name in ("Signature", "x-oss-signature", "security-token")
        if name in query
    ]
    found += query.get("x-oss-security-token", [])
    assert len(found) == 2
    forms = set()
    for text in found:
        raw = text.encode()
        forms |= {text, quote(text, safe=""), raw.hex(" "), raw.hex(" ").upper()}
    return forms


def all_of(error: BaseException) -> str:
    """Everything that can be seen of an exception below the test's own frame."""
    assert error.__traceback__ is not None
    path = error.__traceback__.tb_next
    while path is not None and path.tb_frame.f_code.co_filename == __file__:
        path = path.tb_next
    seen = traceback.TracebackException(type(error), error, path, capture_locals=True)
    return "\n".join(
        [
            *seen.format(),
            repr(error),
            str(error),
            str(vars(error)),
            pickle.dumps(error).decode("latin-1"),
        ]
    )


@pytest.fixture(params=["v4", "v1"])
def bucket(
    request: pytest.FixtureRequest, server: ossc.mock.Server
) -> Iterator[ossc.Bucket]:
    """A bucket of a client with temporary keys."""
    server.add_sts(KEYS.access_key_id, SECRET, TOKEN)
    options: dict[str, Any] = {"credentials": KEYS, "signature": request.param}
    with client_of(server.endpoint, **options) as client:
        yield client.bucket(BUCKET)


def echo(peer: Peer) -> None:
    """A proxy's page that quotes the whole request."""
    request = peer.read()
    assert request is not None
    page = f"<html><pre>{request.line}\n{request.headers}</pre></html>"
    peer.send(answer(page.encode(), "403 Forbidden"))


HOSTILE: dict[str, Any] = {
    "echo": echo,
    "cut": object_answer(b"abc")[:-1],
    "junk": b"junk",
    "html": answer(b"<html>", "500 Wrong"),
    "late junk": object_answer(b"abc", Last_Modified="junk"),
}


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("kind", HOSTILE)
def test_errors(
    bucket: ossc.Bucket,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    kind: str,
    *,
    plain: bool,
) -> None:
    """Whatever goes wrong, nothing of the URL's secrets is in the exception."""
    caplog.set_level(logging.DEBUG)
    with RawServer(HOSTILE[kind]) as server, ossc.SignedURLs(retry=None) as urls:
        host = urlsplit(server.endpoint).netloc
        signed = bucket.presign_get("k")
        moved = signed.replace(urlsplit(signed).netloc, host)
        url: str = moved if plain else ossc.PresignedURL(moved, "GET")
        calls: list[Callable[[], object]] = [
            lambda: urls.get(url).etag,
            lambda: urls.get_to_file(url, tmp_path / "f").etag,
            lambda: urls.get_into(url, bytearray(2)),
        ]
        for call in calls:
            with pytest.raises(ossc.OSSError) as caught:
                call()
            seen = all_of(caught.value) + caplog.text
            for form in secrets_of(url):
                assert form not in seen


@pytest.mark.parametrize("verb", ["put", "get", "head"])
def test_a_refused_signature(
    bucket: ossc.Bucket, server: ossc.mock.Server, verb: str
) -> None:
    """OSS quotes what it signed, with the token in it, also as bytes in hex."""
    url = bucket.presign(verb.upper(), "k")
    server.add_sts(KEYS.access_key_id, "another secret", TOKEN)
    extra = (b"x",) if verb == "put" else ()
    with ossc.SignedURLs() as urls:
        with pytest.raises(ossc.SignatureDoesNotMatch) as caught:
            getattr(urls, verb)(url, *extra)
    assert b"StringToSign" in caught.value.body
    seen = all_of(caught.value)
    for form in secrets_of(url):
        assert form not in seen


def test_errors_before_and_behind(
    bucket: ossc.Bucket, server: ossc.mock.Server, tmp_path: Path
) -> None:
    """Wrong arguments, lost connections, changed bytes, full files."""
    bucket.put_object("k", b"data")
    get, put = bucket.presign_get("k"), bucket.presign_put("k")

    def stop(_done: int, _total: int | None) -> None:
        raise ossc.Cancelled("enough")

    with ossc.SignedURLs(retry=None) as urls:
        server.faults.add(faults.flip(1), key="k")
        calls: list[Callable[[], object]] = [
            lambda: urls.get(str(get.url)),
            lambda: urls.get(get.url + "#"),
            lambda: urls.get(get.url + " "),
            lambda: urls.get(get, headers={"a": "\0"}),
            lambda: urls.put(get, b"x"),
            lambda: urls.put(put.url, memoryview(bytes(9))[::2]),
            lambda: urls.put_from_file(put, tmp_path),
            lambda: urls.get_to_file(get, tmp_path),
            lambda: urls.get(get, progress=stop),
            lambda: urls.upload_part(put, b"x"),
        ]
        for call in calls:
            with pytest.raises((ossc.OSSError, TypeError)) as caught:
                call()
            seen = all_of(caught.value)
            for url in (get, put):
                for form in secrets_of(url):
                    assert form not in seen


def test_forms(bucket: ossc.Bucket) -> None:
    """What goes wrong in a form shows none of its fields."""
    form = bucket.post_policy("k")
    file = io.BytesIO(bytes(1000))
    body = form.encode(file)
    file.truncate(1)
    with pytest.raises(ossc.LocalFileError) as caught:
        for _ in body:
            pass
    assert SECRET not in all_of(caught.value)
    assert SECRET not in repr(body)
    assert TOKEN not in repr(form)
