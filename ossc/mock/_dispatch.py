"""Which handler carries out which operation.

An operation that the router names and this table lacks is answered 501. Adding one
is one line here and its handler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._handlers import _append as append
from ossc.mock._handlers import _bucket_info as bucket_info
from ossc.mock._handlers import _bucket_list as bucket_list
from ossc.mock._handlers import _buckets as buckets
from ossc.mock._handlers import _copy as copy
from ossc.mock._handlers import _listing as listing
from ossc.mock._handlers import _multipart as multipart
from ossc.mock._handlers import _multipart_list as multipart_list
from ossc.mock._handlers import _object_settings as settings
from ossc.mock._handlers import _objects as objects
from ossc.mock._settings import ACTIONS, SETTINGS, preflight
from ossc.mock._settings import handlers as setting_handlers

if TYPE_CHECKING:
    from collections.abc import Callable

    from ossc.mock._call import Call
    from ossc.mock._http import Response

__all__ = ["HANDLERS"]

HANDLERS: dict[str, Callable[[Call], Response]] = {
    "ListBuckets": bucket_list.list_buckets,
    "PutBucket": buckets.put_bucket,
    "DeleteBucket": buckets.delete_bucket,
    "HeadBucket": buckets.head_bucket,
    "GetBucketInfo": bucket_info.get_bucket_info,
    "GetBucketLocation": bucket_info.get_bucket_location,
    "GetBucketStat": bucket_info.get_bucket_stat,
    "ListObjects": listing.list_objects,
    "ListObjectsV2": listing.list_objects_v2,
    "PutObject": objects.put_object,
    "GetObject": objects.get_object,
    "HeadObject": objects.head_object,
    "GetObjectMeta": objects.get_object_meta,
    "DeleteObject": objects.delete_object,
    "DeleteMultipleObjects": objects.delete_multiple_objects,
    "CopyObject": copy.copy_object,
    "AppendObject": append.append_object,
    "InitiateMultipartUpload": multipart.initiate_multipart_upload,
    "UploadPart": multipart.upload_part,
    "UploadPartCopy": multipart.upload_part_copy,
    "CompleteMultipartUpload": multipart.complete_multipart_upload,
    "AbortMultipartUpload": multipart.abort_multipart_upload,
    "ListParts": multipart_list.list_parts,
    "ListMultipartUploads": multipart_list.list_multipart_uploads,
    "GetObjectACL": settings.get_object_acl,
    "PutObjectACL": settings.put_object_acl,
    "GetObjectTagging": settings.get_object_tagging,
    "PutObjectTagging": settings.put_object_tagging,
    "DeleteObjectTagging": settings.delete_object_tagging,
    "PutSymlink": settings.put_symlink,
    "GetSymlink": settings.get_symlink,
    "OptionObject": preflight,
    **setting_handlers(SETTINGS),
    **{action.name: action.carry_out for action in ACTIONS},
}
