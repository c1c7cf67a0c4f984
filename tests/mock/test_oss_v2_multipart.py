"""The mock server, used by alibabacloud-oss-v2: multipart uploads and transfers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import alibabacloud_oss_v2 as oss
import pytest

from . import oss_v2_client, strangers
from .oss_v2_client import WORKING_LOGINS, service_error
from .strangers import (
    PART,
    Login,
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
login = pytest.fixture(params=WORKING_LOGINS, ids=str, name="login")(
    strangers.give_login
)
bucket = pytest.fixture(oss_v2_client.fresh_bucket, name="bucket")

KEY = "\u5927 big+%.bin"


@pytest.fixture(name="client")
def make_client(server: Server, login: Login) -> Untyped:
    """Make the SDK's client for a login."""
    return oss_v2_client.make_client(server, login)


def start(client: Untyped, bucket: str, key: str, **options: object) -> str:
    """Start an upload and return its id."""
    request = oss.InitiateMultipartUploadRequest(bucket=bucket, key=key, **options)
    result = client.initiate_multipart_upload(request)
    assert (result.bucket, result.key) == (bucket, key)
    return str(result.upload_id)


def upload(
    client: Untyped, target: tuple[str, str, str], number: int, data: bytes
) -> Untyped:
    """Upload one part of an upload, given by bucket, key and id."""
    bucket, key, upload_id = target
    request = oss.UploadPartRequest(
        bucket=bucket, key=key, upload_id=upload_id, part_number=number, body=data
    )
    return client.upload_part(request)


def complete(
    client: Untyped, bucket: str, key: str, upload_id: str, parts: dict[int, str]
) -> Untyped:
    """Complete an upload of parts, given by number and ETag."""
    listed = [oss.UploadPart(part_number=n, etag=etag) for n, etag in parts.items()]
    request = oss.CompleteMultipartUploadRequest(
        bucket=bucket,
        key=key,
        upload_id=upload_id,
        complete_multipart_upload=oss.CompleteMultipartUpload(parts=listed),
    )
    return client.complete_multipart_upload(request)


def test_multipart(server: Server, client: Untyped, bucket: str) -> None:
    """Parts in any order become one object with a combined CRC."""
    data = pattern(2 * PART + 7)
    upload_id = start(client, bucket, KEY, content_type="a/b", metadata={"a": "1"})
    etags: dict[int, str] = {}
    for number in (3, 1, 2):
        piece = data[(number - 1) * PART : number * PART]
        part = upload(client, (bucket, KEY, upload_id), number, piece)
        assert part.etag == f'"{md5_etag(piece)}"'
        assert part.hash_crc64 == str(crc64(piece))
        etags[number] = part.etag
    request = oss.ListPartsRequest(bucket=bucket, key=KEY, upload_id=upload_id)
    listed = client.list_parts(request)
    assert (listed.bucket, listed.key, listed.is_truncated) == (bucket, KEY, False)
    assert [part.part_number for part in listed.parts] == [1, 2, 3]
    assert [part.size for part in listed.parts] == [PART, PART, 7]
    assert listed.parts[0].hash_crc64 == str(crc64(data[:PART]))
    parts = {number: etags[number] for number in (1, 2, 3)}
    result = complete(client, bucket, KEY, upload_id, parts)
    assert result.etag == f'"{multipart_etag(list(parts.values()))}"'
    assert result.hash_crc64 == str(crc64(data))
    assert (result.bucket, result.key) == (bucket, KEY)
    assert result.location
    assert stored(server, bucket, KEY) == data
    head = client.head_object(oss.HeadObjectRequest(bucket=bucket, key=KEY))
    assert (head.object_type, head.content_type) == ("Multipart", "a/b")
    assert head.metadata == {"a": "1"}
    error = service_error(lambda: upload(client, (bucket, KEY, upload_id), 1, b"late"))
    assert (error.status_code, error.code) == (404, "NoSuchUpload")
    assert error.ec == "0042-00000104"


