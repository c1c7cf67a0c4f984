/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_OSS_API_H
#define OSS_C_SDK_OSS_API_H

#include "oss_define.h"
#include "oss_auth.h"
#include "oss_util.h"
#include "aos_buf.h"
#include "aos_crc64.h"
#include "aos_log.h"
#include "aos_status.h"
#include "aos_util.h"

AOS_CPP_START

/*
 * The operations. Each makes one request, is performed in the calling thread, and returns when the
 * answer is in. What holds for all of them:
 *
 * Memory: the status, *resp_headers and the buffers in lists live in options->pool and die with it.
 * What the caller gives is borrowed for the length of the call; strings must be zero-terminated at
 * their length. Tables of the caller are read, never changed, so they may be used again.
 *
 * NULL is allowed for headers, params, progress_callback, resp_headers and resp_body; for nothing
 * else, unless its comment says so. options->config and options->ctl must be set.
 *
 * Results: the status is never NULL (aos_status.h). *resp_headers and resp_body need no
 * initialisation: first thing they are emptied, so after any return they may be read;
 * *resp_headers is the answer's table (names in any case), an empty one when no answer came, NULL
 * only when there was no memory for that. resp_body is the answer's body whatever its status.
 *
 * Failures: names are checked first ("BucketNameInvalidError", "ObjectNameInvalidError"), then
 * other arguments ("ClientError", AOSE_INVALID_ARGUMENT, error_msg says which), then local files
 * ("OpenFileFail"); up to there nothing is sent. "ClientError" is also an invalid endpoint, a
 * signature that cannot be made, and lack of memory (AOSE_OUT_MEMORY). "HttpIoError": no whole
 * answer came. A body shorter than announced is an error. "InconsistentError": the CRC-64 differs.
 * Any other error_code is the service's. Nothing is retried.
 *
 * Threads: functions may run at the same time as long as each has its own options, controller and
 * pool. progress_callback is called in the calling thread, at most once for each piece moved.
 */

/* --- buckets --- */

/* Make a bucket with an ACL and, in the second form, a storage class (OSS_STORAGE_CLASS_BUTT: none
 * said). An ACL or class that is none of the enumeration is not sent. */
OSS_API aos_status_t *oss_create_bucket(const oss_request_options_t *options,
                                        const aos_string_t *bucket, oss_acl_e oss_acl,
                                        aos_table_t **resp_headers);
OSS_API aos_status_t *oss_create_bucket_with_storage_class(const oss_request_options_t *options,
                                                           const aos_string_t *bucket,
                                                           oss_acl_e oss_acl,
                                                           oss_storage_class_type_e storage_class,
                                                           aos_table_t **resp_headers);

/* Deletes an empty bucket (204). */
OSS_API aos_status_t *oss_delete_bucket(const oss_request_options_t *options,
                                        const aos_string_t *bucket, aos_table_t **resp_headers);

/* HEAD of the bucket: 200 when it is there and may be looked at; its headers in *resp_headers. */
OSS_API aos_status_t *oss_head_bucket(const oss_request_options_t *options,
                                      const aos_string_t *bucket, aos_table_t **resp_headers);

/* --- objects: upload --- */

/*
 * Put an object: 200, ETag in *resp_headers. The body is a list of buffers (moved out of the list
 * once the request is made; at most INT_MAX bytes each, any number of them) or a regular file, sent
 * with its length as it is when the request begins; a file that gets shorter meanwhile is an error.
 * Unless the headers have a Content-Type, it is told by the suffix of the file's name, or of the
 * key. Unless CRC checks are off (ctl->options->enable_crc), the CRC-64 of what was sent is
 * compared with the service's.
 *
 * Upload callbacks (headers OSS_CALLBACK and OSS_CALLBACK_VAR, base64 made by the caller): the
 * application's answer is in `resp_body`. When the callback failed the object is stored all the
 * same: code 203, error_code "CallbackFailed" with the reason in error_msg, aos_status_is_ok() true
 * as in the official SDK. A careful caller looks at the code.
 */
OSS_API aos_status_t *oss_put_object_from_buffer(const oss_request_options_t *options,
                                                 const aos_string_t *bucket,
                                                 const aos_string_t *object, aos_list_t *buffer,
                                                 aos_table_t *headers, aos_table_t **resp_headers);
OSS_API aos_status_t *oss_put_object_from_file(const oss_request_options_t *options,
                                               const aos_string_t *bucket,
                                               const aos_string_t *object,
                                               const aos_string_t *filename, aos_table_t *headers,
                                               aos_table_t **resp_headers);
