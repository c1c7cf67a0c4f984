"""A download gives the same bytes wherever and however often it breaks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ossc
import ossc.mock
from ossc.mock import faults
from tests.client.raw_server import BUCKET, client_of

MOST = 160_000
SMALL = 49_152
DATA = random.Random(1).randbytes(MOST)

SIZES = st.integers(1, MOST) | st.sampled_from([1, SMALL - 1, SMALL, SMALL + 1])
CUTS = st.lists(st.integers(0, MOST) | st.sampled_from([0, 1]), max_size=5)
VERBS = st.sampled_from(["get", "into", "file"])
# Where a range begins and ends, in thousandths of the object.
SPANS = st.none() | st.tuples(st.integers(0, 999), st.integers(0, 999)).map(sorted)


@pytest.fixture(scope="module")
def server() -> Iterator[ossc.mock.Server]:
    """One for all examples."""
    with ossc.mock.serve(buckets=[BUCKET]) as running:
        yield running


def _read(
    bucket: ossc.Bucket, verb: str, folder: Path, span: tuple[int, int] | None
) -> bytes:
    if verb == "get":
        return bucket.get_object("k", span).data
    if verb == "into":
        buffer = bytearray(MOST)
        return bytes(buffer[: bucket.get_object_into("k", buffer, span)])
    bucket.get_object_to_file("k", folder / "file", span)
    return (folder / "file").read_bytes()


def _begins(verb: str, size: int, cuts: list[int]) -> list[int]:
    """How much there is already when each of the requests goes out."""
    is_kept = verb != "get" or size > SMALL
    begins = [0]
    for cut in cuts:
        if cut >= size - begins[-1]:
            break
        begins.append(begins[-1] + cut if is_kept else 0)
    return begins


@given(size=SIZES, cuts=CUTS, verb=VERBS, part=SPANS)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_cuts_anywhere(
    server: ossc.mock.Server,
    tmp_path: Path,
    size: int,
    cuts: list[int],
    verb: str,
    part: list[int] | None,
) -> None:
    """The bytes are right, and each request asks for what the earlier ones left."""
    first, last = (0, size - 1) if part is None else (size * p // 1000 for p in part)
    span = None if part is None else (first, last)
    if verb == "file":
        cuts = [max(1, cut) for cut in cuts]
    begins = _begins(verb, last - first + 1, cuts)
    server.put_object(BUCKET, "k", DATA[:size])
    server.faults.add(*(faults.cut(at=cut) for cut in cuts[: len(begins)]))
    before = len(server.requests)
    retry = ossc.Retry(attempts=6, backoff=0, max_backoff=0)
    with client_of(server, retry=retry) as client:
        got = _read(client.bucket(BUCKET), verb, tmp_path, span)
    assert got == DATA[first : last + 1]
    asked = [dict(r.headers).get("range") for r in server.requests[before:]]
    own = None if span is None else f"bytes={first}-{last}"
    assert asked == [own if n == 0 else f"bytes={first + n}-{last}" for n in begins]
