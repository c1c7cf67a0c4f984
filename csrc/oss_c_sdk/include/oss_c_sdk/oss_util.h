/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_OSS_UTIL_H
#define OSS_C_SDK_OSS_UTIL_H

#include "oss_define.h"

AOS_CPP_START

/*
 * Building blocks of requests, for operations that oss_api.h has no function for:
 *
 *   1. oss_init_object_request(), or its kin for a bucket, the service, a presigned URL
 *   2. if *req is not NULL: oss_write_request_body_from_buffer(), more headers, another sink
 *   3. oss_process_request(), whose status also tells what failed in step 1
 *
 * All are thread-safe as long as no two threads use one pool, options or request at the same time.
 * Strings (aos_string_t) are taken by their length and must be zero-terminated there.
 */

/* 1 for a dotted-quad IPv4 address ("127.0.0.1", nothing shorter), or an IPv6 address in brackets;
 * no port. */
OSS_API int is_valid_ip(const char *str);

/* "private", "public-read", "public-read-write", "default" / "Standard", "IA", "Archive",
 * "ColdArchive": static texts; NULL for any other value. */
OSS_API const char *get_oss_acl_str(oss_acl_e oss_acl);
OSS_API const char *get_oss_storage_class_str(oss_storage_class_type_e storage_class);

/* --- configuration --- */

/* A zeroed configuration in the pool: no endpoint, V1 signatures; NULL without memory. */
OSS_API oss_config_t *oss_config_create(aos_pool_t *p);

/*
 * Puts the configuration's proxy into the controller: its options become a copy of their own in the
 * controller's pool, so that neither other controllers nor the process's defaults change and
 * nothing depends on `pool` (not used). Without a proxy it does nothing. After a failed allocation
 * the controller has no options, and the operations and oss_send_request() fail with
 * AOSE_OUT_MEMORY rather than go out past the proxy. The endpoint needs no such step: it is taken
 * apart for each request.
 */
OSS_API void oss_config_resolve(aos_pool_t *pool, oss_config_t *config, aos_http_controller_t *ctl);

/* Options in the pool `p`, which becomes options->pool; NULL gives them a pool of their own, which
 * the caller destroys (aos_pool_destroy(options->pool)). config and ctl are NULL, the caller's to
 * set. NULL without memory. */
OSS_API oss_request_options_t *oss_request_options_create(aos_pool_t *p);

/* --- requests --- */

/*
 * Make a request and the record of its answer in options->pool. `params` and `headers` may be NULL;
 * they are copied, so the caller's tables never change and may be used again (what is added later
 * goes into (*req)->headers and (*req)->query_params). The functions being void, a failure is told
 * by oss_process_request(): without memory *req and *resp are NULL, or (*req)->uri is; with an
 * invalid endpoint (*req)->host is NULL. Names are not checked here.
 *
 * oss_init_object_request: `cb` (may be NULL) is told of the progress of the download for HTTP_GET,
 * else of the upload; the upload's CRC-64 goes on from `initcrc`.
 * oss_init_signed_url_request: the URL is copied; `params` are not part of it and not sent.
 */
OSS_API void oss_init_request(const oss_request_options_t *options, http_method_e method,
                              aos_http_request_t **req, aos_table_t *params, aos_table_t *headers,
                              aos_http_response_t **resp);
OSS_API void oss_init_bucket_request(const oss_request_options_t *options,
                                     const aos_string_t *bucket, http_method_e method,
                                     aos_http_request_t **req, aos_table_t *params,
                                     aos_table_t *headers, aos_http_response_t **resp);
OSS_API void oss_init_service_request(const oss_request_options_t *options, http_method_e method,
                                      aos_http_request_t **req, aos_table_t *params,
                                      aos_table_t *headers, aos_http_response_t **resp);
OSS_API void oss_init_object_request(const oss_request_options_t *options,
                                     const aos_string_t *bucket, const aos_string_t *object,
                                     http_method_e method, aos_http_request_t **req,
                                     aos_table_t *params, aos_table_t *headers,
                                     oss_progress_callback cb, uint64_t initcrc,
                                     aos_http_response_t **resp);
OSS_API void oss_init_signed_url_request(const oss_request_options_t *options,
                                         const aos_string_t *signed_url, http_method_e method,
                                         aos_http_request_t **req, aos_table_t *params,
                                         aos_table_t *headers, aos_http_response_t **resp);

