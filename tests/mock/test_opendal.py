"""The mock server, used by opendal: a client of OSS that no vendor and not we wrote.

What it does is looked at with ossc, and the reverse. The server is a program of its own,
because opendal holds the interpreter's lock while it lists.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import opendal
import opendal.exceptions
import pytest

import ossc
import ossc.settings

from .running import run_program
from .strangers import PART, fetch, md5_etag, pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BUCKET = "examplebucket"
TIDY_KEYS = [  # opendal takes slashes at ends, or several of them, for something else
    "plain.txt",
    "dir/sub/name",
    "with space and  two",
    "plus+and%percent%2F%",
    "\u4e2d\u6587/\u00fcml\u00e4ut/\U0001f600.bin",
    "quotes'\"<&>",
    "query?a=b&c=d#hash",
    "semi;colon:at@eq=",
    "tilde~bang!(star)*",
]


@pytest.fixture(scope="module", name="facts")
def program() -> Iterator[dict[str, str]]:
    """The server's facts, one server for all tests here."""
    with run_program("--bucket", BUCKET, "--control-port", "0") as facts:
        yield facts


@pytest.fixture(autouse=True)
def _fresh(facts: dict[str, str]) -> None:
    control(facts, "POST", "/reset")


@pytest.fixture(name="bucket")
def our_bucket(facts: dict[str, str]) -> Iterator[ossc.Bucket]:
    """The bucket as ossc sees it."""
    keys = ossc.Credentials(facts["access key id"], facts["access key secret"])
    with ossc.Client(
        facts["endpoint"], region=facts["region"], credentials=keys
    ) as client:
        yield client.bucket(BUCKET)


@pytest.fixture(name="operator")
def their_operator(facts: dict[str, str]) -> opendal.Operator:
    """The bucket as opendal sees it."""
    return opendal.Operator(
        "oss",
        bucket=BUCKET,
        endpoint=facts["endpoint"],
        access_key_id=facts["access key id"],
        access_key_secret=facts["access key secret"],
        addressing_style="path",
    )


