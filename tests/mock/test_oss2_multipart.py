"""The mock server, used by oss2: multipart uploads and its own transfers."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import oss2
import oss2.models
import pytest

from . import oss2_client, strangers
from .strangers import (
    LOGINS,
    PART,
    Server,
    Untyped,
    crc64,
    md5_etag,
    multipart_etag,
    pattern,
    stored,
)

if TYPE_CHECKING:
    from pathlib import Path

server = pytest.fixture(strangers.run_server, scope="module", name="server")
login = pytest.fixture(params=LOGINS, ids=str, name="login")(strangers.give_login)
bucket = pytest.fixture(oss2_client.fresh_bucket, name="bucket")


def test_multipart(server: Server, bucket: Untyped) -> None:
    """Parts in any order become one object with a combined CRC."""
    data = pattern(2 * PART + 7)
    key = "\u5927 big+%.bin"
    headers = {"x-oss-meta-a": "1", "Content-Type": "a/b"}
    upload = bucket.init_multipart_upload(key, headers=headers).upload_id
    parts = []
    for number in (3, 1, 2):
        piece = data[(number - 1) * PART : number * PART]
        result = bucket.upload_part(key, upload, number, piece)
        assert (result.etag, result.crc) == (md5_etag(piece), crc64(piece))
        parts.append(
            oss2.models.PartInfo(
                number, result.etag, size=len(piece), part_crc=result.crc
            )
        )
    listed = bucket.list_parts(key, upload)
    assert [part.part_number for part in listed.parts] == [1, 2, 3]
    assert [part.size for part in listed.parts] == [PART, PART, 7]
    result = bucket.complete_multipart_upload(key, upload, parts)
    parts.sort(key=lambda part: part.part_number)
    assert result.etag == multipart_etag([part.etag for part in parts])
    assert result.crc == crc64(data)
    assert stored(server, bucket.bucket_name, key) == data
    head = bucket.head_object(key)
    assert head.object_type == "Multipart"
    assert (head.headers["x-oss-meta-a"], head.content_type) == ("1", "a/b")
    with pytest.raises(oss2.exceptions.NoSuchUpload):
        bucket.upload_part(key, upload, 1, b"late")


def test_parts_are_listed_in_pages(bucket: Untyped) -> None:
    """oss2's iterator follows the part number marker."""
    upload = bucket.init_multipart_upload("k").upload_id
    for number in range(1, 8):
        bucket.upload_part("k", upload, number, bytes([number]))
    page = bucket.list_parts("k", upload, marker="2", max_parts=3)
    assert [part.part_number for part in page.parts] == [3, 4, 5]
    assert page.is_truncated
    assert page.next_marker == "5"
    parts = oss2.PartIterator(bucket, "k", upload, max_parts=2)
    assert [part.part_number for part in parts] == list(range(1, 8))


def test_uploads_are_listed_and_aborted(bucket: Untyped) -> None:
    """Open uploads are listed by key and id, with prefixes, until aborted."""
    keys = ["a/1", "a/2", "a/2", "b \u4e2d+%", "c"]
    uploads = [(key, bucket.init_multipart_upload(key).upload_id) for key in keys]
    listed = oss2.MultipartUploadIterator(bucket, max_uploads=2)
    assert [(item.key, item.upload_id) for item in listed] == sorted(uploads)
    page = bucket.list_multipart_uploads(delimiter="/")
    assert page.prefix_list == ["a/"]
    assert [item.key for item in page.upload_list] == ["b \u4e2d+%", "c"]
    of_key = oss2.ObjectUploadIterator(bucket, "a/2", max_uploads=1)
    expected = sorted(pair[1] for pair in uploads if pair[0] == "a/2")
    assert [item.upload_id for item in of_key] == expected
    for key, upload in uploads:
        assert bucket.abort_multipart_upload(key, upload).status == 204
    assert bucket.list_multipart_uploads().upload_list == []
    with pytest.raises(oss2.exceptions.NoSuchUpload):
        bucket.abort_multipart_upload("c", uploads[-1][1])


