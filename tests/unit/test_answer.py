"""Answers as C leaves them: headers in a block, facts that hold, bodies that are whole."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from struct import Struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ossc
from ossc import _sdk
from ossc._answers import get_result, number, put_result
from ossc._sdk import STORED, WHOLE, Answer, Call, functions
from ossc._sdk._perform import perform
from ossc._sdk._request import OUTCOME
from ossc.models import Headers
from tests.client.raw_server import (
    BUCKET,
    MODIFIED,
    RawServer,
    answer,
    object_answer,
)

DATA = bytes(range(256)) * 800
SCRATCH_HEAD = 16_384
SCRATCH_BODY = 49_152
# So many lines that they do not fit into the memory for them.
LARGE_HEAD = {f"x_oss_meta_{n}": "v" * 1000 for n in range(20)}

NAMES = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_.!~", min_size=1)
VALUES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Each request gives its memory back."""
    before = _sdk.live_requests()
    yield
    assert _sdk.live_requests() == before


def _block(pairs: list[tuple[str, str]]) -> bytes:
    return b"".join(
        text.encode("utf-8", "surrogateescape") + b"\0"
        for pair in pairs
        for text in pair
    )


# --- headers from a block ---


@given(st.lists(st.tuples(NAMES, VALUES)))
def test_a_block_is_its_pairs(pairs: list[tuple[str, str]]) -> None:
    """Names in any case, the last of repeated ones; as if they had been given so."""
    late = Headers._of_block(_block(pairs))
    now = Headers({name.lower(): value for name, value in pairs})
    assert (dict(late), len(late), list(late)) == (dict(now), len(now), list(now))
    assert (late == now, hash(late), repr(late)) == (True, hash(now), repr(now))
    for name, value in now.items():
        assert late[name] == late[name.upper()] == late.get(name.title()) == value


@pytest.mark.parametrize("look", [len, list, dict, repr, hash, bool, str], ids=str)
def test_the_first_look_may_be_any(look: Any) -> None:
    """Whatever is asked of them first, the block is read for it."""
    pairs = [("ETag", '"E"'), ("x-oss-meta-a", "é")]
    assert look(Headers._of_block(_block(pairs))) == look(Headers(dict(pairs)))


@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy, pickle.dumps], ids=str)
def test_headers_are_copied_by_what_they_say(make: Any) -> None:
    """Also when nobody had looked at them."""
    late = Headers._of_block(_block([("ETag", '"E"')]))
    made = make(late)
    back = pickle.loads(made) if isinstance(made, bytes) else made
    assert (type(back), back) == (Headers, Headers({"etag": '"E"'}))
    assert dict(back) == {"etag": '"E"'}


def test_bytes_that_are_no_utf8_are_kept() -> None:
    """They come out as lone surrogates, of which the bytes can be made again."""
    late = Headers._of_block(b"x-a\0a\xffb\0")
    assert late["X-A"].encode("utf-8", "surrogateescape") == b"a\xffb"


def test_no_headers_at_all() -> None:
    """An empty block has none; an attribute that is none is an AttributeError."""
    late = Headers._of_block(b"")
    assert (len(late), late.get("etag"), "etag" in late) == (0, None, False)
    with pytest.raises(KeyError):
        late["etag"]
    with pytest.raises(AttributeError, match="nothing"):
        late.nothing  # noqa: B018 - the look is what is tested
    with pytest.raises(AttributeError):
        object.__new__(Headers).get("etag")


# --- answers ---


def _perform(reply: bytes, run: int | None = None, **parts: Any) -> Answer:
    """The answer that C makes of a reply."""
    run = functions.get_to_buffer if run is None else run
    with RawServer(reply) as server, server.client() as client:
        call = Call("GetObject", run, BUCKET, b"k", **parts)
        return perform(call, client._settings, client._credentials, client._session)


def _reply(body: bytes, **headers: str) -> bytes:
    return object_answer(
        body, **{"x_oss_hash_crc64ecma": str(_sdk.crc64(body)), **headers}
    )


