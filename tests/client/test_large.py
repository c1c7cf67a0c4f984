"""Bodies of more than 2 GiB, which no 32-bit length can count."""

from __future__ import annotations

import mmap
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import ossc
from ossc import _sdk

SIZE = (1 << 31) + 12_345
PIECE = bytes(1 << 20)


def _crc_of_zeros() -> int:
    """CRC-64 of `SIZE` zero bytes, folded from that of one piece."""
    crc, piece = 0, _sdk.crc64(PIECE)
    for _ in range(SIZE // len(PIECE)):
        crc = _sdk.crc64_combine(crc, piece, len(PIECE))
    return _sdk.crc64(bytes(SIZE % len(PIECE)), crc)


def _read_head(connection: socket.socket) -> tuple[bytes, int]:
    """The request's head, and how much of the body came along."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    return head, len(body)


@contextmanager
def _server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """Answers one connection in a thread; gives the endpoint."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                answer(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def test_an_upload_of_more_than_2_gib() -> None:
    """Every byte is sent, counted and summed."""
    received = 0

    def drain(connection: socket.socket) -> None:
        nonlocal received
        head, received = _read_head(connection)
        found = re.search(rb"(?i)content-length: (\d+)", head)
        assert found is not None
        assert int(found.group(1)) == SIZE
        room = bytearray(1 << 20)
        while received < SIZE:
            received += connection.recv_into(room)
        connection.sendall(
            b'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: "E"\r\n'
            b"x-oss-hash-crc64ecma: %d\r\n\r\n" % _crc_of_zeros()
        )

    with (
        _server(drain) as endpoint,
        mmap.mmap(-1, SIZE) as data,
        ossc.Client(endpoint, region="r", credentials=ossc.ANONYMOUS) as client,
    ):
        result = client.bucket("examplebucket").put_object("large", data)
    assert received == SIZE
    assert result.crc64 == _crc_of_zeros()


def test_a_download_of_more_than_2_gib() -> None:
    """Every byte arrives in the caller's memory, and the CRC-64 is right."""

    def pour(connection: socket.socket) -> None:
        _read_head(connection)
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n"
            b"x-oss-hash-crc64ecma: %d\r\n\r\n" % (SIZE, _crc_of_zeros())
        )
        for _ in range(SIZE // len(PIECE)):
            connection.sendall(PIECE)
        connection.sendall(bytes(SIZE % len(PIECE)))

    with (
        _server(pour) as endpoint,
        mmap.mmap(-1, SIZE) as buffer,
        ossc.Client(endpoint, region="r", credentials=ossc.ANONYMOUS) as client,
    ):
        buffer[SIZE - 1] = 1
        bucket = client.bucket("examplebucket")
        assert bucket.get_object_into("large", buffer) == SIZE
        assert buffer[SIZE - 1] == 0