OSS_API aos_status_t *
oss_do_put_object_from_buffer(const oss_request_options_t *options, const aos_string_t *bucket,
                              const aos_string_t *object, aos_list_t *buffer, aos_table_t *headers,
                              aos_table_t *params, oss_progress_callback progress_callback,
                              aos_table_t **resp_headers, aos_list_t *resp_body);
OSS_API aos_status_t *oss_do_put_object_from_file(
    const oss_request_options_t *options, const aos_string_t *bucket, const aos_string_t *object,
    const aos_string_t *filename, aos_table_t *headers, aos_table_t *params,
    oss_progress_callback progress_callback, aos_table_t **resp_headers, aos_list_t *resp_body);

/* --- objects: download --- */

/*
 * Get an object into a list of buffers in options->pool: 200, or 206 for a Range in the headers.
 * The list is emptied first and filled only on success; what an error's body says is in the status.
 * The CRC-64 is compared unless a Range, x-oss-process or a compressed answer was asked for, or the
 * status is not 200; a difference leaves the list empty.
 */
OSS_API aos_status_t *oss_get_object_to_buffer(const oss_request_options_t *options,
                                               const aos_string_t *bucket,
                                               const aos_string_t *object, aos_table_t *headers,
                                               aos_table_t *params, aos_list_t *buffer,
                                               aos_table_t **resp_headers);
OSS_API aos_status_t *oss_do_get_object_to_buffer(const oss_request_options_t *options,
                                                  const aos_string_t *bucket,
                                                  const aos_string_t *object, aos_table_t *headers,
                                                  aos_table_t *params, aos_list_t *buffer,
                                                  oss_progress_callback progress_callback,
                                                  aos_table_t **resp_headers);

/*
 * Get an object into a file. The bytes go to a temporary file in the same folder, with a random
 * suffix, that is flushed to the disk and renamed over `filename` when all of them are there and
 * have passed the checks above: `filename` never holds half a file, and after a failure what it was
 * before is untouched and the temporary file is gone. Only a regular file (or a symbolic link,
 * which is replaced) may stand under the name; its permissions are kept, a new file has 0666
 * without the umask's bits. Failures of the file: "OpenFileFail", "WriteFileFail" or
 * "RenameFileFail" with AOSE_OPEN_FILE_ERROR, AOSE_FILE_WRITE_ERROR or AOSE_FILE_FLUSH_ERROR, and
 * errno in error_msg.
 */
OSS_API aos_status_t *oss_get_object_to_file(const oss_request_options_t *options,
                                             const aos_string_t *bucket, const aos_string_t *object,
                                             aos_table_t *headers, aos_table_t *params,
                                             aos_string_t *filename, aos_table_t **resp_headers);
OSS_API aos_status_t *oss_do_get_object_to_file(const oss_request_options_t *options,
                                                const aos_string_t *bucket,
                                                const aos_string_t *object, aos_table_t *headers,
                                                aos_table_t *params, aos_string_t *filename,
                                                oss_progress_callback progress_callback,
                                                aos_table_t **resp_headers);

/* --- objects: the rest --- */

/* HEAD: all headers of the object in *resp_headers; or, as meta, only ETag, Content-Length and
 * Last-Modified. The error of a failed HEAD is read from the header x-oss-err. */
OSS_API aos_status_t *oss_head_object(const oss_request_options_t *options,
                                      const aos_string_t *bucket, const aos_string_t *object,
                                      aos_table_t *headers, aos_table_t **resp_headers);
OSS_API aos_status_t *oss_get_object_meta(const oss_request_options_t *options,
                                          const aos_string_t *bucket, const aos_string_t *object,
                                          aos_table_t **resp_headers);

/* Deletes an object: 204, whether or not it was there. */
OSS_API aos_status_t *oss_delete_object(const oss_request_options_t *options,
                                        const aos_string_t *bucket, const aos_string_t *object,
                                        aos_table_t **resp_headers);

/* Copies within a region, on the service's side: ETag in *resp_headers. `headers` may hold
 * x-oss-metadata-directive and its kin. */
OSS_API aos_status_t *
oss_copy_object(const oss_request_options_t *options, const aos_string_t *source_bucket,
                const aos_string_t *source_object, const aos_string_t *dest_bucket,
                const aos_string_t *dest_object, aos_table_t *headers, aos_table_t **resp_headers);

