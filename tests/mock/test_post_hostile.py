"""Forms that no browser sends: cut, huge, nested, repeated; sent in any pieces."""

from __future__ import annotations

import itertools
import socket
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ossc.mock._errors import ServiceError
from ossc.mock._form import Form, boundary_of

from .test_post_object import BOUNDARY, DATA, END, PREAMBLE, field, file, form, post

if TYPE_CHECKING:
    from collections.abc import Iterator

    import ossc.mock

RAW = BOUNDARY.encode()
WHOLE = form([("key", "k"), ("x-odd", "v\r\n--not the end\r\n")], file())


@pytest.fixture
def open_server(server: ossc.mock.Server) -> ossc.mock.Server:
    """A server with a bucket that anybody may write to."""
    server.create_bucket("open-bucket", "public-read-write")
    return server


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """The data in pieces of a size."""
    return (data[at : at + size] for at in range(0, len(data), size))


def read_whole(data: bytes) -> bytes:
    """The file of a form."""
    parsed = Form([data], RAW)
    parsed.fields()
    return b"".join(parsed.file())


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
def test_any_split(size: int) -> None:
    """However the bytes arrive, the form is the same."""
    parsed = Form(pieces(WHOLE, size), RAW)
    fields, part = parsed.fields()
    assert fields == {"key": "k", "x-odd": "v\r\n--not the end\r\n"}
    assert (part.name, part.filename, part.content_type) == ("file", "a.txt", "a/b")
    assert b"".join(parsed.file()) == DATA


@settings(max_examples=60)
@given(
    data=st.binary(max_size=300)
    | st.text("\r\n-" + BOUNDARY[:12], max_size=90).map(str.encode),
    cuts=st.lists(st.integers(1, 40), min_size=1, max_size=20),
)
def test_any_file(data: bytes, cuts: list[int]) -> None:
    """Bytes that look like a boundary are the file's, as long as they are none."""
    body = form([("key", "k")], file(data))
    sizes = itertools.cycle(cuts)
    chunks, at = [], 0
    while at < len(body):
        size = next(sizes)
        chunks.append(body[at : at + size])
        at += size
    parsed = Form(chunks, RAW)
    parsed.fields()
    assert b"".join(parsed.file()) == data


def test_every_cut() -> None:
    """A form that ends early anywhere is malformed, never a shorter file."""
    whole = WHOLE.rstrip()
    for length in range(len(whole)):
        with pytest.raises(ServiceError) as caught:
            read_whole(whole[:length])
        assert caught.value.code == "MalformedPOSTRequest"


@pytest.mark.parametrize(
    "head",
    [
        b"no colon at all",
        b"Content-Type: a/b",
        b"Content-Disposition: attachment; name=key",
        b"Content-Disposition: form-data",
        b"Content-Disposition: form-data; name",
        b'Content-Disposition: form-data; name=""',
        b'Content-Disposition: form-data; filename="a"',
        b"",
    ],
)
def test_bad_heads(open_server: ossc.mock.Server, head: bytes) -> None:
    """A part says that it is a field, and which."""
    body = b"--" + RAW + b"\r\n" + head + b"\r\n\r\nvalue\r\n" + WHOLE
    reply = post(open_server, body, "open-bucket")
    assert (reply.status, reply.code) == (400, "MalformedPOSTRequest")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "MalformedPOSTRequest"),
        (END, "IncorrectNumberOfFilesInPOSTRequest"),
        (b"--" + RAW, "MalformedPOSTRequest"),
        (b"--" + RAW + b"x\r\n\r\n", "MalformedPOSTRequest"),
        (b"junk" * 100_000, "MalformedPOSTRequest"),
        (field("n" * 9000, "v") + WHOLE, "FieldItemTooLong"),
        (field("n" * 50_000, "v") + WHOLE, "FieldItemTooLong"),
        (field("key", "v" * (2 * 1024 * 1024 + 1)) + WHOLE, "FieldItemTooLong"),
        (
            b"".join(field(f"f{n}", "v" * 2_000_000) for n in range(5)) + WHOLE,
            "MaxPOSTPreDataLengthExceededError",
        ),
        (field("x-oss-meta-a", "v" * 9000) + WHOLE, "InvalidArgument"),
    ],
    ids=range(10),
)
def test_sizes(open_server: ossc.mock.Server, body: bytes, code: str) -> None:
    """Names, values and all that is before the file have their limits."""
    reply = post(open_server, body, "open-bucket")
    assert (reply.status, reply.code) == (400, code)


def test_many_fields(open_server: ossc.mock.Server) -> None:
    """Ten thousand of them are slow for nobody."""
    body = b"".join(field("x-other", "v") for _ in range(10_000)) + WHOLE
    assert post(open_server, body, "open-bucket").status == 204


def test_file_names(open_server: ossc.mock.Server) -> None:
    """A name is what is behind the last slash, in whatever way it is written."""
    rows = {
        'filename="a.txt"': "a.txt",
        "filename=a.txt": "a.txt",
        'filename="C:\\\\dir\\\\a.txt"': "a.txt",
        'filename="/etc/../a.txt"': "a.txt",
        'filename="a\\"b;c.txt"': 'a"b;c.txt',
        "filename*=UTF-8''%e4%b8%ad%20.txt": "\u4e2d .txt",
        "filename=\"x\"; filename*=utf-8''%C3%A9": "\u00e9",
        'FileName="a.txt"': "a.txt",
        'x="filename=evil"; filename="a.txt"': "a.txt",
    }
    for text, name in rows.items():
        head = f'Content-Disposition: form-data; name="file"; {text}'
        part = f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + DATA + b"\r\n"
        body = form([("key", "got/${filename}")], part)
        assert post(open_server, body, "open-bucket").status == 204, text
        assert open_server.get_object("open-bucket", f"got/{name}") == DATA


def test_bytes_that_are_no_text(open_server: ossc.mock.Server) -> None:
    """A key that is no UTF-8 is refused; metadata is kept as it is."""
    body = field("key", "k").replace(b"\r\n\r\nk", b"\r\n\r\n\xff\xfe") + file() + END
    assert post(open_server, body, "open-bucket").code == "InvalidObjectName"


def test_a_connection_that_ends_early(open_server: ossc.mock.Server) -> None:
    """Nothing is stored of what was cut."""
    head = (
        f"POST /open-bucket/ HTTP/1.1\r\nHost: 127.0.0.1:{open_server.port}\r\n"
        f"Content-Type: {PREAMBLE}\r\nContent-Length: {len(WHOLE) + 99}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", open_server.port), 10) as sock:
        sock.sendall(head.encode() + WHOLE)
        sock.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := sock.recv(65536):
            answer += piece
    assert b"<Code>IncompleteBody</Code>" in answer
    reply = post(open_server, form([("key", "j")], file()), "open-bucket")
    assert reply.status == 204
    with pytest.raises(KeyError):
        open_server.get_object("open-bucket", "k")


def test_a_large_file(open_server: ossc.mock.Server) -> None:
    """It streams to the disk, and is whole."""
    data = bytes(range(256)) * 40_000
    reply = post(open_server, form([("key", "k")], file(data)), "open-bucket")
    assert reply.status == 204
    assert open_server.get_object("open-bucket", "k") == data


@pytest.mark.parametrize(
    "text",
    ["multipart/form-data; boundary=" + ";" * 50_000, 'multipart/form-data; a="'],
)
def test_types_that_take_long(text: str) -> None:
    """No Content-Type is slow to read."""
    with pytest.raises(ServiceError):
        boundary_of(text)
