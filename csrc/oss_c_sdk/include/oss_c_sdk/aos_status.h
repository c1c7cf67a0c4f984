/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_STATUS_H
#define OSS_C_SDK_AOS_STATUS_H

#include "aos_define.h"
#include "aos_list.h"

AOS_CPP_START

typedef struct aos_status_s aos_status_t;

struct aos_status_s {
    int code;
    char *error_code;
    char *error_msg;
    char *req_id;
};

OSS_API int aos_should_retry(aos_status_t *s);
OSS_API aos_status_t *aos_status_create(aos_pool_t *p);
OSS_API aos_status_t *aos_status_dup(aos_pool_t *p, aos_status_t *src);
OSS_API aos_status_t *aos_status_parse_from_body(aos_pool_t *p, aos_list_t *bc, int code,
                                                 aos_status_t *s);

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