/*
 * Append to an Appendable object (made when `position` is 0 and it is not there): the next position
 * is in *resp_headers, x-oss-next-append-position. `position`, the object's length so far, must not
 * be negative. The oss_do_ forms compare the service's CRC-64 of the whole object; `init_crc` is
 * that of the object so far (0 for an empty one). The plain forms compare nothing.
 */
OSS_API aos_status_t *oss_append_object_from_buffer(const oss_request_options_t *options,
                                                    const aos_string_t *bucket,
                                                    const aos_string_t *object, int64_t position,
                                                    aos_list_t *buffer, aos_table_t *headers,
                                                    aos_table_t **resp_headers);
OSS_API aos_status_t *
oss_do_append_object_from_buffer(const oss_request_options_t *options, const aos_string_t *bucket,
                                 const aos_string_t *object, int64_t position, uint64_t init_crc,
                                 aos_list_t *buffer, aos_table_t *headers, aos_table_t *params,
                                 oss_progress_callback progress_callback,
                                 aos_table_t **resp_headers, aos_list_t *resp_body);
OSS_API aos_status_t *oss_append_object_from_file(const oss_request_options_t *options,
                                                  const aos_string_t *bucket,
                                                  const aos_string_t *object, int64_t position,
                                                  const aos_string_t *append_file,
                                                  aos_table_t *headers, aos_table_t **resp_headers);
OSS_API aos_status_t *
oss_do_append_object_from_file(const oss_request_options_t *options, const aos_string_t *bucket,
                               const aos_string_t *object, int64_t position, uint64_t init_crc,
                               const aos_string_t *append_file, aos_table_t *headers,
                               aos_table_t *params, oss_progress_callback progress_callback,
                               aos_table_t **resp_headers, aos_list_t *resp_body);

/* --- presigned URLs --- */

/*
 * A URL that is valid until `expires`, in Unix seconds, for req->method with req->headers and
 * req->query_params; in options->pool. `req` comes from aos_http_request_create(); its proto, host,
 * uri and resource are set. With config->signature_version 4 the URL is V4. NULL when a name or the
 * endpoint is invalid, the key begins with '?' (unless ctl->options->verify_object_strict is 0),
 * `expires` is negative or, for V4, in the past or more than 7 days away, credentials are missing,
 * or there is no memory.
 */
OSS_API char *oss_gen_signed_url(const oss_request_options_t *options, const aos_string_t *bucket,
                                 const aos_string_t *object, int64_t expires,
                                 aos_http_request_t *req);

/* As above, by a presigned URL, which is sent as it is; so are the headers: nothing is added, as
 * that might not be what was signed. `params` are ignored, the URL holds them. */
OSS_API aos_status_t *oss_put_object_from_buffer_by_url(const oss_request_options_t *options,
                                                        const aos_string_t *signed_url,
                                                        aos_list_t *buffer, aos_table_t *headers,
                                                        aos_table_t **resp_headers);
OSS_API aos_status_t *oss_put_object_from_file_by_url(const oss_request_options_t *options,
                                                      const aos_string_t *signed_url,
                                                      aos_string_t *filename, aos_table_t *headers,
                                                      aos_table_t **resp_headers);
OSS_API aos_status_t *oss_get_object_to_buffer_by_url(const oss_request_options_t *options,
                                                      const aos_string_t *signed_url,
                                                      aos_table_t *headers, aos_table_t *params,
                                                      aos_list_t *buffer,
                                                      aos_table_t **resp_headers);
OSS_API aos_status_t *oss_get_object_to_file_by_url(const oss_request_options_t *options,
                                                    const aos_string_t *signed_url,
                                                    aos_table_t *headers, aos_table_t *params,
                                                    aos_string_t *filename,
                                                    aos_table_t **resp_headers);
OSS_API aos_status_t *oss_head_object_by_url(const oss_request_options_t *options,
                                             const aos_string_t *signed_url, aos_table_t *headers,
                                             aos_table_t **resp_headers);
OSS_API aos_status_t *oss_get_object_meta_by_url(const oss_request_options_t *options,
                                                 const aos_string_t *signed_url,
                                                 aos_table_t **resp_headers);

/* --- multipart uploads --- */

/* Begins an upload: *upload_id is in options->pool, null after a failure. The headers (metadata,
 * ACL, …) are the final object's. A 2xx answer without an id is "ParseXmlError". */
OSS_API aos_status_t *oss_init_multipart_upload(const oss_request_options_t *options,
                                                const aos_string_t *bucket,
                                                const aos_string_t *object, aos_string_t *upload_id,
                                                aos_table_t *headers, aos_table_t **resp_headers);

