"""What a caller may get wrong: told in words, before anything is sent."""

from __future__ import annotations

import math
import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _sdk

from .raw_server import BUCKET, KEY_ID, SECRET, client_of

CREDENTIALS = ossc.Credentials(KEY_ID, SECRET)

BEFORE_THE_FIRST_YEAR = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))

BAD_KEYS = {
    "empty": "",
    "1024 bytes": "k" * 1024,
    "1026 bytes of UTF-8": "\u20ac" * 342,
    "slash": "/k",
    "backslash": "\\k",
    "NUL": "a\0b",
    "surrogate": "a\ud800",
}

NOT_TEXT: list[Any] = [None, 5, b"k", ["k"], 1.5, object()]

BAD_BUCKETS = [
    "",
    "ab",
    "a" * 64,
    "Upper",
    "under_score",
    "-start",
    "end-",
    "dot.ted",
    "a b",
    "a\0b",
    "a/b",
    "abc\n",
    "b\u00fccket",
    "a\ud800b",
]

KEY_VERBS: dict[str, Callable[[ossc.Bucket, Any], object]] = {
    "get": lambda b, key: b.get_object(key),
    "get_into": lambda b, key: b.get_object_into(key, bytearray(1)),
    "get_to_file": lambda b, key: b.get_object_to_file(key, "never"),
    "head": lambda b, key: b.head_object(key),
    "put": lambda b, key: b.put_object(key, b""),
    "append": lambda b, key: b.append_object(key, b"", 0),
    "copy_source": lambda b, key: b.copy_object(key, "k"),
    "copy_target": lambda b, key: b.copy_object("k", key),
    "delete": lambda b, key: b.delete_object(key),
    "init": lambda b, key: b.init_multipart_upload(key),
    "part": lambda b, key: b.upload_part(key, "U", 1, b""),
    "list_parts": lambda b, key: list(b.list_parts(key, "U")),
    "complete": lambda b, key: b.complete_multipart_upload(key, "U", [(1, "E")]),
    "abort": lambda b, key: b.abort_multipart_upload(key, "U"),
    "presign_get": lambda b, key: b.presign_get(key),
    "presign_put": lambda b, key: b.presign_put(key),
    "presign_delete": lambda b, key: b.presign_delete(key),
}


@pytest.fixture
def nothing_sent(server: ossc.mock.Server) -> Any:
    """The bucket of a client that must not send a byte, nor leak."""
    with client_of(server) as client:
        yield client.bucket(BUCKET)
    assert server.connections == 0
    assert _sdk.live_requests() == 0


