"""The wrapper's requests beside the published ones: same operation, keys and clock.

Each vector is a whole request of a vendor's SDK. The wrapper is asked for the same thing,
and the mock server, an implementation of its own, must accept the signature and
understand the operation.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

import ossc
import ossc.mock
from ossc._sdk import Answer, Call, perform

from .vectors import Case, case_id, cases

PIECE = b"x" * 12

# What the vectors' arguments are refused for, once their signature is accepted.
REFUSALS = {
    "wire-001": "InvalidArgument",  # no bucket's name begins with "a b"
    "wire-013": "InvalidArgument",  # an empty callback
    "wire-017": "InvalidArgument",  # image processing
    "wire-080": "InvalidArgument",
    "wire-084": "InvalidArgument",
    "wire-099": "InvalidArgument",
}


@dataclass
class Target:
    """A vector taken apart, and where the wrapper is to do the same."""

    case: Case
    server: ossc.mock.Server
    client: ossc.Client
    bucket_name: str
    key: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def bucket(self) -> ossc.Bucket:
        """The vector's bucket."""
        return self.client.bucket(self.bucket_name)

    def upload(self) -> ossc.MultipartUpload:
        """An open upload of the vector's key with two parts."""
        upload = self.bucket.init_multipart_upload(self.key)
        for number in (1, 2):
            self.bucket.upload_part(self.key, upload, number, PIECE)
        return upload


def _put(t: Target) -> None:
    t.bucket.put_object(t.key, t.body, headers=t.headers)


def _append(t: Target) -> None:
    position = int(t.query["position"])
    t.bucket.append_object(t.key, b"-" * position, 0)
    t.bucket.append_object(t.key, t.body, position, headers=t.headers)


def _get(t: Target) -> None:
    t.server.put_object(t.bucket_name, t.key, b"0123456789")
    span = t.headers.pop("range", None)
    params = {n: v for n, v in t.query.items() if n != "versionId"}
    t.bucket.get_object(t.key, span, params=params, headers=t.headers)


def _head(t: Target) -> None:
    t.server.put_object(t.bucket_name, t.key, b"0123456789")
    t.bucket.head_object(t.key, headers=t.headers)


def _copy(t: Target) -> None:
    source, _, version = t.headers.pop("x-oss-copy-source").partition("?versionId=")
    _, name, key = unquote(source).split("/", 2)
    t.server.create_bucket(name)
    t.server.put_object(name, key, b"source")
    t.bucket.copy_object(
        key,
        t.key,
        source_bucket=name,
        source_version_id="null" if version else None,
        headers=t.headers,
    )


def _delete(t: Target) -> None:
    t.bucket.delete_object(t.key, params=t.query)


def _initiate(t: Target) -> None:
    t.bucket.init_multipart_upload(t.key, headers=t.headers)


def _upload_part(t: Target) -> None:
    upload = t.upload()
    number = int(t.query["partNumber"])
    t.bucket.upload_part(t.key, upload, number, t.body, headers=t.headers)


def _complete(t: Target) -> None:
    upload = t.upload()
    parts = list(t.bucket.list_parts(t.key, upload))
    ours = ("content-md5", "x-oss-complete-all")
    headers = {n: v for n, v in t.headers.items() if n not in ours}
    t.bucket.complete_multipart_upload(t.key, upload, parts, headers=headers)


def _abort(t: Target) -> None:
    t.bucket.abort_multipart_upload(t.key, t.upload())


def _list_parts(t: Target) -> None:
    assert len(list(t.bucket.list_parts(t.key, t.upload()))) == 2


def _list_objects(t: Target) -> None:
    listed = t.bucket.list_objects(
        t.query.get("prefix", ""),
        t.query.get("delimiter"),
        start_after=t.query.get("start-after"),
        page_size=int(t.query.get("max-keys", "1000")),
        fetch_owner="fetch-owner" in t.query,
    )
    assert list(listed) == []


def _list_buckets(t: Target) -> None:
    list(t.client.list_buckets(t.query["prefix"]))


def _create_bucket(t: Target) -> None:
    storage_class: Any = "Archive" if b"Archive" in t.body else "IA"
    acl: Any = t.headers["x-oss-acl"]
    t.client.create_bucket(t.bucket_name, acl=acl, storage_class=storage_class)


def _delete_bucket(t: Target) -> None:
    t.client.delete_bucket(t.bucket_name)