def test_bad_part_lists_leave_the_upload_open(bucket: Untyped) -> None:
    """A wrong ETag, an unknown part, and a part too small are told apart."""
    upload = bucket.init_multipart_upload("k").upload_id
    small = bucket.upload_part("k", upload, 1, b"small")
    last = bucket.upload_part("k", upload, 2, b"last")

    def complete(*parts: tuple[int, str]) -> str:
        infos = [oss2.models.PartInfo(number, etag) for number, etag in parts]
        bucket.enable_crc = False
        with pytest.raises(oss2.exceptions.ServerError) as caught:
            bucket.complete_multipart_upload("k", upload, infos)
        assert caught.value.status == 400
        return str(caught.value.code)

    assert complete((1, "0" * 32)) == "InvalidPart"
    assert complete((3, small.etag)) == "InvalidPart"
    assert complete((1, small.etag), (2, last.etag)) == "EntityTooSmall"
    headers = {"x-oss-complete-all": "yes"}
    with pytest.raises(oss2.exceptions.ServerError, match="EntityTooSmall"):
        bucket.complete_multipart_upload("k", upload, None, headers=headers)
    infos = [oss2.models.PartInfo(2, last.etag)]
    assert bucket.complete_multipart_upload("k", upload, infos).status == 200
    assert bucket.get_object("k").read() == b"last"


def test_complete_all(server: Server, bucket: Untyped) -> None:
    """x-oss-complete-all takes every part there is, without a list."""
    data = pattern(PART + 1)
    upload = bucket.init_multipart_upload("k").upload_id
    bucket.upload_part("k", upload, 9, data[PART:])
    bucket.upload_part("k", upload, 2, data[:PART])
    headers = {"x-oss-complete-all": "yes"}
    result = bucket.complete_multipart_upload("k", upload, None, headers=headers)
    assert result.crc == crc64(data)
    assert stored(server, bucket.bucket_name, "k") == data


def test_parts_can_be_copied(server: Server, bucket: Untyped) -> None:
    """UploadPartCopy takes a whole object or a range, from keys of any kind."""
    source = "source \u4e2d+%2F?.bin"
    data = pattern(PART + 500)
    etag = bucket.put_object(source, data).etag
    upload = bucket.init_multipart_upload("target").upload_id
    name = bucket.bucket_name
    whole = bucket.upload_part_copy(name, source, None, "target", upload, 1)
    some = bucket.upload_part_copy(name, source, (100, 199), "target", upload, 2)
    body = ET.fromstring(whole.resp.read())
    assert body.tag == "CopyPartResult"
    assert (body.findtext("ETag") or "").strip('"') == etag == whole.etag
    assert some.etag == md5_etag(data[100:200])
    assert some.headers["Content-Range"] == f"bytes 100-199/{len(data)}"
    with pytest.raises(oss2.exceptions.PreconditionFailed):
        bucket.upload_part_copy(
            name,
            source,
            None,
            "target",
            upload,
            3,
            headers={"x-oss-copy-source-if-match": '"0"'},
        )
    infos = [oss2.models.PartInfo(n, r.etag) for n, r in ((1, whole), (2, some))]
    bucket.enable_crc = False
    bucket.complete_multipart_upload("target", upload, infos)
    assert stored(server, name, "target") == data + data[100:200]


def test_resumable_transfers(server: Server, bucket: Untyped, tmp_path: Path) -> None:
    """oss2's own uploader and downloader, with several threads and parts."""
    data = pattern(5 * PART + 123)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(data)
    oss2.resumable_upload(
        bucket,
        "big \u4e2d",
        str(source),
        store=oss2.ResumableStore(root=str(tmp_path)),
        multipart_threshold=PART,
        part_size=PART,
        num_threads=3,
    )
    assert stored(server, bucket.bucket_name, "big \u4e2d") == data
    assert bucket.head_object("big \u4e2d").object_type == "Multipart"
    oss2.resumable_download(
        bucket,
        "big \u4e2d",
        str(target),
        store=oss2.ResumableDownloadStore(root=str(tmp_path)),
        multiget_threshold=PART,
        part_size=PART,
        num_threads=3,
    )
    assert target.read_bytes() == data
