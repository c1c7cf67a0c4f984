"""URL encoding against the published vectors: in C, and as it stands on the wire."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from urllib.parse import quote

import pytest

import ossc

from .vectors import Case, Steps, case_id, cases

CASES = cases("url_encoding")

ANSWER = (
    b"HTTP/1.1 204 No Content\r\nx-oss-request-id: 5C3D9175B6FC201293AD1234\r\n\r\n"
)


class Listener:
    """Keeps the request lines of one connection; answers each request with 204."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.lines: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        connection, _ = self._socket.accept()
        with connection, connection.makefile("rb") as reader:
            while True:
                line = reader.readline()
                if not line:
                    return
                while reader.readline() not in (b"\r\n", b""):
                    pass
                self.lines.append(line)
                connection.sendall(ANSWER)

    def close(self) -> None:
        """Ends the thread, which the closed connection has let go of."""
        self._thread.join(5)
        self._socket.close()
        assert not self._thread.is_alive()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    """A server that shows what was asked of it."""
    running = Listener()
    yield running
    running.close()


@pytest.fixture(scope="module")
def bucket(listener: Listener) -> Iterator[ossc.Bucket]:
    """A bucket behind the listener, addressed by the path."""
    with ossc.Client(
        f"http://127.0.0.1:{listener.port}",
        region="cn-hangzhou",
        credentials=ossc.Credentials("ak", "sk"),
    ) as client:
        yield client.bucket("examplebucket")


@pytest.fixture(scope="module")
def results() -> dict[tuple[str, str], list[bytes]]:
    """What the C program computes for all cases."""
    steps = Steps()
    for case in CASES:
        steps.add(case["id"], "encode", case["text"])
    for byte in range(1, 256):
        steps.add(f"byte-{byte}", "encode", bytes([byte]))
    return steps.run()


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_in_c(results: dict[tuple[str, str], list[bytes]], case: Case) -> None:
    """Both forms are the published ones."""
    code, component, path = results[case["id"], "encode"]
    assert code == b"0"
    assert component.decode("ascii") == case["expect"]["component"]
    assert path.decode("ascii") == case["expect"]["path"]


def test_every_byte_in_c(results: dict[tuple[str, str], list[bytes]]) -> None:
    """Each byte alone is encoded as urllib does it."""
    for byte in range(1, 256):
        code, component, path = results[f"byte-{byte}", "encode"]
        assert code == b"0"
        assert component.decode() == quote(bytes([byte]), safe="")
        assert path.decode() == quote(bytes([byte]), safe="/")


@pytest.mark.parametrize(
    "case", [case for case in CASES if "\0" not in case["text"]], ids=case_id
)
def test_on_the_wire(listener: Listener, bucket: ossc.Bucket, case: Case) -> None:
    """Keys go out in the path form, names and values in the component form."""
    text, expect = case["text"], case["expect"]
    first = "k" if text[:1] in ("", "/", "\\") else ""
    # The official SDK holds names of 1,023 bytes, which is a name's worth of text less.
    name = f"n{text}" if len(expect["component"]) < 1023 else "n"
    bucket.delete_object(f"{first}{text}", params={name: text})
    encoded = f"n{expect['component']}" if name != "n" or not text else "n"
    query = f"{encoded}={expect['component']}" if text else encoded
    wanted = f"DELETE /examplebucket/{first}{expect['path']}?{query} HTTP/1.1\r\n"
    assert listener.lines[-1].decode("ascii") == wanted


def test_a_nul_is_refused(bucket: ossc.Bucket) -> None:
    """C's texts end at a NUL, so no request with one is made."""
    with pytest.raises(ossc.ParameterError, match="NUL"):
        bucket.delete_object("k\0")
    with pytest.raises(ossc.ParameterError, match="NUL"):
        bucket.delete_object("k", params={"n": "\0"})
