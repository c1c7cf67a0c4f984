/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_STATUS_H
#define OSS_C_SDK_AOS_STATUS_H

#include "aos_define.h"
#include "aos_list.h"

AOS_CPP_START

/*
 * What became of a request. `code` is either an HTTP status (100 and above: the service answered)
 * or an AOSE_ code (negative: no usable answer); it is never an errno or an APR code.
 *
 *   success         code 2xx, error_code and error_msg NULL
 *   203             code 203 and aos_status_is_ok() true, as in the official SDK: the object is
 *                   stored but its upload callback failed; error_code "CallbackFailed" and
 *                   error_msg say why (the official SDK leaves them NULL)
 *   service error   code as answered, error_code and error_msg from the XML body, or for HEAD from
 *                   the header x-oss-err; a body that is not such XML gives error_code
 *                   "UnknownError" and as error_msg its first 256 bytes, unprintable ones as '?'
 *   no answer       a negative code; error_code one of the texts below, error_msg in words
 *
 * req_id is the service's request id: NULL when no request was made, "" when the answer had none.
 * Each text may be NULL. A status and its texts live in the pool of the request options (or of the
 * function's pool argument) and may be read by any thread that keeps that pool alive.
 *
 * When there is not even memory for a status, functions that answer with a status return one
 * constant record shared by all (AOSE_OUT_MEMORY, "ClientError"); like the records of
 * oss_get_bucket_name_invalid_error() it must not be written to.
 */
typedef struct aos_status_s aos_status_t;

struct aos_status_s {
    int code;
    char *error_code;
    char *error_msg;
    char *req_id;
};

/* 1 for the HTTP statuses 200 to 299. */
static inline int aos_http_is_ok(int st) {
    return st >= 200 && st <= 299;
}

/* 1 when the request succeeded; 203 counts (see above). */
static inline int aos_status_is_ok(aos_status_t *s) {
    return aos_http_is_ok(s->code);
}

/* Sets all but req_id; the texts are borrowed, not copied. */
static inline void aos_status_set(aos_status_t *s, int code, const char *error_code,
                                  const char *error_msg) {
    s->code = code;
    s->error_code = (char *)error_code;
    s->error_msg = (char *)error_msg;
}

/*
 * 1 when sending the same request again may help: a 5xx answer, AOSE_CONNECTION_FAILED,
 * AOSE_REQUEST_TIMEOUT, AOSE_FAILED_CONNECT, AOSE_SERVICE_ERROR. Whether the request may be
 * repeated (an append, say) is the caller's to know. NULL is 0. Thread-safe.
 */
OSS_API int aos_should_retry(aos_status_t *s);

/* A zeroed status in the pool; NULL without memory. */
OSS_API aos_status_t *aos_status_create(aos_pool_t *p);

/* A copy of all fields and texts, req_id included, in the pool; the shared out-of-memory status
 * (never NULL) without memory. */
OSS_API aos_status_t *aos_status_dup(aos_pool_t *p, aos_status_t *src);

/*
 * Fills `s` (or a new status when it is NULL) for an answer with HTTP status `code` and the body
 * `bc`, a list of aos_buf_t that is not changed and may be NULL. A 2xx code only sets the code.
 * Returns the status; the shared out-of-memory status when `s` is NULL and there is no memory.
 */
OSS_API aos_status_t *aos_status_parse_from_body(aos_pool_t *p, aos_list_t *bc, int code,
                                                 aos_status_t *s);

/* The texts that error_code may hold beside the service's own. */
OSS_API extern const char AOS_XML_PARSE_ERROR_CODE[];
OSS_API extern const char AOS_OPEN_FILE_ERROR_CODE[];
OSS_API extern const char AOS_WRITE_FILE_ERROR_CODE[];
OSS_API extern const char AOS_RENAME_FILE_ERROR_CODE[];
OSS_API extern const char AOS_HTTP_IO_ERROR_CODE[];
OSS_API extern const char AOS_UNKNOWN_ERROR_CODE[];
OSS_API extern const char AOS_CLIENT_ERROR_CODE[];
OSS_API extern const char AOS_SERVER_ERROR_CODE[];
OSS_API extern const char AOS_UTF8_ENCODE_ERROR_CODE[];
OSS_API extern const char AOS_URL_ENCODE_ERROR_CODE[];
OSS_API extern const char AOS_INCONSISTENT_ERROR_CODE[];
OSS_API extern const char AOS_CREATE_QUEUE_ERROR_CODE[];
OSS_API extern const char AOS_CREATE_THREAD_POOL_ERROR_CODE[];
OSS_API extern const char AOS_EMPTY_STRING_ERROR[];
OSS_API extern const char AOS_SELECT_OBJECT_ERROR[];
OSS_API extern const char AOS_SELECT_OBJECT_CRC_ERROR[];
OSS_API extern const char AOS_CREATE_SELECT_OBJECT_META_ERROR[];
OSS_API extern const char AOS_BUCKET_NAME_INVALID_ERROR[];
OSS_API extern const char AOS_OBJECT_NAME_INVALID_ERROR[];

AOS_CPP_END

#endif