VERBS: dict[str, Callable[[Target], None]] = {
    "PutObject": _put,
    "AppendObject": _append,
    "GetObject": _get,
    "HeadObject": _head,
    "CopyObject": _copy,
    "DeleteObject": _delete,
    "InitiateMultipartUpload": _initiate,
    "UploadPart": _upload_part,
    "CompleteMultipartUpload": _complete,
    "AbortMultipartUpload": _abort,
    "ListParts": _list_parts,
    "ListObjectsV2": _list_objects,
    "ListBuckets": _list_buckets,
    "PutBucket": _create_bucket,
    "DeleteBucket": _delete_bucket,
}

# Parameters that the wrapper chooses itself, or that have no argument of a verb.
FREE = {
    "continuation-token",
    "encoding-type",
    "marker",
    "max-keys",
    "max-parts",
    "part-number-marker",
    "uploadId",
}


def operation(case: Case) -> str:
    """The vector's operation under the service's name for it."""
    name = str(case["operation"])
    if "_" not in name:
        return name
    return "".join(word.capitalize() for word in name.split("_"))


CASES = [case for case in cases("wire_requests") if operation(case) in VERBS]


@pytest.fixture
def target(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Target]:
    """The vector of the test, a server at its time and a client that signs at it."""
    case: Case = request.param
    is_v4 = case["signature_version"] == "v4"
    keys = case["credentials"]
    parts = urlsplit(case["url"])
    # This one call of the SDK takes no headers, so none that could carry a date.
    sign_time = None if operation(case) == "AbortMultipartUpload" else case["sign_time"]
    credential = ossc.mock.Credential(**keys)
    with ossc.mock.serve(
        region=case["region"],
        credentials=[credential],
        clock=sign_time,
        min_part_size=1,
    ) as server:
        name, key = _names(parts.netloc, parts.path)
        if operation(case) not in ("PutBucket", "ListBuckets"):
            server.create_bucket(name)
        if sign_time is not None:
            _sign_at(monkeypatch, sign_time, is_v4=is_v4)
        with ossc.Client(
            server.endpoint,
            region=case["region"],
            credentials=ossc.Credentials(**keys),
            signature=case["signature_version"],
        ) as client:
            yield Target(
                case,
                server,
                client,
                name,
                key,
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                _headers(case),
                case["body"]["text"].encode(),
            )


def _names(host: str, path: str) -> tuple[str, str]:
    first, _, rest = host.partition(".")
    whole = unquote(path.lstrip("/"))
    if rest.startswith("oss-"):
        return first, whole
    name, _, key = whole.partition("/")
    return name, key


def _headers(case: Case) -> dict[str, str]:
    ours = {
        "authorization",
        "content-length",
        "date",
        "x-oss-content-sha256",
        "x-oss-date",
        "x-oss-security-token",
    }
    pairs = ((name.lower(), value) for name, value in case["headers"])
    return {name: value for name, value in pairs if name not in ours}


def _sign_at(monkeypatch: pytest.MonkeyPatch, seconds: int, *, is_v4: bool) -> None:
    """Gives every request the date that the vector was signed at."""
    if is_v4:
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))
        date = {"x-oss-date": stamp}
    else:
        moment = datetime.fromtimestamp(seconds, timezone.utc)
        date = {"Date": format_datetime(moment, usegmt=True)}

    def dated(call: Call, *rest: Any) -> Answer:
        call.headers = {**call.headers, **date}
        return perform(call, *rest)

    monkeypatch.setattr("ossc.client.perform", dated)


@pytest.mark.parametrize("target", CASES, ids=case_id, indirect=True)
def test_the_same_request_is_accepted(target: Target) -> None:
    """The signature is accepted, and the server sees the vector's operation."""
    case = target.case
    refusal = REFUSALS.get(case["id"])
    if refusal is None:
        VERBS[operation(case)](target)
    else:
        with pytest.raises(ossc.ServerError) as caught:
            VERBS[operation(case)](target)
        assert caught.value.code == refusal
    seen = target.server.requests[-1]
    assert (seen.operation, seen.method) == (operation(case), case["method"])
    if operation(case) != "ListBuckets":
        assert seen.bucket == target.bucket_name
        assert (seen.key or "") == target.key
    given = {(n, v) for n, v in target.query.items() if v and n not in FREE}
    assert given <= set(seen.query)
    headers = dict(seen.headers)
    scheme = "OSS4-HMAC-SHA256 " if case["signature_version"] == "v4" else "OSS "
    assert headers["authorization"].startswith(scheme)


def test_all_vectors_of_the_wrappers_verbs_are_there() -> None:
    """Every verb of the wrapper has its vectors."""
    assert {operation(case) for case in CASES} == set(VERBS)
    assert len(CASES) == 35