def test_parts_are_listed_in_pages(client: Untyped, bucket: str) -> None:
    """The paginator follows the part number marker."""
    upload_id = start(client, bucket, KEY)
    for number in range(1, 8):
        upload(client, (bucket, KEY, upload_id), number, bytes([number]))
    request = oss.ListPartsRequest(bucket=bucket, key=KEY, upload_id=upload_id)
    pages = list(client.list_parts_paginator(limit=3).iter_page(request))
    numbers = [[part.part_number for part in page.parts] for page in pages]
    assert numbers == [[1, 2, 3], [4, 5, 6], [7]]
    assert [page.next_part_number_marker for page in pages] == [3, 6, 7]


def test_uploads_are_listed_and_aborted(client: Untyped, bucket: str) -> None:
    """Open uploads are listed by key and id, with prefixes, until aborted."""
    keys = ["a/1", "a/2", "a/2", "b \u4e2d+%", "c\x01"]
    uploads = [(key, start(client, bucket, key)) for key in keys]
    request = oss.ListMultipartUploadsRequest(bucket=bucket)
    pages = list(client.list_multipart_uploads_paginator(limit=2).iter_page(request))
    listed = [(item.key, item.upload_id) for page in pages for item in page.uploads]
    assert listed == sorted(uploads)
    assert len(pages) == 3
    request = oss.ListMultipartUploadsRequest(bucket=bucket, delimiter="/")
    folded = client.list_multipart_uploads(request)
    assert [item.key for item in folded.uploads] == ["b \u4e2d+%", "c\x01"]
    for key, upload_id in uploads:
        request = oss.AbortMultipartUploadRequest(
            bucket=bucket, key=key, upload_id=upload_id
        )
        assert client.abort_multipart_upload(request).status_code == 204
    error = service_error(lambda: client.abort_multipart_upload(request))
    assert (error.code, error.ec) == ("NoSuchUpload", "0042-00000002")


def test_bad_part_lists_leave_the_upload_open(client: Untyped, bucket: str) -> None:
    """Wrong ETags, order and sizes are told apart, and can be mended."""
    upload_id = start(client, bucket, "k")
    small = upload(client, (bucket, "k", upload_id), 1, b"small").etag
    last = upload(client, (bucket, "k", upload_id), 2, b"last").etag

    def code_of(parts: dict[int, str]) -> str:
        error = service_error(lambda: complete(client, bucket, "k", upload_id, parts))
        assert error.status_code == 400
        return str(error.code)

    assert code_of({1: '"0"'}) == "InvalidPart"
    assert code_of({3: small}) == "InvalidPart"
    assert code_of({2: last, 1: small}) == "InvalidPartOrder"
    assert code_of({1: small, 2: last}) == "EntityTooSmall"
    assert code_of({}) == "MalformedXML"
    assert complete(client, bucket, "k", upload_id, {2: last}).status_code == 200


def test_complete_all(server: Server, client: Untyped, bucket: str) -> None:
    """complete_all takes every part there is, without a list."""
    data = pattern(PART + 1)
    upload_id = start(client, bucket, "k")
    upload(client, (bucket, "k", upload_id), 9, data[PART:])
    upload(client, (bucket, "k", upload_id), 2, data[:PART])
    request = oss.CompleteMultipartUploadRequest(
        bucket=bucket, key="k", upload_id=upload_id, complete_all="yes"
    )
    assert client.complete_multipart_upload(request).hash_crc64 == str(crc64(data))
    assert stored(server, bucket, "k") == data


def test_parts_can_be_copied(server: Server, client: Untyped, bucket: str) -> None:
    """UploadPartCopy takes a whole object or a range, from keys of any kind."""
    source, data = "source \u4e2d+%2F?.bin", pattern(PART + 500)
    request = oss.PutObjectRequest(bucket=bucket, key=source, body=data)
    etag = client.put_object(request).etag
    upload_id = start(client, bucket, "target")

    def copy(number: int, **options: object) -> Untyped:
        request = oss.UploadPartCopyRequest(
            bucket=bucket,
            key="target",
            upload_id=upload_id,
            part_number=number,
            source_bucket=bucket,
            source_key=source,
            **options,
        )
        return client.upload_part_copy(request)

    whole = copy(1)
    some = copy(2, source_range="bytes=100-199")
    assert whole.etag == etag
    assert some.etag == f'"{md5_etag(data[100:200])}"'
    assert some.last_modified is not None
    assert service_error(lambda: copy(3, if_match='"0"')).status_code == 412
    complete(client, bucket, "target", upload_id, {1: whole.etag, 2: some.etag})
    assert stored(server, bucket, "target") == data + data[100:200]