SIZES = [0, 1, 2, 255, SCRATCH_BODY - 1, SCRATCH_BODY, SCRATCH_BODY + 1, len(DATA)]


@pytest.mark.parametrize("head", [{}, LARGE_HEAD], ids=["small head", "large head"])
@pytest.mark.parametrize("size", SIZES)
def test_of_c_and_made(size: int, head: dict[str, str]) -> None:
    """However it came out of C, an answer is what its parts make."""
    body = DATA[:size]
    got = _perform(_reply(body, x_oss_meta_a="b", **head))
    made = Answer.made(
        200, Headers(dict(got.headers)), body, crc64=_sdk.crc64(body), stored=got.stored
    )
    for name in ("status", "headers", "body", "request_id", "crc64", "stored"):
        assert getattr(got, name) == getattr(made, name)
    assert type(got.body) is bytes
    assert got.headers is got.headers
    assert got.headers["x-oss-meta-a"] == "b"
    assert len(got.headers) == 7 + len(head)
    assert get_result("k", got) == get_result("k", made)
    assert bool(got.facts & WHOLE) is (not head)
    assert not made.facts


@pytest.mark.parametrize("size", SIZES)
def test_a_body_of_unknown_length(size: int) -> None:
    """A chunked one of any size, and one that ends with its connection."""
    chunks = b"%x\r\n%b\r\n" % (size, DATA[:size]) if size else b""
    chunked = object_answer().replace(
        b"Content-Length: 0", b"Transfer-Encoding: chunked"
    )
    bare = object_answer().replace(b"Content-Length: 0\r\n", b"") + DATA[:size]
    for reply in (chunked + chunks + b"0\r\n\r\n", bare):
        got = _perform(reply)
        assert (got.body, got.crc64) == (DATA[:size], _sdk.crc64(DATA[:size]))
        assert not got.facts & WHOLE


@pytest.mark.parametrize("size", SIZES)
def test_other_functions(size: int) -> None:
    """The generic request keeps its body, too; a HEAD has none, whatever follows it."""
    got = _perform(_reply(DATA[:size]), functions.send("GET"))
    assert (got.body, got.status) == (DATA[:size], 200)
    got = _perform(_reply(DATA[:size]), functions.send("HEAD"))
    assert (got.body, got.status, got.headers["content-length"]) == (
        b"",
        200,
        str(size),
    )
    assert not got.facts & WHOLE or size == 0


@pytest.mark.parametrize("size", [0, 9, len(DATA)])
def test_into_a_buffer(size: int) -> None:
    """The body is not in the answer, but how much of it there is."""
    buffer = bytearray(b"\xaa" * (len(DATA) + 1))
    got = _perform(_reply(DATA[:size]), functions.send("GET"), into=memoryview(buffer))
    assert (got.body, got.stored, got.crc64) == (b"", size, _sdk.crc64(DATA[:size]))
    assert buffer == DATA[:size] + b"\xaa" * (len(DATA) + 1 - size)


def test_answers_do_not_share_memory() -> None:
    """What one request left in its memory is not seen through another's answer."""
    replies = [_reply(DATA[n : n + 3000], x_oss_meta_n=str(n)) for n in range(9)]
    with RawServer(*replies) as server, server.client() as client:
        bucket = client.bucket(BUCKET)
        results = [bucket.get_object(f"k{n}") for n in range(9)]
    for n, result in enumerate(results):
        assert (result.key, result.data) == (f"k{n}", DATA[n : n + 3000])
        assert result.metadata == {"n": str(n)}


def test_the_empty_and_the_shortest_bytes() -> None:
    """Those that Python has one of each are never written into."""
    for byte in range(256):
        assert _perform(_reply(bytes([byte]))).body == bytes([byte])
    assert [bytes([n])[0] for n in range(256)] == list(range(256))
    assert _perform(_reply(b"")).body == b"" == bytes(0)


