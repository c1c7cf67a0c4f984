"""`copy`: an object of any size copied on the server, a large one part by part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from ossc import _xml
from ossc._answers import check_source
from ossc._dates import parse_http_date
from ossc._names import check_bucket, check_mapping, check_text, check_whole
from ossc._option_headers import copy_headers
from ossc._sdk import Answer, CancelToken, functions
from ossc._transfer._engine import Watch, about, run_parts
from ossc._transfer._initiate import initiate
from ossc._transfer._multipart import (
    aborting,
    begun,
    check_options,
    complete,
    part_headers,
)
from ossc._transfer._plan import (
    MAX_PART,
    MIN_PART,
    Part,
    check_concurrency,
    check_part_size,
    part_size_for,
    parts_of,
)
from ossc.errors import ChecksumMismatch, PreconditionFailed
from ossc.models import (
    CopyObjectResult,
    ObjectInfo,
    PutObjectResult,
    UploadPartResult,
)
from ossc.options import Conditions, CopyOptions, ObjectOptions

if TYPE_CHECKING:
    from ossc._sdk import Progress
    from ossc._transfers import TransferVerbs

__all__ = ["copy"]

PART_SIZE = 64 * 1024 * 1024
THRESHOLD = 128 * 1024 * 1024

_CONDITIONS = ("if_match", "if_none_match", "if_modified_since", "if_unmodified_since")

_OF_COPIES = (
    "x-oss-copy-source",
    "x-oss-metadata-directive",
    "x-oss-tagging-directive",
)

# What a copy takes over, by the option that would replace it.
_CONTENT = {
    "content_type": "content-type",
    "cache_control": "cache-control",
    "content_disposition": "content-disposition",
    "content_encoding": "content-encoding",
    "content_language": "content-language",
    "expires": "expires",
}


def copy(
    bucket: TransferVerbs,
    source_key: str,
    key: str,
    *,
    source_bucket: str | None,
    source_version_id: str | None,
    part_size: int | None,
    concurrency: int,
    threshold: int | None,
    progress: Progress | None,
    cancel: CancelToken | None,
    options: CopyOptions,
) -> CopyObjectResult:
    """See `TransferVerbs.copy`."""
    directives = {name.lower(): text for name, text in copy_headers(options).items()}
    plain = _plain(options)
    check_options(plain)
    wanted = check_part_size(part_size, PART_SIZE, least=MIN_PART)
    check_concurrency(concurrency)
    least = THRESHOLD if threshold is None else threshold
    check_whole("threshold", least, MAX_PART)
    bucket = begun(bucket, cancel, progress)
    home = bucket
    if source_bucket is not None:
        home = type(bucket)(bucket._client, check_bucket(source_bucket))
    source = _Source(home, source_key, source_version_id, options)
    size = source.info.size
    watch = Watch(progress, size, cancel=bucket._client._cancel)
    with about("CopyObject", bucket.name, key):
        if size < max(least, 1):
            result = bucket.copy_object(
                source_key,
                key,
                source_bucket=source_bucket,
                source_version_id=source_version_id,
                **options,
            )
            watch.settle(1, size)
        else:
            job = _Copy(bucket, key, source, source.inherited(plain, directives))
            job.part_size = part_size_for(size, wanted)
            result = job.run(watch, concurrency)
        watch.finish()
    return result


class _Source:
    """What is copied, as a HEAD request found it."""

    def __init__(
        self,
        bucket: TransferVerbs,
        key: str,
        version_id: str | None,
        options: CopyOptions,
    ) -> None:
        self.bucket = bucket
        self.key = key
        self.version_id = version_id
        self.params = {}
        if version_id is not None:
            self.params["versionId"] = check_text("the version id", version_id)
        given = {name: options[name] for name in _CONDITIONS if name in options}  # type: ignore[literal-required]
        conditions = cast("Conditions", given)
        self.info: ObjectInfo = bucket.head_object(
            key, params=self.params, **conditions
        )
        with about("HeadObject", bucket.name, key):
            check_source(self.info)

    def inherited(
        self, options: ObjectOptions, directives: Mapping[str, str]
    ) -> ObjectOptions:
        """The options of a copy, with what it takes over where nothing replaces it."""
        found: dict[str, Any] = dict(options)
        if directives.get("x-oss-metadata-directive", "").upper() != "REPLACE":
            headers = self.info.headers
            for name, header in _CONTENT.items():
                if header in headers:
                    found[name] = headers[header]
            found["metadata"] = self.info.metadata
        if directives.get("x-oss-tagging-directive", "").upper() != "REPLACE":
            count = self.info.headers.get("x-oss-tagging-count", "0")
            if count != "0":
                found["tags"] = self._tags()
        return cast("ObjectOptions", found)

    def _tags(self) -> dict[str, str]:
        def read(answer: Answer) -> dict[str, str]:
            root = _xml.parse(_xml.made_legal(answer.body), "Tagging")
            tags = root.find("TagSet")
            pairs = [] if tags is None else tags.all("Tag")
            return {pair.get("Key"): pair.get("Value") for pair in pairs}

        return self.bucket._object(
            "GetObjectTagging",
            functions.send("GET"),
            self.key,
            read,
            params={"tagging": "", **self.params},
        )


class _Copy:
    """One copy in parts. One thread at a time."""

    def __init__(
        self, bucket: TransferVerbs, key: str, source: _Source, options: ObjectOptions
    ) -> None:
        self.bucket = bucket
        self.key = key
        self.source = source
        self.options = options
        self.part_size = PART_SIZE
        self.parts: dict[int, UploadPartResult] = {}

    def run(self, watch: Watch, concurrency: int) -> CopyObjectResult:
        """Copies all parts and makes the object of them."""
        upload = initiate(self.bucket, self.key, self.options)
        upload_id = upload.upload_id
        headers = part_headers(check_options(self.options))

        def work(part: Part, stop: CancelToken) -> UploadPartResult:
            return self.bucket.upload_part_copy(
                self.key,
                upload_id,
                part.number,
                self.source.key,
                (part.offset, part.last),
                source_bucket=self.source.bucket.name,
                source_version_id=self.source.version_id,
                if_match=self.source.info.etag,
                headers=headers,
                cancel=stop,
            )

        def settle(part: Part, result: UploadPartResult) -> None:
            self.parts[part.number] = result
            watch.settle(part.number, part.size)

        with aborting(self.bucket, self.key, upload_id):
            try:
                run_parts(
                    parts_of(self.source.info.size, self.part_size),
                    work,
                    settle,
                    concurrency=concurrency,
                    tick=watch.tick,
                )
            except PreconditionFailed as error:
                error.message = f"the source was replaced meanwhile: {error.message}"
                raise
            result = complete(
                self.bucket,
                self.key,
                upload_id,
                self.parts,
                callback=None,
                options=self.options,
                crc64=self.source.info.crc64,
            )
        return self._checked(result)

    def _checked(self, made: PutObjectResult) -> CopyObjectResult:
        if None not in (made.crc64, self.source.info.crc64) and (
            made.crc64 != self.source.info.crc64
        ):
            raise ChecksumMismatch("the CRC-64 of the copy differs from the source's")
        try:
            moment = parse_http_date(made.headers.get("date", ""))
        except ValueError:
            moment = self.bucket.head_object(self.key).last_modified
        return CopyObjectResult(
            etag=made.etag,
            last_modified=moment,
            crc64=made.crc64,
            request_id=made.request_id,
            version_id=made.version_id,
            headers=made.headers,
            source_version_id=self.source.info.version_id,
        )


def _plain(options: CopyOptions) -> ObjectOptions:
    """The options for the target, without what only CopyObject understands."""
    found: dict[str, Any] = {
        name: value for name, value in options.items() if name not in _CONDITIONS
    }
    if found.get("headers") is not None:
        found["headers"] = {
            name: text
            for name, text in check_mapping("headers", found["headers"]).items()
            if not name.lower().startswith(_OF_COPIES)
        }
    return cast("ObjectOptions", found)
