"""The kinds of lists: what each asks for, and how it reads a page.

`ossc._paging` has what they have in common; nothing here is loaded before something is
listed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import unquote

from ossc import _xml
from ossc._answers import iso_time, number
from ossc._paging import Listing
from ossc._sdk import Answer, Call
from ossc.errors import MalformedResponse
from ossc.models import (
    BucketSummary,
    MultipartUploadSummary,
    ObjectSummary,
    ObjectVersion,
    Part,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc.client import Client
    from ossc.settings import CloudBox

__all__ = [
    "Buckets",
    "CloudBoxes",
    "Objects",
    "ObjectsV1",
    "Parts",
    "Uploads",
    "Versions",
]

Following = Mapping[str, str] | None


class Objects(Listing[ObjectSummary]):
    """ListObjectsV2."""

    __slots__ = ()
    _kind = "objects"

    def _read(self, answer: Answer) -> tuple[list[ObjectSummary], Following]:
        root = _xml.parse(answer.body, "ListBucketResult")
        token = root.get("NextContinuationToken")
        return _objects(root), _ahead(root, "objects", {"continuation-token": token})

    def _place_of(self, entry: ObjectSummary) -> tuple[str, ...]:
        return (entry.key,)

    def _behind(self, place: tuple[str, ...]) -> Mapping[str, str]:
        return {"start-after": place[0]}


class ObjectsV1(Objects):
    """ListObjects; its tokens are good for ListObjectsV2, too."""

    __slots__ = ()

    def _read(self, answer: Answer) -> tuple[list[ObjectSummary], Following]:
        root = _xml.parse(answer.body, "ListBucketResult")
        marker = _decoder(root)(root.get("NextMarker"))
        return _objects(root), _ahead(root, "objects", {"marker": marker})

    def _behind(self, place: tuple[str, ...]) -> Mapping[str, str]:
        return {"marker": place[0]}


class Versions(Listing[ObjectVersion]):
    """ListObjectVersions."""

    __slots__ = ()
    _kind = "versions"
    _width = 2

    def _read(self, answer: Answer) -> tuple[list[ObjectVersion], Following]:
        root = _xml.parse(answer.body, "ListVersionsResult")
        decode = _decoder(root)
        ahead = self._behind(
            (decode(root.get("NextKeyMarker")), root.get("NextVersionIdMarker"))
        )
        # The versions of a key are in the order of the document, markers among them.
        found = [
            _version(element, decode(element.get("Key")))
            for element in root.children
            if element.name in ("Version", "DeleteMarker")
        ]
        found += [
            ObjectVersion(key=prefix, is_prefix=True)
            for prefix in _prefixes(root, decode)
        ]
        found.sort(key=lambda entry: _sorting(entry.key))
        return found, _ahead(root, "versions", ahead)

    def _place_of(self, entry: ObjectVersion) -> tuple[str, ...]:
        return entry.key, entry.version_id

    def _behind(self, place: tuple[str, ...]) -> Mapping[str, str]:
        return {"key-marker": place[0], "version-id-marker": place[1]}


class Uploads(Listing[MultipartUploadSummary]):
    """ListMultipartUploads."""

    __slots__ = ("_bucket",)
    _kind = "uploads"
    _width = 2

    def __init__(
        self,
        client: Client,
        bucket: str,
        ask: Callable[[Mapping[str, str]], Call],
        resume: str | None,
    ) -> None:
        super().__init__(client, ask, resume)
        self._bucket = bucket

    def _read(self, answer: Answer) -> tuple[list[MultipartUploadSummary], Following]:
        root = _xml.parse(answer.body, "ListMultipartUploadsResult")
        decode = _decoder(root)
        ahead = self._behind(
            (decode(root.get("NextKeyMarker")), root.get("NextUploadIdMarker"))
        )
        found = [
            MultipartUploadSummary(
                bucket=self._bucket,
                key=decode(element.get("Key")),
                upload_id=element.get("UploadId"),
                initiated=iso_time(element.get("Initiated")),
                storage_class=element.get("StorageClass"),
            )
            for element in root.all("Upload")
        ]
        found += [
            MultipartUploadSummary(self._bucket, prefix, "", is_prefix=True)
            for prefix in _prefixes(root, decode)
        ]
        found.sort(key=lambda entry: _sorting(entry.key))
        return found, _ahead(root, "uploads", ahead)

    def _place_of(self, entry: MultipartUploadSummary) -> tuple[str, ...]:
        return entry.key, entry.upload_id

    def _behind(self, place: tuple[str, ...]) -> Mapping[str, str]:
        return {"key-marker": place[0], "upload-id-marker": place[1]}


class Parts(Listing[Part]):
    """ListParts."""

    __slots__ = ()
    _kind = "parts"

    def _read(self, answer: Answer) -> tuple[list[Part], Following]:
        root = _xml.parse(answer.body, "ListPartsResult")
        marker = root.get("NextPartNumberMarker")
        ahead = _ahead(root, "parts", {"part-number-marker": marker})
        if ahead is not None:
            number("NextPartNumberMarker", marker)
        return [_part(element) for element in root.all("Part")], ahead

    def _place_of(self, entry: Part) -> tuple[str, ...]:
        return (str(entry.part_number),)

    def _behind(self, place: tuple[str, ...]) -> Mapping[str, str]:
        return {"part-number-marker": place[0]}


class Buckets(Listing[BucketSummary]):
    """ListBuckets."""

    __slots__ = ()
    _kind = "buckets"

    def _read(self, answer: Answer) -> tuple[list[BucketSummary], Following]:
        root = _xml.parse(answer.body, "ListAllMyBucketsResult")
        buckets = root.find("Buckets")
        found = [_bucket(each) for each in (buckets.all("Bucket") if buckets else [])]
        return found, _ahead(root, "buckets", {"marker": root.get("NextMarker")})

    def _place_of(self, entry: BucketSummary) -> tuple[str, ...]:
        return (entry.name,)

    def _behind(self, place: tuple[str, ...]) -> Mapping[str, str]:
        return {"marker": place[0]}


class CloudBoxes(Listing["CloudBox"]):
    """ListCloudBoxes."""

    __slots__ = ()
    _kind = "cloud boxes"

    def _read(self, answer: Answer) -> tuple[list[CloudBox], Following]:
        # Loaded here: other lists do without models.
        from ossc.settings.info import CloudBox  # noqa: PLC0415

        root = _xml.parse(answer.body, "ListCloudBoxResult")
        boxes = root.find("CloudBoxes")
        found = [
            CloudBox._of(each) for each in (boxes.all("CloudBox") if boxes else [])
        ]
        return found, _ahead(root, self._kind, {"marker": root.get("NextMarker")})

    def _place_of(self, entry: CloudBox) -> tuple[str, ...]:
        return (entry.id,)

    def _behind(self, place: tuple[str, ...]) -> Mapping[str, str]:
        return {"marker": place[0]}


def _ahead(root: _xml.Element, kind: str, following: Mapping[str, str]) -> Following:
    """What to ask the next page with; None behind the last."""
    if root.get("IsTruncated") != "true":
        return None
    if not next(iter(following.values())):
        raise MalformedResponse(f"a truncated list of {kind} names no next page")
    return following


def _decoder(root: _xml.Element) -> Callable[[str], str]:
    """How the names of an answer are read."""
    return unquote if root.get("EncodingType") == "url" else str


def _sorting(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")


def _prefixes(root: _xml.Element, decode: Callable[[str], str]) -> list[str]:
    return [decode(each.get("Prefix")) for each in root.all("CommonPrefixes")]


def _objects(root: _xml.Element) -> list[ObjectSummary]:
    decode = _decoder(root)
    found = [
        _object(element, decode(element.get("Key"))) for element in root.all("Contents")
    ]
    found += [
        ObjectSummary(key=prefix, is_prefix=True) for prefix in _prefixes(root, decode)
    ]
    return sorted(found, key=lambda entry: _sorting(entry.key))


def _object(element: _xml.Element, key: str) -> ObjectSummary:
    return ObjectSummary(
        key=key,
        size=number("Size", element.get("Size")),
        etag=element.get("ETag").strip('"'),
        last_modified=iso_time(element.get("LastModified")),
        storage_class=element.get("StorageClass"),
        object_type=element.get("Type"),
        owner_id=element.get("Owner/ID") or None,
    )


def _version(element: _xml.Element, key: str) -> ObjectVersion:
    marker = element.name == "DeleteMarker"
    return ObjectVersion(
        key=key,
        version_id=element.get("VersionId"),
        is_latest=element.get("IsLatest") == "true",
        is_delete_marker=marker,
        size=0 if marker else number("Size", element.get("Size")),
        etag=element.get("ETag").strip('"'),
        last_modified=iso_time(element.get("LastModified")),
        storage_class=element.get("StorageClass"),
        object_type=element.get("Type"),
        owner_id=element.get("Owner/ID") or None,
    )


def _part(element: _xml.Element) -> Part:
    crc = element.get("HashCrc64ecma")
    return Part(
        part_number=number("PartNumber", element.get("PartNumber")),
        etag=unquote(element.get("ETag")).strip('"'),
        size=number("Size", element.get("Size")),
        last_modified=iso_time(element.get("LastModified")),
        crc64=number("HashCrc64ecma", crc) if crc else None,
    )


def _bucket(element: _xml.Element) -> BucketSummary:
    location = element.get("Location")
    return BucketSummary(
        name=element.get("Name"),
        region=element.get("Region") or location.removeprefix("oss-"),
        location=location,
        creation_date=iso_time(element.get("CreationDate")),
        storage_class=element.get("StorageClass"),
        extranet_endpoint=element.get("ExtranetEndpoint"),
        intranet_endpoint=element.get("IntranetEndpoint"),
        resource_group_id=element.get("ResourceGroupId"),
    )