@pytest.mark.parametrize("verb", KEY_VERBS)
@pytest.mark.parametrize("kind", BAD_KEYS)
def test_bad_keys(
    nothing_sent: ossc.Bucket, verb: str, kind: str, tmp_path: Path, monkeypatch: Any
) -> None:
    """No verb sends a key that OSS has no room for."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ossc.ParameterError) as caught:
        KEY_VERBS[verb](nothing_sent, BAD_KEYS[kind])
    assert str(caught.value)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("verb", KEY_VERBS)
def test_a_key_is_a_str(nothing_sent: ossc.Bucket, verb: str) -> None:
    """Anything else is a TypeError that says so."""
    for wrong in NOT_TEXT:
        with pytest.raises(TypeError, match="must be a str"):
            KEY_VERBS[verb](nothing_sent, wrong)


@pytest.mark.parametrize(
    "key", ["k" * 1023, "\u20ac" * 200, "a/../b", "./k", "a\nb", "%2e"]
)
def test_odd_keys_that_are_right(server: ossc.mock.Server, key: str) -> None:
    """The longest key and those that look like paths arrive as they are."""
    with client_of(server) as client:
        client.bucket(BUCKET).put_object(key, b"x")
    assert server.get_object(BUCKET, key) == b"x"


@pytest.mark.parametrize("name", BAD_BUCKETS, ids=ascii)
def test_bad_bucket_names(server: ossc.mock.Server, name: str) -> None:
    """Wherever a bucket is named, an impossible name is refused."""
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        for call in (
            client.bucket,
            client.create_bucket,
            client.delete_bucket,
            lambda wrong: bucket.copy_object("k", "l", source_bucket=wrong or " "),
        ):
            with pytest.raises(ossc.ParameterError):
                call(name)
        for wrong in NOT_TEXT:
            with pytest.raises(TypeError):
                client.bucket(wrong)
    assert server.connections == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-A", "a\r\nX-Injected: 1"),
        ("X-A", "a\nb"),
        ("X-A", "a\rb"),
        ("X-A", "a\0b"),
        ("X-A", "a\x7fb"),
        ("X-A", "\ud800"),
        ("X-A\r\nX-Injected", "1"),
        ("X-A\0", "1"),
        ("X A", "1"),
        ("X-A:", "1"),
        ("", "1"),
        ("X-\u00e4", "1"),
    ],
    ids=ascii,
)
def test_headers_cannot_be_injected(
    nothing_sent: ossc.Bucket, name: str, value: str
) -> None:
    """Neither a name nor a value can end its line."""
    for call in (
        lambda: nothing_sent.put_object("k", b"", headers={name: value}),
        lambda: nothing_sent.get_object("k", headers={name: value}),
        lambda: nothing_sent.presign("GET", "k", headers={name: value}),
        lambda: nothing_sent.put_object("k", b"", metadata={name: value}),
    ):
        with pytest.raises(ossc.ParameterError):
            call()


@pytest.mark.parametrize(
    "options",
    [
        {"content_type": "a\r\nb"},
        {"cache_control": "\0"},
        {"acl": "private\n"},
        {"expires": "a\r\nb"},
        {"expires": datetime(2030, 1, 1)},  # noqa: DTZ001 - the point
        {"expires": BEFORE_THE_FIRST_YEAR},
        {"retain_until": BEFORE_THE_FIRST_YEAR, "retention_mode": "GOVERNANCE"},
        {"tags": {str(n): "" for n in range(11)}},
        {"tags": {"a": "\ud800"}},
        {"metadata": {"a": "x" * 9000}},
        {"metadata": {"a": "\ud800"}},
        {"content_md5": "junk"},
        {"content_md5": b"short"},
        {"traffic_limit": 1},
        {"traffic_limit": -1},
    ],
    ids=str,
)
def test_bad_options(nothing_sent: ossc.Bucket, options: dict[str, Any]) -> None:
    """An option that OSS would refuse is refused here."""
    with pytest.raises(ossc.ParameterError):
        nothing_sent.put_object("k", b"", **options)


@pytest.mark.parametrize(
    "options",
    [
        {"content_type": 5},
        {"storage_class": b"IA"},
        {"expires": 5},
        {"tags": ["a"]},
        {"tags": {"a": 1}},
        {"metadata": [("a", "b")]},
        {"metadata": {"a": 1}},
        {"metadata": {1: "a"}},
        {"headers": {"A": None}},
        {"headers": "A: b"},
        {"params": "a=b"},
        {"params": {"a": 1}},
        {"content_md5": 5},
        {"traffic_limit": "1"},
        {"unheard_of": 1},
    ],
    ids=str,
)
def test_options_of_wrong_types(
    nothing_sent: ossc.Bucket, options: dict[str, Any]
) -> None:
    """A wrong type is a TypeError, not a guess."""
    with pytest.raises(TypeError):
        nothing_sent.put_object("k", b"", **options)


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda b: b.get_object("k", (-1, 5)), ValueError),
        (lambda b: b.get_object("k", (0, -5)), ValueError),
        (lambda b: b.get_object("k", range(-5, 5)), ValueError),
        (lambda b: b.get_object("k", (0, 2**63)), ValueError),
        (lambda b: b.get_object("k", "bytes=-1-5"), ValueError),
        (lambda b: b.get_object("k", (0.5, 5)), TypeError),
        (lambda b: b.get_object("k", ("0", "5")), TypeError),
        (lambda b: b.get_object("k", b"ab"), TypeError),
        (lambda b: b.get_object("k", (1, 2, 3)), TypeError),
        (lambda b: b.get_object("k", 5), TypeError),
        (lambda b: b.get_object("k", if_match=5), TypeError),
        (lambda b: b.get_object("k", if_modified_since="today"), TypeError),
        (lambda b: b.append_object("k", b"", -1), ValueError),
        (lambda b: b.append_object("k", b"", 2**63), ValueError),
        (lambda b: b.append_object("k", b"", 1.5), TypeError),
        (lambda b: b.append_object("k", b"", 0, init_crc=-1), ValueError),
        (lambda b: b.append_object("k", b"", 0, init_crc=2**64), ValueError),
        (lambda b: b.upload_part("k", "U", 0, b""), ValueError),
        (lambda b: b.upload_part("k", "U", 10_001, b""), ValueError),
        (lambda b: b.upload_part("k", "U", "1", b""), TypeError),
        (lambda b: b.upload_part("k", "", 1, b""), ValueError),
        (lambda b: b.upload_part("k", "a\0b", 1, b""), ValueError),
        (lambda b: b.upload_part("k", 5, 1, b""), TypeError),
        (lambda b: b.complete_multipart_upload("k", "U", []), ValueError),
        (lambda b: b.complete_multipart_upload("k", "U", [(0, "E")]), ValueError),
        (lambda b: b.complete_multipart_upload("k", "U", [(2**40, "E")]), ValueError),
        (lambda b: b.complete_multipart_upload("k", "U", [("1", "E")]), TypeError),
        (lambda b: b.complete_multipart_upload("k", "U", [(1, 5)]), TypeError),
        (lambda b: b.complete_multipart_upload("k", "U", [(1, "E", 3)]), TypeError),
        (lambda b: b.complete_multipart_upload("k", "U", ["E"]), TypeError),
        (lambda b: b.list_objects(page_size=0), ValueError),
        (lambda b: b.list_objects(page_size=1001), ValueError),
        (lambda b: list(b.list_objects("a\0")), ValueError),
        (lambda b: list(b.list_objects("\ud800")), ValueError),
        (lambda b: list(b.list_objects(b"a")), TypeError),
        (lambda b: b.presign("PATCH", "k"), ValueError),
        (lambda b: b.presign("GET", "k", 0), ValueError),
        (lambda b: b.presign("GET", "k", 604_801), ValueError),
        (lambda b: b.presign("GET", "k", math.nan), ValueError),
        (lambda b: b.presign("GET", "k", "60"), TypeError),
        (lambda b: b.copy_object("k", "l", source_version_id="\ud800"), ValueError),
    ],
)
def test_bad_arguments(nothing_sent: ossc.Bucket, call: Any, kind: type) -> None:
    """Numbers out of range and wrong types are told before anything is sent."""
    with pytest.raises(kind) as caught:
        call(nothing_sent)
    assert kind is TypeError or isinstance(caught.value, ossc.OSSError)


@pytest.mark.parametrize(
    "call",
    [
        lambda c, b: b.get_object("k"),
        lambda c, b: b.put_object("k", b""),
        lambda c, b: b.append_object("k", b"", 0),
        lambda c, b: b.head_object("k"),
        lambda c, b: b.delete_object("k"),
        lambda c, b: b.copy_object("k", "l"),
        lambda c, b: b.init_multipart_upload("k"),
        lambda c, b: b.upload_part("k", "U", 1, b""),
        lambda c, b: b.complete_multipart_upload("k", "U", [(1, "E")]),
        lambda c, b: b.abort_multipart_upload("k", "U"),
        lambda c, b: next(b.list_parts("k", "U")),
        lambda c, b: next(b.list_objects()),
        lambda c, b: b.presign("GET", "k"),
        lambda c, b: c.create_bucket("abc"),
        lambda c, b: c.delete_bucket("abc"),
        lambda c, b: next(c.list_buckets()),
    ],
)
def test_a_closed_client_refuses(server: ossc.mock.Server, call: Any) -> None:
    """Every verb of a closed client raises ClientClosed, which is a ValueError."""
    client = client_of(server)
    bucket = client.bucket(BUCKET)
    client.close()
    client.close()
    assert client.closed
    with pytest.raises(ossc.ClientClosed) as caught:
        call(client, bucket)
    assert isinstance(caught.value, ValueError)
    assert server.connections == 0


def test_a_listing_under_way_notices_the_close(server: ossc.mock.Server) -> None:
    """The page at hand is served, the next one is refused."""
    for name in "abcd":
        server.put_object(BUCKET, name, b"")
    with client_of(server) as client:
        listing = client.bucket(BUCKET).list_objects(page_size=2)
        assert next(listing).key == "a"
    assert next(listing).key == "b"
    with pytest.raises(ossc.ClientClosed):
        next(listing)


def test_files_that_cannot_be_read(nothing_sent: ossc.Bucket, tmp_path: Path) -> None:
    """Missing files, folders, pipes and devices are LocalFileErrors, without a hang."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, number in (
        (tmp_path / "missing", 2),
        (tmp_path, 21),
        (pipe, 22),
        (Path("/dev/zero"), 22),
        (tmp_path / ("x" * 300), 36),
    ):
        with pytest.raises(ossc.LocalFileError) as caught:
            nothing_sent.put_object_from_file("k", path)
        assert caught.value.errno == number
        assert caught.value.filename == str(path)


