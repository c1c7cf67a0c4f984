/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_HTTP_IO_H
#define OSS_C_SDK_AOS_HTTP_IO_H

#include "aos_transport.h"

AOS_CPP_START

/* A transport is a pair: one makes the record of an exchange in a pool, the other performs it (see
 * aos_curl_http_transport_perform() for what it must do). */
typedef aos_http_transport_t *(*aos_http_transport_create_pt)(aos_pool_t *p);
typedef int (*aos_http_transport_perform_pt)(aos_http_transport_t *t);

/*
 * Process-wide start, before anything else of the SDK. Counted and thread-safe: each call that
 * returned AOSE_OK is owed one aos_http_io_deinitialize(), and only the last of those takes
 * anything down. The first call's `user_agent_info` (any length, NULL: "Unknown") becomes part of
 * the user agent. `flag` is not used. Returns AOSE_OK, AOSE_OUT_MEMORY or AOSE_FAILED_INITIALIZE.
 */
OSS_API int aos_http_io_initialize(const char *user_agent_info, int flag);
OSS_API void aos_http_io_deinitialize(void);

/*
 * A controller with options of its own, copied from the defaults of this moment. `p` NULL gives it
 * a pool of its own (ctl->pool), which the caller destroys. `owner` is only kept. NULL without
 * memory.
 */
OSS_API aos_http_controller_t *aos_http_controller_create(aos_pool_t *p, int owner);

/* Why the controller's last request failed, "" when nothing is known; borrowed from it. */
static inline const char *aos_http_controller_get_reason(aos_http_controller_t *ctl) {
    const aos_http_controller_ex_t *controller = (const aos_http_controller_ex_t *)ctl;
    return controller->reason != NULL ? controller->reason : "";
}

/*
 * Performs `req` into `resp` by the transport in force. The controller's error code, reason and
 * times are those of this request alone. Returns AOSE_OK when an answer came in whole, whatever its
 * status, else a negative AOSE_ code. Nothing is retried. Thread-safe for different controllers.
 */
OSS_API int aos_http_send_request(aos_http_controller_t *ctl, aos_http_request_t *req,
                                  aos_http_response_t *resp);

/* Replace the process's defaults. The record is borrowed and must outlive every use; NULL brings
 * the built-in ones back. Not thread-safe: before threads begin. */
OSS_API void aos_set_default_request_options(aos_http_request_options_t *op);
OSS_API void aos_set_default_transport_options(aos_http_transport_options_t *op);

/* A copy of the default options, texts included, in the pool; NULL without memory. */
OSS_API aos_http_request_options_t *aos_http_request_options_create(aos_pool_t *p);

/* A GET without body, its tables empty; NULL without memory. */
OSS_API aos_http_request_t *aos_http_request_create(aos_pool_t *p);

/* An empty answer whose body goes to memory; NULL without memory. */
OSS_API aos_http_response_t *aos_http_response_create(aos_pool_t *p);

/* Bodies. The readers take what they return out of req->body (pos moves) or of the range of
 * req->file_buf (file_pos moves); the writers append to resp->body or to resp->file_buf's file.
 * Writers return AOSE_OUT_MEMORY, AOSE_FILE_WRITE_ERROR or AOSE_INVALID_ARGUMENT on failure,
 * readers AOSE_FILE_READ_ERROR or AOSE_INVALID_ARGUMENT. */
OSS_API int aos_read_http_body_memory(aos_http_request_t *req, char *buffer, int len);
OSS_API int aos_write_http_body_memory(aos_http_response_t *resp, const char *buffer, int len);
OSS_API int aos_read_http_body_file(aos_http_request_t *req, char *buffer, int len);
OSS_API int aos_write_http_body_file(aos_http_response_t *resp, const char *buffer, int len);

/* Between aos_http_io_initialize and its last aos_http_io_deinitialize; NULL outside. The pool is
 * not for use by several threads. */
OSS_API extern aos_pool_t *aos_global_pool;
OSS_API extern apr_file_t *aos_stderr_file;

/* Never NULL. */
OSS_API extern aos_http_request_options_t *aos_default_http_request_options;
OSS_API extern aos_http_transport_options_t *aos_default_http_transport_options;

/* The transport in force; a program may set its own pair before threads begin. */
OSS_API extern aos_http_transport_create_pt aos_http_transport_create;
OSS_API extern aos_http_transport_perform_pt aos_http_transport_perform;

AOS_CPP_END

#endif
