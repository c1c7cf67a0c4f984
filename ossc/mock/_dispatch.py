"""Which handler carries out which operation.

An operation that the router names and this table lacks is answered 501. Adding one
is one line here and its handler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._handlers import _append as append
from ossc.mock._handlers import _archive as archive
from ossc.mock._handlers import _bucket_info as bucket_info
from ossc.mock._handlers import _bucket_list as bucket_list
from ossc.mock._handlers import _buckets as buckets
from ossc.mock._handlers import _copy as copy
from ossc.mock._handlers import _delete as delete
from ossc.mock._handlers import _directories as directories
from ossc.mock._handlers import _fetch as fetch
from ossc.mock._handlers import _listing as listing
from ossc.mock._handlers import _live as live
from ossc.mock._handlers import _multipart as multipart
from ossc.mock._handlers import _multipart_list as multipart_list
from ossc.mock._handlers import _object_settings as settings
from ossc.mock._handlers import _objects as objects
from ossc.mock._handlers import _post as post
from ossc.mock._handlers import _process as process
from ossc.mock._handlers import _select as select
from ossc.mock._handlers import _versions as versions
from ossc.mock._handlers import _worm as worm
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
    "ListObjectVersions": versions.list_object_versions,
    "PutObject": objects.put_object,
    "GetObject": objects.get_object,
    "HeadObject": objects.head_object,
    "GetObjectMeta": objects.get_object_meta,
    "DeleteObject": delete.delete_object,
    "DeleteMultipleObjects": delete.delete_multiple_objects,
    "CopyObject": copy.copy_object,
    "CreateDirectory": directories.create_directory,
    "DeleteDirectory": directories.delete_directory,
    "Rename": directories.rename,
    "PostObject": post.post_object,
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
    "SealAppendObject": append.seal_append_object,
    "RestoreObject": archive.restore_object,
    "CleanRestoredObject": archive.clean_restored_object,
    "ProcessObject": process.process_object,
    "AsyncProcessObject": process.async_process_object,
    "PutAsyncFetchTask": fetch.put_async_fetch_task,
    "GetAsyncFetchTask": fetch.get_async_fetch_task,
    "PutObjectRetention": worm.put_object_retention,
    "GetObjectRetention": worm.get_object_retention,
    "PutObjectLegalHold": worm.put_object_legal_hold,
    "GetObjectLegalHold": worm.get_object_legal_hold,
    "PutLiveChannel": live.put_live_channel,
    "GetLiveChannelInfo": live.get_live_channel_info,
    "GetLiveChannelStat": live.get_live_channel_stat,
    "GetLiveChannelHistory": live.get_live_channel_history,
    "PutLiveChannelStatus": live.put_live_channel_status,
    "DeleteLiveChannel": live.delete_live_channel,
    "ListLiveChannel": live.list_live_channel,
    "PostVodPlaylist": live.post_vod_playlist,
    "GetVodPlaylist": live.get_vod_playlist,
    "SelectObject": select.select_object,
    "CreateSelectObjectMeta": select.create_select_object_meta,
    **setting_handlers(SETTINGS),
    **{action.name: action.carry_out for action in ACTIONS},
}
