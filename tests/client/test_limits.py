"""What OSS would refuse because of its size is not sent; what it just takes is."""

from __future__ import annotations

import mmap
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ossc

from .raw_server import BUCKET, client_of

FIVE_GB = 5 * 1024**3
KB, MB = 1024, 1024 * 1024


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An endpoint where nobody listens: who comes there has sent nothing."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture(params=[0, 1], ids=["most", "more"])
def excess(request: pytest.FixtureRequest) -> int:
    """How many bytes are too many."""
    extra: int = request.param
    return extra


@pytest.fixture
def file(tmp_path: Path, excess: int) -> Path:
    """A file of 5 GB, or of one byte more, that takes no room."""
    path = tmp_path / "sparse"
    with path.open("wb") as made:
        made.truncate(FIVE_GB + excess)
    return path


@pytest.fixture
def data(file: Path) -> mmap.mmap:
    """Its bytes, which go when nothing looks at them any more."""
    with file.open("rb") as opened:
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)


def expect(call: Callable[[], object], excess: int, what: str = "5 GB") -> None:
    """One byte too many is refused; otherwise the connection is."""
    kind = ossc.ParameterError if excess else ossc.ConnectFailed
    with pytest.raises(kind) as caught:
        call()
    assert not excess or what in str(caught.value)


def test_one_request(nowhere: str, excess: int, file: Path, data: mmap.mmap) -> None:
    """An object, the end of one, and a part have 5 GB at most."""
    with client_of(nowhere, retry=None) as client:
        bucket = client.bucket(BUCKET)
        calls: list[Callable[[], object]] = [
            lambda: bucket.put_object("k", data),
            lambda: bucket.put_object_from_file("k", file),
            lambda: bucket.append_object("k", data, 0),
            lambda: bucket.append_object("k", b"x", FIVE_GB - 1 + excess),
            lambda: bucket.upload_part("k", "id", 1, data),
            lambda: bucket.upload_part_copy(
                "k", "id", 1, "source", (1, FIVE_GB + excess)
            ),
        ]
        for call in calls:
            expect(call, excess)


def test_by_url(nowhere: str, excess: int, file: Path, data: mmap.mmap) -> None:
    """Nor does a signed URL take more."""
    with client_of(nowhere) as client, ossc.SignedURLs(retry=None) as urls:
        bucket = client.bucket(BUCKET)
        put, part = bucket.presign_put("k"), bucket.presign_upload_part("k", "id", 1)
        expect(lambda: urls.put(put, data), excess)
        expect(lambda: urls.put_from_file(put, file), excess)
        expect(lambda: urls.upload_part(part, data), excess)


def test_the_message_tells_a_way(bucket: ossc.Bucket, tmp_path: Path) -> None:
    """There are verbs for larger objects."""
    path = tmp_path / "sparse"
    with path.open("wb") as made:
        made.truncate(FIVE_GB + 1)
    with pytest.raises(ossc.ParameterError, match=r"5368709121 bytes .*upload_file"):
        bucket.put_object_from_file("k", path)


@pytest.mark.parametrize("size", [8 * KB, 8 * KB + 1])
def test_the_names_of_form_fields(bucket: ossc.Bucket, size: int) -> None:
    """8 KB, as they are written."""
    form = bucket.post_policy("k")
    for name in ("n" * size, '"' + "n" * (size - 3)):
        fields = {name: "v"}
        if size > 8 * KB:
            with pytest.raises(ossc.ParameterError, match="too long"):
                form.encode(b"", fields=fields)
        else:
            assert form.encode(b"", fields=fields).size is not None


@pytest.mark.parametrize("size", [2 * MB, 2 * MB + 1])
def test_the_values_of_form_fields(bucket: ossc.Bucket, size: int) -> None:
    """2 MB."""
    fields = {"x": "v" * size}
    if size > 2 * MB:
        with pytest.raises(ossc.ParameterError, match="too long"):
            bucket.post_policy("k").encode(b"", fields=fields)
    else:
        assert bucket.post_policy("k").encode(b"", fields=fields).size is not None


def test_whole_forms(bucket: ossc.Bucket, tmp_path: Path) -> None:
    """5 GB, with all that is around the file."""
    form = bucket.post_policy("k")
    around = form.encode(b"").size
    assert around is not None
    path = tmp_path / "sparse"
    for excess in (0, 1):
        with path.open("wb") as made:
            made.truncate(FIVE_GB - around + excess)
        with path.open("rb") as opened:
            if excess:
                with pytest.raises(ossc.ParameterError, match="5 GB"):
                    form.encode(opened)
            else:
                assert form.encode(opened).size == FIVE_GB


ROWS: list[tuple[str, Callable[[ossc.Bucket, int], object], int, int]] = [
    ("metadata", lambda b, n: b.put_object("k", b"", metadata={"a": "v" * n}), 8191, 1),
    (
        "tags",
        lambda b, n: b.put_object("k", b"", tags={f"k{i}": "v" for i in range(n)}),
        10,
        1,
    ),
    ("tag key", lambda b, n: b.put_object("k", b"", tags={"é" * n: "v"}), 128, 1),
    ("tag value", lambda b, n: b.put_object("k", b"", tags={"k": "é" * n}), 256, 1),
    ("key", lambda b, n: b.put_object("k" * n, b""), 1023, 1),
    ("page", lambda b, n: list(b.list_objects(page_size=n)), 1000, 1),
    ("traffic", lambda b, n: b.put_object("k", b"", traffic_limit=n), 819_200, -1),
    ("traffic", lambda b, n: b.put_object("k", b"", traffic_limit=n), 838_860_800, 1),
    ("expires", lambda b, n: b.presign_get("k", n), 604_800, 1),
    ("expires", lambda b, n: b.presign_get("k", n), 1, -1),
    ("policy", lambda b, n: b.post_policy("k", expires=n), 604_800, 1),
    ("part", lambda b, n: b.presign_upload_part("k", "id", n), 10_000, 1),
    ("part", lambda b, n: b.presign_upload_part("k", "id", n), 1, -1),
    ("size", lambda b, n: b.post_policy("k", size=(0, n)), FIVE_GB, 1),
]


@pytest.mark.parametrize(
    ("call", "most", "step"),
    [row[1:] for row in ROWS],
    ids=[f"{row[0]}-{row[2]}" for row in ROWS],
)
def test_the_server_agrees(
    bucket: ossc.Bucket, call: Callable[[ossc.Bucket, int], Any], most: int, step: int
) -> None:
    """What is at a limit is sent and accepted; what is behind it is not sent."""
    call(bucket, most)
    with pytest.raises(ossc.ParameterError):
        call(bucket, most + step)


@pytest.mark.parametrize("size", [16 * KB, 16 * KB + 1])
def test_expressions(bucket: ossc.Bucket, size: int) -> None:
    """A query has 16 KB at most."""
    bucket.put_object("k", b"a,b\n")
    expression = "select * from ossobject".ljust(size)
    if size > 16 * KB:
        with pytest.raises(ossc.ParameterError):
            bucket.select_object("k", expression)
    else:
        with bucket.select_object("k", expression) as found:
            assert found.read() == b"a,b\n"