/*
 * Performs the request as it is, through `ctl`. Never NULL; the status is in req->pool. Of the
 * answer, resp->headers and the body (in resp->body, unless resp->write_body was changed) stay with
 * resp; nothing but a 2xx body goes to a changed resp->write_body. NULL for `req` or `resp`, or a
 * controller without options, is taken for what it comes from: AOSE_OUT_MEMORY.
 */
OSS_API aos_status_t *oss_send_request(aos_http_controller_t *ctl, aos_http_request_t *req,
                                       aos_http_response_t *resp);

/* Signs by options->config, then sends through options->ctl. Never NULL. Fails as said above of the
 * oss_init_ functions, and with "ClientError" when signing fails (no region for V4, say). Signing
 * sets headers in req->headers; the same request may be processed again. */
OSS_API aos_status_t *oss_process_request(const oss_request_options_t *options,
                                          aos_http_request_t *req, aos_http_response_t *resp);

/* Sends through options->ctl without signing: for req->signed_url. Never NULL. */
OSS_API aos_status_t *oss_process_signed_request(const oss_request_options_t *options,
                                                 aos_http_request_t *req,
                                                 aos_http_response_t *resp);

/*
 * Fill req->proto, host, uri and resource by the endpoint of options->config. The endpoint is a
 * host with an optional scheme (in any case; http:// without one) and port. A path, query or
 * fragment behind it is ignored; a user in front of the host ("user@host") is refused as invalid.
 *
 *   endpoint               host            uri (no leading '/', not encoded)
 *   an IP address          endpoint        bucket/key     bucket/
 *   config->is_cname       endpoint        key            (empty)
 *   any other              bucket.endpoint key            (empty)
 *
 * In the last two rows a key that itself begins with '/' has that of the path in front of it.
 * resource, what is signed, is always "bucket/key" or "bucket/". Texts are in options->pool.
 */
OSS_API void oss_get_object_uri(const oss_request_options_t *options, const aos_string_t *bucket,
                                const aos_string_t *object, aos_http_request_t *req);
OSS_API void oss_get_bucket_uri(const oss_request_options_t *options, const aos_string_t *bucket,
                                aos_http_request_t *req);

/* --- bodies --- */

/* Moves the buffers of the list into the request: the list is empty afterwards, their memory stays
 * the caller's and must live until the request is done. */
OSS_API void oss_write_request_body_from_buffer(aos_list_t *buffer, aos_http_request_t *req);

/* Open a file, or the range [file_pos, file_last) of it (cut at its end), as the request's body. It
 * closes with the pool `p`. AOSE_OK or what the file functions of aos_buf.h return. */
OSS_API int oss_write_request_body_from_file(aos_pool_t *p, const aos_string_t *filename,
                                             aos_http_request_t *req);
OSS_API int oss_write_request_body_from_upload_file(aos_pool_t *p, oss_upload_file_t *upload_file,
                                                    aos_http_request_t *req);

/* Moves the body kept in memory to the list `buffer`, whose former content is forgotten. NULL for
 * either does nothing. */
OSS_API void oss_fill_read_response_body(aos_http_response_t *resp, aos_list_t *buffer);

/* Have a 2xx body written to a file: one that is opened (and cut to nothing) now and closes with
 * the pool, or an open one. The bytes go to the file as they come; the get-to-file functions of
 * oss_api.h do it by a temporary file instead. AOSE_OK, AOSE_OUT_MEMORY or AOSE_OPEN_FILE_ERROR. */
OSS_API int oss_init_read_response_body_to_file(aos_pool_t *p, const aos_string_t *filename,
                                                aos_http_response_t *resp);
OSS_API int oss_init_read_response_body_to_fb(aos_file_buf_t *fb, const aos_string_t *filename,
                                              aos_http_response_t *resp);

/* Sets *headers to the answer's table, borrowed from resp; NULL for either does nothing. */
OSS_API void oss_fill_read_response_header(aos_http_response_t *resp, aos_table_t **headers);

/* --- records: zeroed, in the pool, NULL without memory --- */
OSS_API void *oss_create_api_result_content(aos_pool_t *p, size_t size);
OSS_API oss_list_part_content_t *oss_create_list_part_content(aos_pool_t *p);
OSS_API oss_complete_part_content_t *oss_create_complete_part_content(aos_pool_t *p);

/* max_ret 1000, truncated 1, an empty part_list. */
OSS_API oss_list_upload_part_params_t *oss_create_list_upload_part_params(aos_pool_t *p);

