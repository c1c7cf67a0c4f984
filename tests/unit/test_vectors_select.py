"""The reader of Select frames: the published answers, however cut, and broken ones."""

from __future__ import annotations

import base64
import itertools
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ossc
from ossc._select_frames import MAX_PAYLOAD, FrameReader, SelectEnd

from .vectors import Case, case_id, cases

CASES = cases("select_frames")
GOOD = [case for case in CASES if "failed" not in case["expect"]]
(FAILED,) = (case for case in CASES if "failed" in case["expect"])

DATA, CONTINUOUS, END, CSV_END, JSON_END = (
    0x800001,
    0x800004,
    0x800005,
    0x800006,
    0x800007,
)


def frame(kind: int, payload: bytes, *, checksum: int | None = None) -> bytes:
    """A frame as the service sends it, or with a checksum of one's own."""
    crc = zlib.crc32(payload) if checksum is None else checksum
    head = struct.pack(">III", 1 << 24 | kind, len(payload), 0)
    return head + payload + struct.pack(">I", crc)


ENDING = frame(END, struct.pack(">QQI", 14, 14, 200))


def read(*pieces: bytes) -> tuple[bytes, SelectEnd]:
    """All rows and the end of an answer."""
    reader = FrameReader()
    rows = [row for piece in pieces for row in reader.feed(piece)]
    return b"".join(rows), reader.close()


def check(case: Case, rows: bytes, end: SelectEnd) -> None:
    """Holds what was read against what the case expects."""
    expect = case["expect"]
    assert rows == base64.b64decode(expect["payload_base64"])
    assert end.offset == expect["file_offset"]
    for name in ("status", "splits", "rows", "columns"):
        assert getattr(end, name) == expect.get(name, getattr(end, name))


@pytest.mark.parametrize("case", GOOD, ids=case_id)
def test_answers_cut_anywhere(case: Case) -> None:
    """Whole, cut in two at every byte, or byte by byte, an answer reads the same."""
    body = bytes.fromhex(case["frames_hex"])
    check(case, *read(body))
    for at in range(len(body) + 1):
        check(case, *read(body[:at], body[at:]))
    check(case, *read(*(body[i : i + 1] for i in range(len(body)))))


def test_a_failure_part_way() -> None:
    """The rows before the failure come out first; then the error with the code."""
    body = bytes.fromhex(FAILED["frames_hex"])
    expect = FAILED["expect"]["failed"]
    for at in range(len(body)):
        reader = FrameReader()
        rows: list[bytes] = []
        with pytest.raises(ossc.ServerError) as caught:
            _collect(reader, (body[:at], body[at:]), rows)
        assert b"".join(rows) == b"1,2\n"
        assert caught.value.status == expect["status"]
        assert caught.value.code == expect["code"]
        assert caught.value.message == expect["message"]


def _collect(reader: FrameReader, pieces: tuple[bytes, ...], rows: list[bytes]) -> None:
    for piece in pieces:
        for row in reader.feed(piece):
            rows.append(row)  # noqa: PERF402 - kept even when the next one fails


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_a_cut_answer_is_an_error(case: Case) -> None:
    """An answer that stops anywhere before its end has no end."""
    body = bytes.fromhex(case["frames_hex"])
    for size in range(len(body)):
        reader = FrameReader()
        list(reader.feed(body[:size]))
        with pytest.raises(ossc.MalformedResponse, match="before its end frame"):
            reader.close()


@pytest.mark.parametrize("case", GOOD, ids=case_id)
def test_every_damaged_payload_byte_is_noticed(case: Case) -> None:
    """A changed bit in a frame's version, payload or checksum is an error."""
    body = bytes.fromhex(case["frames_hex"])
    unchecked: set[int] = set()
    at = 0
    while at < len(body):
        size = int.from_bytes(body[at + 4 : at + 8], "big")
        unchecked |= set(range(at + 1, at + 12))
        at += 16 + size
    for index in sorted(set(range(len(body))) - unchecked):
        damaged = body[:index] + bytes([body[index] ^ 1]) + body[index + 1 :]
        with pytest.raises(ossc.MalformedResponse):
            read(damaged)


