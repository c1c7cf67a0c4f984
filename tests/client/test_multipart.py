"""Multipart uploads through the wrapper, against a real server."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from datetime import timezone
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _multipart, _sdk

BUCKET = "examplebucket"
KEY = "dir/sub dir/é+%2F&.bin"


@pytest.fixture
def server() -> Iterator[ossc.mock.Server]:
    """A server that takes small parts."""
    with ossc.mock.serve(buckets=[BUCKET], min_part_size=10) as running:
        yield running


def part_data(number: int, size: int = 40) -> bytes:
    """Bytes of a part, different for each."""
    return bytes((number * 7 + i) % 256 for i in range(size))


def upload_parts(
    bucket: ossc.Bucket, upload: ossc.MultipartUpload, numbers: list[int]
) -> list[ossc.UploadPartResult]:
    """Uploads parts of those numbers in that order."""
    return [bucket.upload_part(upload.key, upload, n, part_data(n)) for n in numbers]


@pytest.mark.parametrize("order", [[1, 2, 3], [3, 1, 2], [2, 3, 1]])
def test_parts_come_in_any_order(bucket: ossc.Bucket, order: list[int]) -> None:
    """The object is the parts by number, and the result says so."""
    upload = bucket.init_multipart_upload(KEY)
    assert (upload.bucket, upload.key) == (BUCKET, KEY)
    results = upload_parts(bucket, upload, order)
    done = bucket.complete_multipart_upload(KEY, upload, results)
    whole = part_data(1) + part_data(2) + part_data(3)
    stored = bucket.get_object(KEY)
    assert stored.data == whole
    assert stored.object_type == "Multipart"
    assert done.etag == stored.etag
    assert done.etag.endswith("-3")
    assert done.crc64 == stored.crc64 == _sdk.crc64(whole)
    assert done.callback_response == b""
    assert done.version_id is None
    assert len(done.request_id) == 24


def test_the_result_of_a_part(bucket: ossc.Bucket) -> None:
    """Number, ETag, CRC-64 and size are those of the part."""
    upload = bucket.init_multipart_upload(KEY)
    data = part_data(5)
    part = bucket.upload_part(KEY, upload.upload_id, 5, memoryview(data))
    assert part.part_number == 5
    assert part.etag == hashlib.md5(data).hexdigest().upper()
    assert part.crc64 == _sdk.crc64(data)
    assert part.size == len(data)
    assert len(part.request_id) == 24


def test_a_part_can_be_uploaded_again(bucket: ossc.Bucket) -> None:
    """The last upload of a number counts, also in the object's CRC-64."""
    upload = bucket.init_multipart_upload(KEY)
    first = upload_parts(bucket, upload, [1, 2])
    again = bucket.upload_part(KEY, upload, 1, b"another part")
    assert [p.etag for p in bucket.list_parts(KEY, upload)] == [
        again.etag,
        first[1].etag,
    ]
    with pytest.raises(ossc.ServerError) as caught:
        bucket.complete_multipart_upload(KEY, upload, first)
    assert caught.value.code == "InvalidPart"
    bucket.complete_multipart_upload(KEY, upload, [again, first[1]])
    assert bucket.get_object(KEY).data == b"another part" + part_data(2)


def test_parts_may_be_given_in_any_form(bucket: ossc.Bucket) -> None:
    """Results, listed parts and pairs can be mixed, in any order."""
    upload = bucket.init_multipart_upload(KEY)
    one, two, three = upload_parts(bucket, upload, [1, 2, 3])
    listed = list(bucket.list_parts(KEY, upload))
    parts: list[Any] = [(3, f'"{three.etag}"'), listed[1], one]
    bucket.complete_multipart_upload(KEY, upload, iter(parts))
    assert two.etag == listed[1].etag
    assert bucket.get_object(KEY).data == b"".join(map(part_data, (1, 2, 3)))


def test_parts_left_out_are_dropped(bucket: ossc.Bucket) -> None:
    """The object has the listed parts only, and numbers may have gaps."""
    upload = bucket.init_multipart_upload(KEY)
    _, two, _, four = upload_parts(bucket, upload, [1, 2, 3, 10_000])
    bucket.complete_multipart_upload(KEY, upload, [two, four])
    assert bucket.get_object(KEY).data == part_data(2) + part_data(10_000)


def test_one_empty_part_makes_an_empty_object(bucket: ossc.Bucket) -> None:
    """The last part may have any size, none at all included."""
    upload = bucket.init_multipart_upload("empty")
    part = bucket.upload_part("empty", upload, 1, b"")
    assert (part.size, part.crc64) == (0, 0)
    done = bucket.complete_multipart_upload("empty", upload, [part])
    assert done.crc64 == 0
    assert bucket.get_object("empty").data == b""