def test_a_file_without_permission(nothing_sent: ossc.Bucket, tmp_path: Path) -> None:
    """EACCES comes through; the superuser may read all, so another errno stands in."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"x")
    secret.chmod(0)
    if os.access(secret, os.R_OK):
        secret.unlink()
        secret.symlink_to(secret)
    with pytest.raises(ossc.LocalFileError) as caught:
        nothing_sent.put_object_from_file("k", secret)
    assert caught.value.errno in (13, 40)


@pytest.mark.parametrize("path", ["a\0b", "a\ud800", b"a\0b"], ids=ascii)
def test_paths_that_are_none(nothing_sent: ossc.Bucket, path: Any) -> None:
    """What no file system takes is a ParameterError."""
    with pytest.raises(ossc.ParameterError):
        nothing_sent.put_object_from_file("k", path)
    with pytest.raises(ossc.ParameterError):
        nothing_sent.get_object_to_file("k", path)


@pytest.mark.parametrize("path", [5, None, ["a"], 1.5])
def test_paths_of_wrong_types(nothing_sent: ossc.Bucket, path: Any) -> None:
    """A number is never taken for a file descriptor."""
    with pytest.raises(TypeError):
        nothing_sent.put_object_from_file("k", path)
    with pytest.raises(TypeError):
        nothing_sent.get_object_to_file("k", path)


TOLD: dict[str, Callable[[ossc.Bucket, Path, Any], object]] = {
    "put": lambda b, _, told: b.put_object("k", b"x", progress=told),
    "put file": lambda b, path, told: b.put_object_from_file("k", path, progress=told),
    "append": lambda b, _, told: b.append_object("k", b"x", 0, progress=told),
    "get": lambda b, _, told: b.get_object("k", progress=told),
    "get into": lambda b, _, told: b.get_object_into("k", bytearray(9), progress=told),
    "upload": lambda b, path, told: b.upload_file("k", path, progress=told),
    "stream": lambda b, _, told: b.upload_fileobj("k", [b"x"], progress=told),
    "download": lambda b, path, told: b.download_file("k", path, progress=told),
    "into": lambda b, _, told: b.download_into("k", bytearray(9), progress=told),
    "copy": lambda b, _, told: b.copy("k", "l", progress=told),
    "verify": lambda b, path, told: b.verify_file("k", path, progress=told),
}


@pytest.mark.parametrize("call", TOLD)
def test_progress_that_nobody_can_be_told(
    nothing_sent: ossc.Bucket, tmp_path: Path, call: str
) -> None:
    """Is noticed before anything has happened, not when all has."""
    path = tmp_path / "file"
    path.write_bytes(b"x")
    with pytest.raises(TypeError, match="progress must be callable, not int"):
        TOLD[call](nothing_sent, path, 5)
    assert path.read_bytes() == b"x"


def test_a_device_is_never_replaced(server: ossc.mock.Server, tmp_path: Path) -> None:
    """A download refuses to put a file where something else than a file is."""
    server.put_object(BUCKET, "k", b"x")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with client_of(server) as client:
        with pytest.raises(ossc.LocalFileError) as caught:
            client.bucket(BUCKET).get_object_to_file("k", pipe)
    assert caught.value.errno == 22
    assert pipe.is_fifo()
    assert os.listdir(tmp_path) == ["pipe"]


def test_the_longest_file_name(server: ossc.mock.Server, tmp_path: Path) -> None:
    """A name as long as the file system allows can be downloaded to."""
    server.put_object(BUCKET, "k", b"x")
    path = tmp_path / ("\u00e4" * 127)
    with client_of(server) as client:
        client.bucket(BUCKET).get_object_to_file("k", path)
    assert path.read_bytes() == b"x"
    assert len(os.listdir(tmp_path)) == 1


def test_nobody_listens(server: ossc.mock.Server) -> None:
    """A refused connection is a ConnectFailed, which is a ConnectionError."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with client_of(f"http://127.0.0.1:{port}") as client:
        with pytest.raises(ossc.ConnectFailed) as caught:
            client.bucket(BUCKET).put_object("k", b"x")
    assert isinstance(caught.value, ConnectionError)
    assert caught.value.operation == "PutObject"
    assert _sdk.live_requests() == 0


def test_a_name_that_does_not_resolve() -> None:
    """The reserved domain `invalid` has no hosts."""
    with client_of("http://nowhere.invalid", connect_timeout=5) as client:
        with pytest.raises(ossc.NameResolutionFailed) as caught:
            client.bucket(BUCKET).get_object("k")
    assert isinstance(caught.value, ConnectionError)