def test_uploader_and_downloader(
    server: Server, client: Untyped, bucket: str, tmp_path: Path
) -> None:
    """The SDK's own transfers, in parallel parts and with checkpoints."""
    data = pattern(5 * PART + 123)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(data)
    options = {
        "part_size": PART,
        "parallel_num": 3,
        "enable_checkpoint": True,
        "checkpoint_dir": str(tmp_path),
    }
    request = oss.PutObjectRequest(bucket=bucket, key=KEY)
    result = client.uploader(**options).upload_file(request, str(source))
    assert result.hash_crc64 == str(crc64(data))
    assert result.upload_id
    assert stored(server, bucket, KEY) == data
    request = oss.GetObjectRequest(bucket=bucket, key=KEY)
    downloaded = client.downloader(**options).download_file(request, str(target))
    assert downloaded.written == len(data)
    assert target.read_bytes() == data


def test_streams(server: Server, client: Untyped, bucket: str) -> None:
    """Uploader and downloader work on streams as well."""
    data = pattern(3 * PART)
    request = oss.PutObjectRequest(bucket=bucket, key=KEY)
    client.uploader(part_size=PART).upload_from(request, io.BytesIO(data))
    assert stored(server, bucket, KEY) == data
    downloader = client.downloader(part_size=PART)
    target = io.BytesIO()
    request = oss.GetObjectRequest(bucket=bucket, key=KEY)
    downloader.download_to(request, target)
    assert target.getvalue() == data
    # The SDK's fault: it cannot write a range to a stream.
    request = oss.GetObjectRequest(bucket=bucket, key=KEY, range_header="bytes=10-")
    with pytest.raises(oss.DownloadError, match="expect offset 0, but got 10"):
        downloader.download_to(request, io.BytesIO())


@pytest.mark.parametrize("shallow", [True, False], ids=["shallow", "in parts"])
def test_copier(server: Server, client: Untyped, bucket: str, *, shallow: bool) -> None:
    """The SDK's copier copies at once or in parts, with metadata and tags."""
    data = pattern(3 * PART + 5)
    request = oss.PutObjectRequest(
        bucket=bucket, key=KEY, body=data, metadata={"a": "1"}, tagging="t=1"
    )
    client.put_object(request)
    copier = client.copier(
        part_size=PART, multipart_copy_threshold=PART, disable_shallow_copy=not shallow
    )
    request = oss.CopyObjectRequest(
        bucket=bucket, key="copy", source_bucket=bucket, source_key=KEY
    )
    copier.copy(request)
    assert stored(server, bucket, "copy") == data
    head = client.head_object(oss.HeadObjectRequest(bucket=bucket, key="copy"))
    assert head.metadata == {"a": "1"}
    assert head.tagging_count == 1
    assert head.object_type == ("Normal" if shallow else "Multipart")


def test_files_in_the_cloud(server: Server, client: Untyped, bucket: str) -> None:
    """The SDK's file objects append, seek, read and prefetch."""
    data = pattern(50_000)
    with client.append_file(bucket, "log") as writer:
        for start in range(0, len(data), 20_000):
            writer.write(data[start : start + 20_000])
    assert stored(server, bucket, "log") == data
    with client.open_file(bucket, "log") as reader:
        assert reader.read(100) == data[:100]
        reader.seek(-500, 2)
        assert reader.read() == data[-500:]
    options = {"enable_prefetch": True, "prefetch_num": 2, "chunk_size": 10_000}
    with client.open_file(bucket, "log", **options) as reader:
        assert reader.read() == data