def test_list_parts_tells_what_is_there(bucket: ossc.Bucket) -> None:
    """Each part has its number, size, ETag, CRC-64 and time."""
    upload = bucket.init_multipart_upload(KEY)
    assert list(bucket.list_parts(KEY, upload)) == []
    results = upload_parts(bucket, upload, [7, 2])
    listed = list(bucket.list_parts(KEY, upload))
    assert [p.part_number for p in listed] == [2, 7]
    assert [p.etag for p in listed] == [results[1].etag, results[0].etag]
    assert [p.crc64 for p in listed] == [_sdk.crc64(part_data(n)) for n in (2, 7)]
    assert {p.size for p in listed} == {40}
    assert all(p.last_modified.tzinfo is timezone.utc for p in listed)


@pytest.mark.parametrize("page", [1, 2, 3, 4, 5])
def test_list_parts_goes_through_all_pages(
    bucket: ossc.Bucket,
    server: ossc.mock.Server,
    monkeypatch: pytest.MonkeyPatch,
    page: int,
) -> None:
    """However many pages there are, each part is listed once, when it is asked for."""
    monkeypatch.setattr(_multipart, "_PAGE", page)
    upload = bucket.init_multipart_upload(KEY)
    upload_parts(bucket, upload, [4, 1, 3, 9])
    server.reset_counts()
    parts = bucket.list_parts(KEY, upload)
    assert server.requests == []
    assert [part.part_number for part in parts] == [1, 3, 4, 9]
    assert len(server.requests) == -(-4 // page)


def test_more_than_a_page_of_parts(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """1,001 parts are two pages of the service's own size, and one object."""
    upload = bucket.init_multipart_upload(KEY)
    for number in range(1, 1002):
        bucket.upload_part(KEY, upload, number, b"0123456789")
    server.reset_counts()
    parts = list(bucket.list_parts(KEY, upload))
    assert [part.part_number for part in parts] == list(range(1, 1002))
    assert len(server.requests) == 2
    done = bucket.complete_multipart_upload(KEY, upload, parts)
    assert done.crc64 == _sdk.crc64(b"0123456789" * 1001)


def test_an_aborted_upload_is_gone(bucket: ossc.Bucket) -> None:
    """Afterwards every call on it is NoSuchUpload, a FileNotFoundError."""
    upload = bucket.init_multipart_upload(KEY)
    part = bucket.upload_part(KEY, upload, 1, b"data")
    bucket.abort_multipart_upload(KEY, upload)
    check_gone(bucket, upload, part)


def test_a_completed_upload_is_gone(bucket: ossc.Bucket) -> None:
    """The object stays what it is, and the upload cannot be used again."""
    upload = bucket.init_multipart_upload(KEY)
    part = bucket.upload_part(KEY, upload, 1, b"data")
    bucket.complete_multipart_upload(KEY, upload, [part])
    check_gone(bucket, upload, part)
    assert bucket.get_object(KEY).data == b"data"


def check_gone(
    bucket: ossc.Bucket, upload: ossc.MultipartUpload, part: ossc.UploadPartResult
) -> None:
    """Holds that no verb finds the upload."""
    calls: dict[str, Any] = {
        "UploadPart": lambda: bucket.upload_part(KEY, upload, 1, b"data"),
        "ListParts": lambda: list(bucket.list_parts(KEY, upload)),
        "CompleteMultipartUpload": lambda: bucket.complete_multipart_upload(
            KEY, upload, [part]
        ),
        "AbortMultipartUpload": lambda: bucket.abort_multipart_upload(KEY, upload),
    }
    for operation, call in calls.items():
        with pytest.raises(ossc.NoSuchUpload) as caught:
            call()
        error = caught.value
        assert isinstance(error, FileNotFoundError)
        assert (error.operation, error.bucket, error.key) == (operation, BUCKET, KEY)
        assert (error.status, error.code) == (404, "NoSuchUpload")
        assert error.request_id


def test_small_parts_are_refused_at_the_end(bucket: ossc.Bucket) -> None:
    """Only the last part may be small; the upload stays open after the refusal."""
    upload = bucket.init_multipart_upload(KEY)
    small = bucket.upload_part(KEY, upload, 1, b"small")
    last = bucket.upload_part(KEY, upload, 2, b"last")
    with pytest.raises(ossc.ServerError) as caught:
        bucket.complete_multipart_upload(KEY, upload, [small, last])
    assert caught.value.code == "EntityTooSmall"
    large = bucket.upload_part(KEY, upload, 1, b"large enough")
    bucket.complete_multipart_upload(KEY, upload, [large, last])
    assert bucket.get_object(KEY).data == b"large enoughlast"


@pytest.mark.parametrize("etag", ["0" * 32, "nonsense", "<&>\"'"])
def test_a_wrong_etag_is_refused(bucket: ossc.Bucket, etag: str) -> None:
    """OSS compares every ETag, and whatever it holds arrives as it is."""
    upload = bucket.init_multipart_upload(KEY)
    bucket.upload_part(KEY, upload, 1, b"data")
    with pytest.raises(ossc.ServerError) as caught:
        bucket.complete_multipart_upload(KEY, upload, [(1, etag)])
    assert caught.value.code == "InvalidPart"
    assert len(list(bucket.list_parts(KEY, upload))) == 1


def test_a_number_twice_is_refused(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """OSS wants ascending part numbers; told before anything is sent."""
    parts = [(1, "a"), (2, "b"), (1, "c")]
    with pytest.raises(ossc.ParameterError, match="twice"):
        bucket.complete_multipart_upload(KEY, "0" * 32, parts)
    assert server.requests == []


@pytest.mark.parametrize("number", [0, -1, 10_001])
def test_part_numbers_have_bounds(
    bucket: ossc.Bucket, server: ossc.mock.Server, number: int
) -> None:
    """A number that no part has is refused before anything is sent."""
    with pytest.raises(ossc.ParameterError, match="1 to 10000"):
        bucket.upload_part(KEY, "0" * 32, number, b"data")
    assert server.requests == []


def test_nothing_to_do_is_refused(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """No parts, or an empty id, can only be a mistake."""
    with pytest.raises(ossc.ParameterError, match="without parts"):
        bucket.complete_multipart_upload(KEY, "0" * 32, [])
    with pytest.raises(ossc.ParameterError, match="empty"):
        bucket.abort_multipart_upload(KEY, "")
    with pytest.raises(ossc.ParameterError, match="empty"):
        list(bucket.list_parts(KEY, ""))
    assert server.requests == []


@pytest.mark.parametrize("upload_id", ["unknown", "A/+=& ?#%41", "é", "<x>"])
def test_an_unknown_id_is_no_such_upload(bucket: ossc.Bucket, upload_id: str) -> None:
    """Whatever characters it has, it arrives as it is and is not found."""
    with pytest.raises(ossc.NoSuchUpload):
        bucket.upload_part(KEY, upload_id, 1, b"data")
    with pytest.raises(ossc.NoSuchUpload):
        bucket.abort_multipart_upload(KEY, upload_id)


def test_options_belong_to_the_object(bucket: ossc.Bucket) -> None:
    """What the upload was opened with is what the object has."""
    upload = bucket.init_multipart_upload(
        "a/page",
        metadata={"Author": "Zoë"},
        content_type="text/css",
        cache_control="no-cache",
        storage_class="IA",
        tags={"a": "b"},
        server_side_encryption="AES256",
    )
    part = bucket.upload_part("a/page", upload, 1, b"data")
    bucket.complete_multipart_upload("a/page", upload, [part])
    info = bucket.head_object("a/page")
    assert info.metadata == {"author": "Zoë"}
    assert info.content_type == "text/css"
    assert info.headers["cache-control"] == "no-cache"
    assert info.storage_class == "IA"
    assert info.headers["x-oss-tagging-count"] == "1"
    assert info.headers["x-oss-server-side-encryption"] == "AES256"


def test_the_content_type_is_by_the_keys_ending(bucket: ossc.Bucket) -> None:
    """Without one given, the key's ending tells the type, as for a put."""
    upload = bucket.init_multipart_upload("page.html")
    part = bucket.upload_part("page.html", upload, 1, b"data")
    bucket.complete_multipart_upload("page.html", upload, [part])
    assert bucket.head_object("page.html").content_type == "text/html"


def test_forbid_overwrite(bucket: ossc.Bucket) -> None:
    """An object is kept, whether it is there at the beginning or at the end."""
    upload = bucket.init_multipart_upload("k", forbid_overwrite=True)
    part = bucket.upload_part("k", upload, 1, b"data")
    bucket.put_object("k", b"first")
    with pytest.raises(ossc.FileAlreadyExists):
        bucket.init_multipart_upload("k", forbid_overwrite=True)
    with pytest.raises(ossc.FileAlreadyExists):
        bucket.complete_multipart_upload("k", upload, [part], forbid_overwrite=True)
    assert bucket.get_object("k").data == b"first"


def test_an_open_upload_is_not_seen(bucket: ossc.Bucket) -> None:
    """Until it is completed there is no object, and an old one stays."""
    bucket.put_object("old", b"old")
    for key in ("old", "new"):
        upload = bucket.init_multipart_upload(key)
        bucket.upload_part(key, upload, 1, b"data")
    assert bucket.get_object("old").data == b"old"
    with pytest.raises(ossc.NoSuchKey):
        bucket.head_object("new")
    assert [o.key for o in bucket.list_objects()] == ["old"]


def test_progress_of_a_part(bucket: ossc.Bucket) -> None:
    """The last call says that all is done."""
    upload = bucket.init_multipart_upload(KEY)
    seen: list[tuple[int, int | None]] = []
    data = part_data(1, 50_000)
    bucket.upload_part(KEY, upload, 1, data, progress=lambda *a: seen.append(a))
    assert seen[-1] == (50_000, 50_000)


def test_a_wrong_content_md5_is_refused(bucket: ossc.Bucket) -> None:
    """Further headers go with the part, so that OSS can check it."""
    upload = bucket.init_multipart_upload(KEY)
    wrong = {"Content-MD5": "MDAwMDAwMDAwMDAwMDAwMA=="}
    with pytest.raises(ossc.ServerError) as caught:
        bucket.upload_part(KEY, upload, 1, b"data", headers=wrong)
    assert caught.value.code == "InvalidDigest"
    assert list(bucket.list_parts(KEY, upload)) == []


def test_a_part_stored_wrong_is_noticed(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """The part's CRC-64 is compared with that of what was sent."""
    upload = bucket.init_multipart_upload(KEY)
    lie = ossc.mock.faults.header("x-oss-hash-crc64ecma", "1")
    server.faults.add(lie, operation="UploadPart")
    with pytest.raises(ossc.ChecksumMismatch):
        bucket.with_options(retry=None).upload_part(KEY, upload, 1, b"data")


def test_parts_joined_wrong_are_noticed(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """The object's CRC-64 is compared with that of its parts joined."""
    upload = bucket.init_multipart_upload(KEY)
    parts = upload_parts(bucket, upload, [1, 2])
    lie = ossc.mock.faults.header("x-oss-hash-crc64ecma", "1")
    server.faults.add(lie, operation="CompleteMultipartUpload")
    with pytest.raises(ossc.ChecksumMismatch) as caught:
        bucket.complete_multipart_upload(KEY, upload, parts)
    error = caught.value
    assert (error.operation, error.bucket, error.key) == (
        "CompleteMultipartUpload",
        BUCKET,
        KEY,
    )
    assert error.request_id
    assert bucket.head_object(KEY).size == 80


def test_pairs_bring_no_checksum(bucket: ossc.Bucket, server: ossc.mock.Server) -> None:
    """Where a part's CRC-64 is not known, there is nothing to compare."""
    upload = bucket.init_multipart_upload(KEY)
    one, two = upload_parts(bucket, upload, [1, 2])
    lie = ossc.mock.faults.header("x-oss-hash-crc64ecma", "1")
    server.faults.add(lie, operation="CompleteMultipartUpload")
    done = bucket.complete_multipart_upload(KEY, upload, [one, (2, two.etag)])
    assert done.crc64 == 1


def test_parts_in_parallel(bucket: ossc.Bucket) -> None:
    """Parts of one upload can be sent from several threads at once."""
    upload = bucket.init_multipart_upload(KEY)
    results: list[ossc.UploadPartResult] = []

    def send(first: int) -> None:
        results.extend(upload_parts(bucket, upload, list(range(first, 21, 4))))

    threads = [threading.Thread(target=send, args=(n,)) for n in (1, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bucket.complete_multipart_upload(KEY, upload, results)
    assert bucket.get_object(KEY).data == b"".join(map(part_data, range(1, 21)))


def test_the_missing_bucket(client: ossc.Client) -> None:
    """An upload to a bucket that is not there is not opened."""
    with pytest.raises(ossc.NoSuchBucket):
        client.bucket("missing-bucket").init_multipart_upload(KEY)


@pytest.mark.parametrize(
    "key", ["a\x01\x1f\x7f", "\x0b", "\ufffe\uffff", "a\r\n<&>]]>"]
)
def test_keys_that_xml_cannot_hold(bucket: ossc.Bucket, key: str) -> None:
    """Answers that repeat the key are understood whatever it is, errors included."""
    upload = bucket.init_multipart_upload(key)
    part = bucket.upload_part(key, upload, 1, b"data")
    assert next(bucket.list_parts(key, upload)).etag == part.etag
    bucket.complete_multipart_upload(key, upload, [part])
    assert bucket.get_object(key).data == b"data"
    with pytest.raises(ossc.NoSuchUpload):
        list(bucket.list_parts(key, upload))
    bucket.delete_object(key)
    with pytest.raises(ossc.NoSuchKey):
        bucket.get_object(key)
    with pytest.raises(ossc.NoSuchKey):
        bucket.head_object(key)