/* A range of 0 to 0 is the first byte; set range_end to -1 for the whole source. */
OSS_API oss_upload_part_copy_params_t *oss_create_upload_part_copy_params(aos_pool_t *p);
OSS_API oss_upload_file_t *oss_create_upload_file(aos_pool_t *p);

/* --- small helpers --- */

/* Makes *part_size (AOS_DEFAULT_PART_SIZE if it is not positive) large enough for 10000 parts to
 * hold `filesize` bytes. */
OSS_API void oss_get_part_size(int64_t filesize, int64_t *part_size);

/* Sets the header Range to `size` bytes from `offset`, or to all from there when `size` is not
 * positive or past what 63 bits count. Does nothing for a negative offset or without memory. */
OSS_API void oss_headers_add_range(apr_pool_t *pool, apr_table_t *headers, int64_t offset,
                                   int64_t size);

/* The type by the text behind the name's last '.', or by a suffix without its dot;
 * "application/octet-stream" when unknown. Static texts, not to be written to. */
OSS_API char *get_content_type(const char *name);
OSS_API char *get_content_type_by_suffix(const char *suffix);

/* Sets Content-Type by `filename` or, when that is NULL, by `key`, unless the table has one.
 * Without memory there is none. */
OSS_API void set_content_type(const char *filename, const char *key, aos_table_t *headers);

/* `table`, or a new one in options->pool; NULL without memory. */
OSS_API aos_table_t *aos_table_create_if_null(const oss_request_options_t *options,
                                              aos_table_t *table, int table_size);

/* What the controller's options say; 0 without a controller. */
OSS_API int is_enable_crc(const oss_request_options_t *options);

/* 1 when the answer has x-oss-hash-crc64ecma. */
OSS_API int has_crc_in_response(const aos_http_response_t *resp);

/* 1 when a range or a processed form (x-oss-process, also inside signed_url) is asked for: then the
 * service's CRC-64 is not that of the answer's body. */
OSS_API int has_range_or_process_in_request(const aos_http_request_t *req);

/* Compares with x-oss-hash-crc64ecma, when the answer has it and the status is a success. A
 * difference (or a header that is no number) becomes the status: AOSE_CRC_INCONSISTENT_ERROR,
 * "InconsistentError". An error that the status already holds is never replaced. Returns AOSE_OK or
 * AOSE_CRC_INCONSISTENT_ERROR. */
OSS_API int oss_check_crc_consistent(uint64_t crc, const apr_table_t *resp_headers,
                                     aos_status_t *s);

/* A name in the same folder with a random suffix, in the pool. AOSE_OK, AOSE_OUT_MEMORY,
 * AOSE_INVALID_ARGUMENT or AOSE_INTERNAL_ERROR (no random bytes). */
OSS_API int oss_get_temporary_file_name(aos_pool_t *p, const aos_string_t *filename,
                                        aos_string_t *temp_file_name);

/* Renames when the status is a success, else removes `from_path`. A rename that fails removes it
 * too, becomes the status ("RenameFileFail") and returns AOSE_FILE_WRITE_ERROR; else AOSE_OK. */
OSS_API int oss_temp_file_rename(aos_status_t *s, const char *from_path, const char *to_path,
                                 apr_pool_t *pool);

/* 3 to 63 of a-z, 0-9 and '-', which stands at neither end. NULL is invalid. */
OSS_API int oss_is_valid_bucket_name(const aos_string_t *str);

/* 1 to 1023 bytes without NUL; `strict` also refuses a leading '?'. That a key may not begin with
 * '/' or '\\' is the service's to say. NULL is invalid. */
OSS_API int oss_is_valid_object_name(const aos_string_t *str);
OSS_API int oss_is_valid_object_name_ex(const aos_string_t *str, int strict);

/* Shortens endpoint->len to end before the first '/', '?' or '#' behind the scheme. The text itself
 * is not touched, so it no longer ends at len. */
OSS_API void oss_preprocess_endpoint(aos_string_t *endpoint);

/* "user@host:port" without user and port, in options->pool; NULL without memory. */
OSS_API char *oss_get_host_from_authority(const oss_request_options_t *options,
                                          aos_string_t *authority);

/* Constant statuses shared by all: not to be written to, req_id NULL. */
OSS_API aos_status_t *oss_get_bucket_name_invalid_error(void);
OSS_API aos_status_t *oss_get_object_name_invalid_error(void);

/* 1 for A-Za-z0-9_.- or an IPv6 address in brackets. */
OSS_API int oss_is_valid_host(const char *host);
OSS_API int is_verify_object_strict(const oss_request_options_t *options);

AOS_CPP_END

#endif
