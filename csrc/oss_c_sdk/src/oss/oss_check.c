/* SPDX-License-Identifier: Apache-2.0 */
#include "oss_util.h"

#include <string.h>

#include "ossi_mem.h"
#include "ossi_str.h"
#include "ossi_text.h"

/* The longest suffix of the table of types has 7 characters. */
#define S_SUFFIX_ROOM 16

static const char s_range[] = "Range";

char *get_content_type(const char *name) {
    return (char *)ossi_content_type(name != NULL ? name : "");
}

char *get_content_type_by_suffix(const char *suffix) {
    char name[S_SUFFIX_ROOM] = ".";
    size_t n = suffix == NULL ? 0 : strlen(suffix);
    if (n > 0 && n < sizeof(name) - 1) {
        memcpy(name + 1, suffix, n + 1);
    }
    return (char *)ossi_content_type(name);
}

/* There is nobody to tell of missing memory: the type then is missing too. */
void set_content_type(const char *filename, const char *key, aos_table_t *headers) {
    const char *name = filename != NULL ? filename : key;
    if (headers == NULL || apr_table_get(headers, OSS_CONTENT_TYPE) != NULL) {
        return;
    }
    (void)ossi_table_set(NULL, headers, OSS_CONTENT_TYPE, get_content_type(name));
}

aos_table_t *aos_table_create_if_null(const oss_request_options_t *options, aos_table_t *table,
                                      int table_size) {
    (void)table_size;
    if (table != NULL) {
        return table;
    }
    aos_table_t *made = NULL;
    return ossi_table_make(options->pool, &made) == AOSE_OK ? made : NULL;
}

void oss_headers_add_range(apr_pool_t *pool, apr_table_t *headers, int64_t offset, int64_t size) {
    ossi_str_t s;
    char *text = NULL;
    if (headers == NULL || offset < 0) {
        return;
    }
    ossi_str_init(&s, pool, OSSI_MAX_HEADER_LINE);
    ossi_str_addz(&s, "bytes=");
    ossi_str_add_i64(&s, offset);
    ossi_str_addc(&s, '-');
    if (size > 0 && size - 1 <= INT64_MAX - offset) {
        ossi_str_add_i64(&s, offset + (size - 1));
    }
    if (ossi_str_take(&s, &text, NULL) == AOSE_OK) {
        (void)ossi_table_set(NULL, headers, s_range, text);
    }
}

int has_crc_in_response(const aos_http_response_t *resp) {
    return resp->headers != NULL && apr_table_get(resp->headers, OSS_HASH_CRC64_ECMA) != NULL;
}

static int s_has(const aos_table_t *table, const char *name) {
    return table != NULL && apr_table_get(table, name) != NULL;
}

int has_range_or_process_in_request(const aos_http_request_t *req) {
    return s_has(req->headers, s_range) || s_has(req->headers, OSS_PROCESS) ||
           s_has(req->query_params, OSS_PROCESS) ||
           (req->signed_url != NULL && strcasestr(req->signed_url, OSS_PROCESS) != NULL);
}

int oss_check_crc_consistent(uint64_t crc, const apr_table_t *resp_headers, aos_status_t *s) {
    uint64_t announced = 0;
    const char *text =
        resp_headers == NULL ? NULL : apr_table_get(resp_headers, OSS_HASH_CRC64_ECMA);
    if (text == NULL || !aos_status_is_ok(s)) {
        return AOSE_OK;
    }
    if (ossi_parse_u64(text, strlen(text), &announced) == AOSE_OK && announced == crc) {
        return AOSE_OK;
    }
    aos_status_set(s, AOSE_CRC_INCONSISTENT_ERROR, AOS_INCONSISTENT_ERROR_CODE,
                   "The CRC-64 of the data differs from the service's.");
    return AOSE_CRC_INCONSISTENT_ERROR;
}