ODD = {
    "no date": _reply(b"x").replace(b"Last-Modified", b"Last-Seen"),
    "a day that some months lack": _reply(b"x").replace(b"24 Feb", b"29 Feb"),
    "a range": _reply(b"x", Content_Range="bytes 0-0/1"),
    "another success": _reply(b"x").replace(b"200 OK", b"201 Created"),
}


@pytest.mark.parametrize("kind", ODD)
def test_what_is_not_surely_right_is_no_fact(kind: str) -> None:
    """Python looks at it again."""
    assert not _perform(ODD[kind]).facts & WHOLE


@pytest.mark.parametrize(
    "lines",
    [
        {"Last_Modified": "yesterday"},
        {"Last_Modified": "Fri, 30 Feb 2012 06:07:48 GMT"},
        {"Last_Modified": "Fri, 24 Feb 0000 06:07:48 GMT"},
        {"x_oss_hash_crc64ecma": "-1"},
        {"Content_Range": "bytes 0-0/1"},
        {"Content_Range": "junk"},
        {**LARGE_HEAD, "zz": "z", "Content_Range": "bytes 0-0/1"},
        {**LARGE_HEAD, "Last_Modified": "yesterday"},
    ],
    ids=str,
)
def test_a_bad_header_is_told_at_once(lines: dict[str, str]) -> None:
    """Not when somebody looks at the result, long after."""
    with RawServer(_reply(b"x", **lines)) as server, server.client() as client:
        with pytest.raises(ossc.OSSError):
            client.bucket(BUCKET).get_object("k")


@pytest.mark.parametrize("zeros", [1, 30, 6000])
def test_zeros_in_front_of_a_number(zeros: int) -> None:
    """C reads any number of them, and so does Python."""
    crc = "0" * zeros + str(_sdk.crc64(b"x"))
    reply = answer(
        b"x",
        length="0" * zeros + "1",
        ETag='"E"',
        Last_Modified=MODIFIED,
        x_oss_hash_crc64ecma=crc,
    )
    with RawServer(reply) as server, server.client() as client:
        result = client.bucket(BUCKET).get_object("k")
    assert (result.size, result.crc64) == (1, _sdk.crc64(b"x"))


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", " 1", "1 ", "1_0", "0x1", "\uff11", "18446744073709551616"]
)
def test_what_is_no_number(text: str) -> None:
    """Digits only, in 64 bits."""
    with pytest.raises(ossc.MalformedResponse):
        number("it", text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("000", 0), ("7", 7), ("18446744073709551615", 2**64 - 1)],
)
def test_numbers(text: str, value: int) -> None:
    """Up to the last of 64 bits."""
    assert number("it", text) == value


def test_an_upload_that_names_its_tag() -> None:
    """Only then is it known to be stored without a second look."""
    put = functions.put_from_buffer
    good = answer(b"called back", ETag='"E"')
    assert _perform(good, put, body=b"x").facts & STORED
    result = put_result(_perform(good, put, body=b"x"))
    assert (result.etag, result.crc64, result.callback_response) == (
        "E",
        None,
        b"called back",
    )
    for lines in ({}, {"ETag": ""}, {"ETag": '""'}, {"ETag": '"E"', **LARGE_HEAD}):
        reply = answer(b"", **lines)
        assert not _perform(reply, put, body=b"x").facts & STORED


@pytest.mark.parametrize(
    "length", [2**40, 2**47, 2**63 - 1, 2**63 - 100, 2**62], ids=hex
)
def test_a_length_that_no_memory_has(length: int) -> None:
    """It is an OSSError and a MemoryError, whichever of them one looks for."""
    reply = object_answer(b"abc").replace(b"Length: 3", b"Length: %d" % length)
    with RawServer(reply) as server, server.client() as client:
        with pytest.raises(ossc.OSSError) as caught:
            client.bucket(BUCKET).get_object("k")
    assert isinstance(caught.value, MemoryError | ossc.ShortBody)
    assert caught.value.key == "k"