/* Upload a part, 1 to 10000, from buffers or from the range [file_pos, file_last) of a file (cut at
 * its end): ETag in *resp_headers. The part's CRC-64 is compared. An empty upload id or another
 * part number is a "ClientError" before anything is sent. */
OSS_API aos_status_t *oss_upload_part_from_buffer(const oss_request_options_t *options,
                                                  const aos_string_t *bucket,
                                                  const aos_string_t *object,
                                                  const aos_string_t *upload_id, int part_num,
                                                  aos_list_t *buffer, aos_table_t **resp_headers);
OSS_API aos_status_t *oss_do_upload_part_from_buffer(
    const oss_request_options_t *options, const aos_string_t *bucket, const aos_string_t *object,
    const aos_string_t *upload_id, int part_num, aos_list_t *buffer,
    oss_progress_callback progress_callback, aos_table_t *headers, aos_table_t *params,
    aos_table_t **resp_headers, aos_list_t *resp_body);
OSS_API aos_status_t *
oss_upload_part_from_file(const oss_request_options_t *options, const aos_string_t *bucket,
                          const aos_string_t *object, const aos_string_t *upload_id, int part_num,
                          oss_upload_file_t *upload_file, aos_table_t **resp_headers);
OSS_API aos_status_t *oss_do_upload_part_from_file(
    const oss_request_options_t *options, const aos_string_t *bucket, const aos_string_t *object,
    const aos_string_t *upload_id, int part_num, oss_upload_file_t *upload_file,
    oss_progress_callback progress_callback, aos_table_t *headers, aos_table_t *params,
    aos_table_t **resp_headers, aos_list_t *resp_body);

/* Gives an upload and its parts up (204). */
OSS_API aos_status_t *oss_abort_multipart_upload(const oss_request_options_t *options,
                                                 const aos_string_t *bucket,
                                                 const aos_string_t *object,
                                                 aos_string_t *upload_id,
                                                 aos_table_t **resp_headers);

/*
 * Makes the object of the parts in `part_list` (oss_complete_part_content_t: number and ETag,
 * quoted or not), in the list's order, which the service wants to ascend. An empty list is allowed
 * only with the header x-oss-complete-all. Content-Type is application/xml unless the headers have
 * one. Upload callbacks as for putting an object.
 */
OSS_API aos_status_t *oss_complete_multipart_upload(const oss_request_options_t *options,
                                                    const aos_string_t *bucket,
                                                    const aos_string_t *object,
                                                    const aos_string_t *upload_id,
                                                    aos_list_t *part_list, aos_table_t *headers,
                                                    aos_table_t **resp_headers);
OSS_API aos_status_t *
oss_do_complete_multipart_upload(const oss_request_options_t *options, const aos_string_t *bucket,
                                 const aos_string_t *object, const aos_string_t *upload_id,
                                 aos_list_t *part_list, aos_table_t *headers, aos_table_t *params,
                                 aos_table_t **resp_headers, aos_list_t *resp_body);

/*
 * Lists up to params->max_ret parts behind params->part_number_marker (empty: from the start):
 * appended to params->part_list (oss_list_part_content_t), which the caller clears between pages;
 * params->truncated and next_part_number_marker say whether and where it goes on. After a failure
 * params is unchanged.
 */
OSS_API aos_status_t *oss_list_upload_part(const oss_request_options_t *options,
                                           const aos_string_t *bucket, const aos_string_t *object,
                                           const aos_string_t *upload_id,
                                           oss_list_upload_part_params_t *params,
                                           aos_table_t **resp_headers);

/* Makes a part of the bytes range_start to range_end (both included) of another object; 0 to -1 is
 * the whole of it. `params` must not be NULL. */
OSS_API aos_status_t *oss_upload_part_copy(const oss_request_options_t *options,
                                           oss_upload_part_copy_params_t *params,
                                           aos_table_t *headers, aos_table_t **resp_headers);

/* --- live channels --- */

/* The URL to push a stream to: "rtmp://", the bucket's host, "/live/" and the channel, signed (V1)
 * until `expires`, in Unix seconds; in options->pool. `play_list_name` may be NULL. NULL as
 * oss_gen_signed_url(). */
OSS_API char *oss_gen_rtmp_signed_url(const oss_request_options_t *options,
                                      const aos_string_t *bucket, const aos_string_t *live_channel,
                                      const aos_string_t *play_list_name, const int64_t expires);

AOS_CPP_END

#endif