def test_no_checksum_is_no_error() -> None:
    """A checksum of 0 says that none was computed."""
    rows = frame(DATA, b"\0" * 8 + b"a,b\n", checksum=0)
    assert read(rows + ENDING)[0] == b"a,b\n"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (frame(DATA, b"\0" * 7), "frame of 7 bytes"),
        (frame(CONTINUOUS, b"\0" * 9), "frame of 9 bytes"),
        (frame(END, b"\0" * 19), "end frame of 19 bytes"),
        (frame(CSV_END, b"\0" * 35), "end frame of 35 bytes"),
        (frame(JSON_END, b"\0" * 31), "end frame of 31 bytes"),
        (frame(0x800002, b"\0" * 8), "unknown type 0x800002"),
        (b"\2" + ENDING[1:], "version 2"),
        (struct.pack(">III", 1 << 24 | DATA, MAX_PAYLOAD + 1, 0), "67108865 bytes"),
        (ENDING + ENDING, "behind its end"),
        (ENDING + b"x", "behind its end"),
        (b"<?xml version='1.0'?><Error/>", "version 60"),
        (b"", "before its end"),
    ],
)
def test_what_is_no_answer(body: bytes, said: str) -> None:
    """Each rule of the format that is broken is told in words."""
    with pytest.raises(ossc.MalformedResponse, match=said):
        read(body)


@pytest.mark.parametrize(
    ("status", "message", "cls", "code", "said"),
    [
        (
            400,
            "InvalidCsvLine.Bad. Very.",
            ossc.ServerError,
            "InvalidCsvLine",
            "Bad. Very.",
        ),
        (403, "AccessDenied.No.", ossc.AccessDenied, "AccessDenied", "No."),
        (503, "no code here", ossc.ServiceUnavailable, None, "no code here"),
        (500, "", ossc.ServiceUnavailable, None, "the query failed"),
        (0, "Odd.", ossc.ServerError, "Odd", "the query failed"),
    ],
)
def test_end_statuses(
    status: int, message: str, cls: type[ossc.ServerError], code: str, said: str
) -> None:
    """A status outside 2xx is the error of its code, or of its status without one."""
    payload = struct.pack(">QQI", 1, 2, status) + message.encode()
    with pytest.raises(cls) as caught:
        read(frame(END, payload))
    assert type(caught.value) is cls
    assert (caught.value.status, caught.value.code) == (status, code)
    assert caught.value.message == said


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 2**64 - 1), st.binary(max_size=40)), max_size=5),
    st.lists(st.integers(0, 400), max_size=6),
)
def test_any_frames_in_any_pieces(
    frames: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    """Rows join to what was sent, whatever the frames and the cuts."""
    body = b"".join(
        frame(DATA, struct.pack(">Q", offset) + rows) for offset, rows in frames
    )
    body += ENDING
    edges = sorted({0, len(body), *(cut % (len(body) + 1) for cut in cuts)})
    pieces = [body[a:b] for a, b in itertools.pairwise(edges)]
    rows, end = read(*pieces)
    assert rows == b"".join(rows for _, rows in frames)
    assert (end.status, end.scanned) == (200, 14)


@settings(max_examples=100)
@given(st.binary(max_size=100), st.booleans())
def test_random_bytes_never_crash(noise: bytes, after_a_frame: bool) -> None:  # noqa: FBT001
    """Junk is a MalformedResponse or an error of the server, nothing else."""
    body = frame(DATA, b"\0" * 8 + b"row") + noise if after_a_frame else noise
    with pytest.raises((ossc.MalformedResponse, ossc.ServerError)):
        read(body)