@pytest.mark.parametrize(
    "status",
    ["203 Non-Authoritative Information", "204 No Content", "205 Reset Content"],
)
def test_other_successes_of_a_download(status: str) -> None:
    """None of them is the object."""
    body = b"" if status.startswith("204") else b"changed on the way"
    reply = object_answer(body).replace(b"200 OK", status.encode())
    with RawServer(reply, reply) as server, server.client() as client:
        bucket = client.bucket(BUCKET)
        for get in (
            lambda: bucket.get_object("k"),
            lambda: bucket.get_object_into("k", bytearray(99)),
        ):
            with pytest.raises(ossc.OSSError):
                get()


def test_an_error_that_a_call_from_c_raised_is_nobody_elses() -> None:
    """What a callback raised is not the next failure's, even if its own call lost it."""
    lost = KeyError("lost")
    not_found = answer(b"<Error><Code>NoSuchKey</Code></Error>", "404 Not Found")
    with RawServer(not_found, not_found) as server, server.client() as client:
        bucket = client.bucket(BUCKET)
        _sdk._perform._lost.error = lost
        with pytest.raises(KeyError):
            bucket.get_object("k")
        _sdk._perform._lost.error = lost
        with pytest.raises(TypeError):
            bucket.get_object("k", params={"a": 1})  # type: ignore[dict-item]
        with pytest.raises(ossc.NoSuchKey):
            bucket.get_object("k")


def test_the_record_that_c_writes() -> None:
    """One width for all its fields, without gaps."""
    assert isinstance(OUTCOME, Struct)
    assert OUTCOME.size == 12 * 8
    got = _perform(_reply(b"four"))
    status, code, facts, head, body, stored, crc, *times = got.outcome
    assert (status, code, facts, body, crc) == (200, 200, got.facts, 4, got.crc64)
    assert 0 < head < SCRATCH_HEAD
    assert stored == 4
    resolved, connected, secured, first_byte, total = times
    assert 0 <= resolved <= connected <= total
    assert secured == 0
    assert 0 < first_byte <= total


@pytest.mark.parametrize(
    "lines",
    [
        b"Last-Modified: yesterday\r\n",
        b"x-oss-hash-crc64ecma: junk\r\n",
        b"Content-Range: bytes 0-0/1\r\n",
    ],
)
def test_the_last_of_a_repeated_header_counts(lines: bytes) -> None:
    """A good one before it makes no fact of a bad one."""
    reply = _reply(b"x").replace(b"\r\n\r\n", b"\r\n" + lines + b"\r\n")
    with RawServer(reply) as server, server.client() as client:
        with pytest.raises(ossc.OSSError):
            client.bucket(BUCKET).get_object("k")


def test_an_upload_whose_last_tag_is_empty() -> None:
    """It names none."""
    reply = answer(b"", ETag='"E"').replace(b"\r\n\r\n", b'\r\nETag: ""\r\n\r\n')
    with RawServer(reply) as server, server.client() as client:
        with pytest.raises(ossc.MalformedResponse):
            client.bucket(BUCKET).put_object("k", b"x")


@pytest.mark.parametrize("verb", ["bytes", "buffer", "file"])
def test_more_than_was_announced(verb: str, tmp_path: Path) -> None:
    """A chunked body that goes on past a Content-Length is no whole object."""
    head = object_answer(b"abc", Transfer_Encoding="chunked")[:-3]
    reply = head + b"a\r\n0123456789\r\n0\r\n\r\n"
    with RawServer(reply) as server, server.client() as client:
        bucket = client.bucket(BUCKET)
        get: dict[str, Callable[[], object]] = {
            "bytes": lambda: bucket.get_object("k"),
            "buffer": lambda: bucket.get_object_into("k", bytearray(99)),
            "file": lambda: bucket.get_object_to_file("k", tmp_path / "file"),
        }
        with pytest.raises(ossc.MalformedResponse, match="past its announced"):
            get[verb]()