def control(facts: dict[str, str], method: str, path: str, body: str = "") -> Any:
    """Ask the control port."""
    request = urllib.request.Request(
        facts["control"] + path, body.encode() or None, method=method
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def operations(facts: dict[str, str]) -> list[str]:
    """What has been asked of the server so far."""
    told = control(facts, "GET", "/requests")["requests"]
    return [each["operation"] for each in told]


@pytest.mark.parametrize("key", TIDY_KEYS, ids=repr)
def test_keys(operator: opendal.Operator, bucket: ossc.Bucket, key: str) -> None:
    """Each side reads, lists and deletes what the other wrote."""
    operator.write(key, b"theirs")
    assert bucket.get_object(key).data == b"theirs"
    assert [item.key for item in bucket.list_objects()] == [key]
    bucket.put_object(key, b"ours")
    assert bytes(operator.read(key)) == b"ours"
    assert [entry.path for entry in operator.scan("")] == [key]
    operator.delete(key)
    assert not bucket.object_exists(key)


def test_what_is_said_of_an_object(
    operator: opendal.Operator, bucket: ossc.Bucket
) -> None:
    """Headers and metadata that they write are those that we read."""
    data = pattern(5000)
    operator.write(
        "k",
        data,
        content_type="text/x-odd",
        cache_control="no-store",
        content_disposition="attachment",
        user_metadata={"author": "me and you"},
    )
    ours, theirs = bucket.head_object("k"), operator.stat("k")
    assert ours.size == theirs.content_length == len(data)
    assert ours.content_type == theirs.content_type == "text/x-odd"
    assert ours.headers["cache-control"] == "no-store"
    assert ours.headers["content-disposition"] == theirs.content_disposition
    assert ours.metadata == theirs.user_metadata == {"author": "me and you"}
    assert ours.last_modified == theirs.last_modified
    assert (theirs.etag or "").strip('"') == ours.etag.strip('"') == md5_etag(data)


@pytest.mark.parametrize(
    ("offset", "size"), [(0, 1), (0, 5000), (4999, 1), (100, 1000), (2500, None)]
)
def test_ranges(
    operator: opendal.Operator, bucket: ossc.Bucket, offset: int, size: int | None
) -> None:
    """They get the bytes they ask for."""
    data = pattern(5000)
    bucket.put_object("k", data)
    wanted = data[offset:] if size is None else data[offset : offset + size]
    assert bytes(operator.read("k", offset=offset, size=size)) == wanted


def test_streams(operator: opendal.Operator, bucket: ossc.Bucket) -> None:
    """Their files read what is where they seek to."""
    data = pattern(300_000)
    bucket.put_object("k", data)
    with operator.open("k", "rb") as file:
        assert bytes(file.read(10)) == data[:10]
        file.seek(-5, 2)
        assert bytes(file.read()) == data[-5:]


def test_append(
    facts: dict[str, str], operator: opendal.Operator, bucket: ossc.Bucket
) -> None:
    """They append after what we have appended, and the reverse."""
    first = bucket.append_object("log", b"one ", 0)
    operator.write("log", b"two ", append=True)
    assert first.next_position == 4
    bucket.append_object("log", b"three", 8)
    assert bytes(operator.read("log")) == b"one two three"
    assert operations(facts).count("AppendObject") == 3


@pytest.mark.parametrize(
    "ask",
    [
        lambda operator: operator.copy("from", "to"),
        lambda operator: operator.write("to", pattern(3 * PART), chunk=PART),
    ],
    ids=["copy", "multipart"],
)
def test_requests_without_a_length(
    operator: opendal.Operator,
    bucket: ossc.Bucket,
    ask: Callable[[opendal.Operator], object],
) -> None:
    """They announce no empty bodies, which OSS refuses; nothing is made of it."""
    bucket.put_object("from", b"data")
    with pytest.raises(opendal.exceptions.Unexpected, match="MissingContentLength"):
        ask(operator)
    assert [item.key for item in bucket.list_objects()] == ["from"]


def test_lists(operator: opendal.Operator, bucket: ossc.Bucket) -> None:
    """Folders, all below, from a key on, and more than a page: both see the same."""
    keys = sorted(["a", "dir/b", "dir/sub/c", *(f"many/{n:04d}" for n in range(1005))])
    assert len(list(bucket.put_objects((key, b"x") for key in keys))) == len(keys)
    assert [entry.path for entry in operator.scan("")] == keys
    shown = sorted(entry.path for entry in operator.list("dir/"))
    assert shown == ["dir/b", "dir/sub/"]
    later = operator.list("", recursive=True, start_after="many/1000")
    assert [entry.path for entry in later] == keys[-4:]
    operator.remove_all("many/")
    assert [item.key for item in bucket.list_objects()] == keys[:3]


def test_versions(operator: opendal.Operator, bucket: ossc.Bucket) -> None:
    """They read the version that we name, and say which one is the newest."""
    bucket.versioning.put(ossc.settings.BucketVersioning(status="Enabled"))
    old = bucket.put_object("k", b"old").version_id
    new = bucket.put_object("k", b"new").version_id
    assert old is not None
    assert bytes(operator.read("k", version=old)) == b"old"
    assert operator.stat("k").version == new
    assert operator.stat("k", version=old).content_length == 3


def test_conditions(operator: opendal.Operator, bucket: ossc.Bucket) -> None:
    """Conditions hold for them, and errors are those they know."""
    etag = bucket.put_object("k", b"data").etag
    assert bytes(operator.read("k", if_match=f'"{etag.strip(chr(34))}"')) == b"data"
    with pytest.raises(opendal.exceptions.ConditionNotMatch):
        operator.read("k", if_match='"other"')
    with pytest.raises(opendal.exceptions.ConditionNotMatch):
        operator.write("k", b"again", if_not_exists=True)
    with pytest.raises(opendal.exceptions.NotFound):
        operator.read("gone")
    assert not operator.exists("gone")
    assert bucket.get_object("k").data == b"data"


def test_wrong_keys(facts: dict[str, str]) -> None:
    """A wrong secret is refused."""
    stranger = opendal.Operator(
        "oss",
        bucket=BUCKET,
        endpoint=facts["endpoint"],
        access_key_id=facts["access key id"],
        access_key_secret="wrong",
        addressing_style="path",
    )
    with pytest.raises(opendal.exceptions.PermissionDenied):
        stranger.read("k")


def test_faults(
    facts: dict[str, str], operator: opendal.Operator, bucket: ossc.Bucket
) -> None:
    """A body that is cut is an error for them, never data; then all is well."""
    bucket.put_object("k", pattern(1000))
    control(facts, "POST", "/faults", "cut=500,operation=GetObject")
    with pytest.raises(opendal.exceptions.Unexpected):
        operator.read("k")
    assert control(facts, "GET", "/faults") == {"faults": []}
    assert bytes(operator.read("k")) == pattern(1000)


def test_presigned(operator: opendal.Operator, bucket: ossc.Bucket) -> None:
    """Their signed URLs work without credentials."""
    bucket.put_object("k", b"data")

    async def sign() -> tuple[Any, Any, Any]:
        signer = operator.to_async_operator()
        return (
            await signer.presign_read("k", 60),
            await signer.presign_stat("k", 60),
            await signer.presign_write("new", 60),
        )

    read, stat, write = asyncio.run(sign())
    assert fetch(read.method, read.url).body == b"data"
    assert fetch(stat.method, stat.url).headers["content-length"] == "4"
    assert fetch(write.method, write.url, body=b"new data").status == 200
    assert bucket.get_object("new").data == b"new data"
    forged = read.url.replace("Signature=", "Signature=A")
    parts = urlsplit(forged)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    assert connection.getresponse().status == 403
    connection.close()
