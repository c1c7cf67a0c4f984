/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSS_C_SDK_AOS_DEFINE_H
#define OSS_C_SDK_AOS_DEFINE_H

#include <stdint.h>
#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_pools.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <apr_time.h>

/* Exported from a shared library built from these sources; hidden everywhere else. */
#if defined(OSS_C_SDK_SHARED) && defined(__GNUC__)
#define OSS_API __attribute__((visibility("default")))
#else
#define OSS_API
#endif

#ifdef __cplusplus
#define AOS_CPP_START extern "C" {
#define AOS_CPP_END   }
#else
#define AOS_CPP_START
#define AOS_CPP_END
#endif
#define OSS_CPP_START AOS_CPP_START
#define OSS_CPP_END   AOS_CPP_END

AOS_CPP_START

/*
 * Memory: everything lives in APR pools and goes with them; nothing is freed singly. A pool, and
 * whatever lies in it, belongs to one thread at a time. apr_initialize() (aos_http_io_initialize()
 * does it) must come before the first pool.
 */
typedef apr_pool_t aos_pool_t;
typedef apr_table_t aos_table_t;
typedef apr_table_entry_t aos_table_entry_t;
typedef apr_array_header_t aos_array_header_t;

typedef enum {
    HTTP_GET = 0,
    HTTP_HEAD = 1,
    HTTP_PUT = 2,
    HTTP_POST = 3,
    HTTP_DELETE = 4
} http_method_e;

/* What functions that return an int return. Positive codes do not occur. */
typedef enum {
    AOSE_OK = 0,
    AOSE_OUT_MEMORY = -1000,
    AOSE_OVER_MEMORY = -999,
    AOSE_FAILED_CONNECT = -998,
    AOSE_ABORT_CALLBACK = -997,
    AOSE_INTERNAL_ERROR = -996,
    AOSE_REQUEST_TIMEOUT = -995,
    AOSE_INVALID_ARGUMENT = -994,
    AOSE_INVALID_OPERATION = -993,
    AOSE_CONNECTION_FAILED = -992,
    AOSE_FAILED_INITIALIZE = -991,
    AOSE_NAME_LOOKUP_ERROR = -990,
    AOSE_FAILED_VERIFICATION = -989,
    AOSE_WRITE_BODY_ERROR = -988,
    AOSE_READ_BODY_ERROR = -987,
    AOSE_SERVICE_ERROR = -986,
    AOSE_OPEN_FILE_ERROR = -985,
    AOSE_FILE_SEEK_ERROR = -984,
    AOSE_FILE_INFO_ERROR = -983,
    AOSE_FILE_READ_ERROR = -982,
    AOSE_FILE_WRITE_ERROR = -981,
    AOSE_XML_PARSE_ERROR = -980,
    AOSE_UTF8_ENCODE_ERROR = -979,
    AOSE_CRC_INCONSISTENT_ERROR = -978,
    AOSE_FILE_FLUSH_ERROR = -977,
    AOSE_FILE_TRUNC_ERROR = -976,
    AOSE_SELECT_OBJECT_CRC_ERROR = -975,
    AOSE_UNKNOWN_ERROR = -100
} aos_error_code_e;

#define AOS_MD5_STRING_LEN         32
#define AOS_MAX_URI_LEN            2048
#define AOS_MAX_HEADER_LEN         8192
#define AOS_MAX_QUERY_ARG_LEN      1024
#define AOS_MAX_GMT_TIME_LEN       128
#define AOS_MAX_SHORT_TIME_LEN     10
#define AOS_MAX_XML_NODE_VALUE_LEN 1024
#define AOS_MAX_INT64_STRING_LEN   64
#define AOS_MAX_UINT64_STRING_LEN  64
#define AOS_CONNECT_TIMEOUT        10
#define AOS_DNS_CACHE_TIMOUT       60
#define AOS_MIN_SPEED_LIMIT        1024
#define AOS_MIN_SPEED_TIME         15
#define AOS_MAX_MEMORY_SIZE        (1024 * 1024 * 1024L)
#define AOS_MAX_PART_SIZE          (512 * 1024 * 1024L)
#define AOS_DEFAULT_PART_SIZE      (1024 * 1024L)
#define AOS_REQUEST_STACK_SIZE     32
#define CRLF                       "\x0d\x0a"
#define AOS_VERSION                "3.11.2"
#define AOS_HTTP_PREFIX            "http://"
#define AOS_HTTPS_PREFIX           "https://"
#define AOS_RTMP_PREFIX            "rtmp://"
#define AOS_TEMP_FILE_SUFFIX       ".tmp"
#define AOS_FALSE                  0
#define AOS_TRUE                   1
/* Whose implementation of these names this is: never taken for the official one. */
#define OSS_C_SDK_IMPLEMENTATION "ossc"
#define AOS_VER                  "ossc-c-sdk/" AOS_VERSION

/* APR's own functions under the SDK's names. */
#define aos_pool_create    apr_pool_create
#define aos_pool_destroy   apr_pool_destroy
#define aos_palloc         apr_palloc
#define aos_pcalloc        apr_pcalloc
#define aos_table_make     apr_table_make
#define aos_table_elts     apr_table_elts
#define aos_is_empty_table apr_is_empty_table

/* A number as one more entry, or in place of every entry of that name. Name and value are copied
 * into the table's pool. AOSE_OK, or AOSE_OUT_MEMORY with the table as it was. */
OSS_API int aos_table_add_int(aos_table_t *table, const char *name, int value);
OSS_API int aos_table_add_int64(aos_table_t *table, const char *name, int64_t value);
OSS_API int aos_table_set_int64(aos_table_t *table, const char *name, int64_t value);

AOS_CPP_END

#endif
