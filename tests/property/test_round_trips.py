"""What goes in comes out: keys, metadata, bodies and ranges of any kind."""

from __future__ import annotations

import http.client
import itertools
import random
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ossc
from ossc import _sdk

from .strategies import connected, few, keys, metadata


@pytest.fixture(scope="module", params=["v1", "v4"])
def bucket(request: pytest.FixtureRequest) -> Iterator[ossc.Bucket]:
    """A bucket for each signature."""
    with connected(signature=request.param) as made:
        yield made


@few
@given(key=keys)
def test_any_key(bucket: ossc.Bucket, key: str) -> None:
    """A key is put, read, listed, copied and deleted as it is."""
    data = key.encode()
    bucket.put_object(key, data)
    assert bucket.get_object(key).data == data
    assert bucket.head_object(key).key == key
    assert [entry.key for entry in bucket.list_objects()] == [key]
    assert key in [entry.key for entry in bucket.list_objects(key)]
    bucket.copy_object(key, "copy")
    assert bucket.get_object("copy").data == data
    bucket.copy_object("copy", key)
    bucket.delete_object("copy")
    bucket.delete_object(key)
    assert list(bucket.list_objects()) == []
    with pytest.raises(ossc.NoSuchKey):
        bucket.get_object(key)


@few
@given(key=keys)
def test_any_key_in_a_url(bucket: ossc.Bucket, key: str) -> None:
    """A key is written and read through a presigned URL as it is."""
    assert _fetch("PUT", bucket.presign("PUT", key), b"data") == (200, b"")
    assert bucket.get_object(key).data == b"data"
    assert _fetch("GET", bucket.presign("GET", key)) == (200, b"data")
    assert _fetch("DELETE", bucket.presign("DELETE", key)) == (204, b"")


def _fetch(method: str, url: str, body: bytes | None = None) -> tuple[int, bytes]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=10
    )
    try:
        connection.request(method, f"{parts.path}?{parts.query}", body=body)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@few
@given(key=keys, sizes=st.lists(st.integers(1, 50), min_size=1, max_size=4))
def test_any_key_in_parts(bucket: ossc.Bucket, key: str, sizes: list[int]) -> None:
    """A key is uploaded in parts as it is."""
    upload = bucket.init_multipart_upload(key)
    parts = [
        bucket.upload_part(key, upload, number, bytes([number]) * size)
        for number, size in enumerate(sizes, 1)
    ]
    assert [part.size for part in bucket.list_parts(key, upload)] == sizes
    bucket.complete_multipart_upload(key, upload, parts)
    assert bucket.head_object(key).size == sum(sizes)


@few
@given(given_metadata=metadata)
def test_any_metadata(bucket: ossc.Bucket, given_metadata: dict[str, str]) -> None:
    """Values of any printable text come back as they were given."""
    bucket.put_object("metadata", b"", metadata=given_metadata)
    assert bucket.head_object("metadata").metadata == given_metadata
    assert bucket.get_object("metadata").metadata == given_metadata


def pieces_of(data: bytes, cuts: list[int]) -> list[bytes]:
    """The data cut at some places; pieces may be empty."""
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(edges)]


bodies = st.binary(max_size=3000)
cuts = st.lists(st.integers(0, 3000), max_size=5)


@few
@given(data=bodies, where=cuts)
def test_any_split_into_appends(
    bucket: ossc.Bucket, data: bytes, where: list[int]
) -> None:
    """Appended in pieces, an object is the whole, with its CRC-64."""
    bucket.delete_object("log")
    position, crc = 0, 0
    for piece in pieces_of(data, where):
        done = bucket.append_object("log", piece, position, init_crc=crc)
        position += len(piece)
        assert done.next_position == position
        assert done.crc64 == _sdk.crc64_combine(crc, _sdk.crc64(piece), len(piece))
        assert done.crc64 is not None
        crc = done.crc64
    assert crc == _sdk.crc64(data)
    assert bucket.get_object("log").data == data


@few
@given(data=bodies, where=cuts, order=st.randoms(use_true_random=False))
def test_any_split_into_parts(
    bucket: ossc.Bucket, data: bytes, where: list[int], order: random.Random
) -> None:
    """Uploaded in parts in any order, an object is the whole, with its CRC-64."""
    numbered = list(enumerate((p for p in pieces_of(data, where) if p), 1))
    if not numbered:
        numbered = [(1, b"")]
    order.shuffle(numbered)
    upload = bucket.init_multipart_upload("big")
    parts = [bucket.upload_part("big", upload, n, piece) for n, piece in numbered]
    done = bucket.complete_multipart_upload("big", upload, parts)
    assert done.crc64 == _sdk.crc64(data)
    assert bucket.get_object("big").data == data


DATA = bytes(range(256)) * 3


@few
@given(first=st.integers(0, 800), size=st.integers(1, 900))
def test_ranges_are_slices(bucket: ossc.Bucket, first: int, size: int) -> None:
    """Every form of a range reads what the slice of the bytes is."""
    bucket.put_object("ranged", DATA)
    last = first + size - 1
    if first >= len(DATA):
        for outside in ((first, last), (first, None), range(first, last + 1)):
            with pytest.raises(ossc.InvalidRange):
                bucket.get_object("ranged", outside)
        return
    wanted = DATA[first : last + 1]
    for span in ((first, last), range(first, last + 1), f"bytes={first}-{last}"):
        got = bucket.get_object("ranged", span)
        assert got.data == wanted
        assert got.content_range == (first, first + len(wanted) - 1)
        assert got.size == len(DATA)
    assert bucket.get_object("ranged", (first, None)).data == DATA[first:]
    buffer = bytearray(size)
    assert bucket.get_object_into("ranged", buffer, (first, last)) == len(wanted)
    assert bytes(buffer[: len(wanted)]) == wanted


@few
@given(size=st.integers(1, 1000))
def test_ranges_from_the_end_are_slices(bucket: ossc.Bucket, size: int) -> None:
    """The last bytes are the slice with a negative start."""
    bucket.put_object("ranged", DATA)
    for span in ((None, size), f"bytes=-{size}"):
        assert bucket.get_object("ranged", span).data == DATA[-size:]


@few
@given(
    names=st.lists(keys, max_size=8, unique=True),
    page_size=st.integers(1, 4),
    delimiter=st.sampled_from(["", "/", "a", "é"]),
)
def test_pages_change_nothing(
    bucket: ossc.Bucket, names: list[str], page_size: int, delimiter: str
) -> None:
    """Whatever the keys and the pages, a listing is that of one page, in order."""
    for entry in list(bucket.list_objects()):
        bucket.delete_object(entry.key)
    for name in names:
        bucket.put_object(name, b"")
    whole = list(bucket.list_objects(delimiter=delimiter))
    assert list(bucket.list_objects(delimiter=delimiter, page_size=page_size)) == whole
    listed = [entry.key for entry in whole]
    assert listed == sorted(listed, key=str.encode)
    if not delimiter:
        assert set(listed) == set(names)
