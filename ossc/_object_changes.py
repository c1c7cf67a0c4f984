"""Verbs that change an object by copying it: its metadata, its class, its name."""

from __future__ import annotations

from ossc._object_info import ObjectInfoVerbs
from ossc._object_settings import ObjectSettingVerbs
from ossc._transfers import TransferVerbs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ossc.models import CopyObjectResult
    from ossc.options import StorageClass

__all__ = ["ObjectChangeVerbs"]


class ObjectChangeVerbs(ObjectInfoVerbs, ObjectSettingVerbs, TransferVerbs):
    """Metadata, storage class, name."""

    __slots__ = ()

    def update_metadata(
        self,
        key: str,
        metadata: Mapping[str, str | None] | None = None,
        *,
        replace: bool = False,
        content_type: str | None = None,
        cache_control: str | None = None,
        content_disposition: str | None = None,
        content_encoding: str | None = None,
        content_language: str | None = None,
        expires: datetime | str | None = None,
        if_match: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> CopyObjectResult:
        """Changes an object's metadata and keeps what is not given, and its bytes.

        OSS has no request for that: the object is headed, its access rule is asked for,
        and it is copied onto itself (CopyObject) with all of its metadata, storage class,
        encryption, access rule and tags. The copy is refused if the object was written
        in between, and its CRC-64 is compared. In a versioned bucket the copy is a new
        version. The object has at most 5 GB.

        Args:
            key: The object's key.
            metadata: User metadata to set; None as a value removes a name.
            replace: True: other user metadata than that is removed.
            content_type: The new media type.
            cache_control: This and the following: the new header; `""` removes it.
            content_disposition: See above.
            content_encoding: See above.
            content_language: See above.
            expires: See above; an aware `datetime`, or the header's text.
            if_match: Only if the object's ETag is this one.
            headers: Further headers of the copy; they win.

        Raises:
            NoSuchKey: There is no such object.
            PreconditionFailed: It was replaced meanwhile, or has another ETag.
            ConnectionLost, RequestTimedOut: The copy's answer got lost; it is not
                repeated by itself, but the call may be made again.
            InvalidObjectState: It is archived and was not restored.
            FileImmutable: It is protected.
            ParameterError: It is a symlink; put it anew.
            ChecksumMismatch: Its bytes are not what they were.

        Example:
            >>> r = bucket.update_metadata("greeting.txt", {"author": "Zoë"})
            >>> bucket.head_object("greeting.txt").metadata
            {'author': 'Zoë'}
        """
        # Loaded here: few programs change metadata.
        from ossc import _onto_itself  # noqa: PLC0415

        content = {
            "content_type": content_type,
            "cache_control": cache_control,
            "content_disposition": content_disposition,
            "content_encoding": content_encoding,
            "content_language": content_language,
            "expires": expires,
        }
        return _onto_itself.change(
            self,
            key,
            metadata=metadata or {},
            replace=replace,
            content={k: v for k, v in content.items() if v is not None},
            if_match=if_match,
            headers=headers,
        )

    def set_storage_class(
        self,
        key: str,
        storage_class: StorageClass,
        *,
        if_match: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> CopyObjectResult:
        """Changes how an object is kept; all else stays as it is.

        It is copied onto itself as by `update_metadata`, which says how that is guarded.

        Args:
            key: The object's key.
            storage_class: `"Standard"`, `"IA"`, `"Archive"`, `"ColdArchive"` or
                `"DeepColdArchive"`.
            if_match: Only if the object's ETag is this one.
            headers: Further headers of the copy; they win.

        Raises:
            NoSuchKey, PreconditionFailed, InvalidObjectState, FileImmutable,
            ParameterError, ChecksumMismatch: As in `update_metadata`.

        Example:
            >>> r = bucket.set_storage_class("greeting.txt", "IA")
            >>> bucket.head_object("greeting.txt").storage_class
            'IA'
        """
        from ossc import _onto_itself  # noqa: PLC0415 - as above

        return _onto_itself.change(
            self,
            key,
            storage_class=storage_class,
            if_match=if_match,
            headers=headers,
        )

    def rename_object(
        self, source_key: str, key: str, *, forbid_overwrite: bool = False
    ) -> CopyObjectResult:
        """Gives an object another key: copies it, checks the copy, deletes the source.

        OSS renames only in buckets with a hierarchical namespace; this is what is left
        for all others, and it is not atomic. The copy has the source's bytes, metadata,
        tags, access rule, storage class and encryption, and its CRC-64 is compared
        before the source is deleted. If that or anything before it fails, the source is
        still there, and a copy may be there as well: the call can be made again. The
        source is looked at again right before it is deleted; only what is written to it
        in the moment after that is lost. In a versioned bucket the source's versions
        stay, below a delete marker. Any size goes: more than 128 MiB in parts.

        Args:
            source_key: What it is called.
            key: What it is to be called, in this bucket.
            forbid_overwrite: True: fail if there is an object of that name.

        Raises:
            NoSuchKey: There is no such source.
            PreconditionFailed: The source was replaced meanwhile; it stays.
            FileAlreadyExists: `forbid_overwrite` and the new key exists.
            FileImmutable: The source, or what has the new key, is protected.
            ParameterError: Both keys are the same, or the source is a symlink.

        Example:
            >>> r = bucket.rename_object("greeting.txt", "hello.txt")
            >>> bucket.object_exists("greeting.txt"), bucket.object_exists("hello.txt")
            (False, True)
        """
        from ossc import _onto_itself  # noqa: PLC0415 - as above

        return _onto_itself.rename(
            self, source_key, key, forbid_overwrite=forbid_overwrite
        )
