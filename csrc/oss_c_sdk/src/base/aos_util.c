/* SPDX-License-Identifier: Apache-2.0 */
#include "aos_util.h"

#include <stdlib.h>

#include "ossi_mem.h"
#include "ossi_str.h"
#include "ossi_text.h"

static int s_compare(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void aos_gnome_sort(const char **headers, int size) {
    if (size > 1) {
        qsort(headers, (size_t)size, sizeof(*headers), s_compare);
    }
}

int aos_url_encode(char *dest, const char *src, int maxSrcSize) {
    return aos_url_encode_ex(dest, src, maxSrcSize, 1);
}

int aos_url_encode_ex(char *dest, const char *src, int maxSrcSize, int slash) {
    size_t n = src == NULL ? 0 : strlen(src);
    dest[0] = '\0';
    if (maxSrcSize < 0 || n > (size_t)maxSrcSize) {
        return AOSE_INVALID_ARGUMENT;
    }
    for (size_t i = 0; i < n; i++) {
        if (ossi_is_unreserved(src[i]) || (src[i] == '/' && !slash)) {
            *dest++ = src[i];
        } else {
            ossi_escape(src[i], dest);
            dest += 3;
        }
    }
    *dest = '\0';
    return AOSE_OK;
}

static int s_hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = ossi_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

int aos_url_decode(const char *in, char *out) {
    char *at = out;
    for (; *in != '\0'; in++) {
        if (*in != '%') {
            *at++ = *in == '+' ? ' ' : *in;
            continue;
        }
        int high = s_hex_digit(in[1]);
        int low = high < 0 ? -1 : s_hex_digit(in[2]);
        if (low < 0) {
            out[0] = '\0';
            return AOSE_INVALID_ARGUMENT;
        }
        *at++ = (char)(high << 4 | low);
        in += 2;
    }
    *at = '\0';
    return AOSE_OK;
}

int aos_encode_hex(char *dest, const void *src, int srclen, int *len) {
    if (srclen < 0 || srclen > INT32_MAX / 2) {
        return AOSE_INVALID_ARGUMENT;
    }
    ossi_hex(src, (size_t)srclen, dest);
    dest[2 * srclen] = '\0';
    *len = 2 * srclen;
    return AOSE_OK;
}

const char *aos_http_method_to_string(http_method_e method) {
    switch (method) {
    case HTTP_GET:
        return "GET";
    case HTTP_HEAD:
        return "HEAD";
    case HTTP_PUT:
        return "PUT";
    case HTTP_POST:
        return "POST";
    case HTTP_DELETE:
        return "DELETE";
    }
    return "UNKNOWN";
}

int aos_query_params_to_string(aos_pool_t *p, aos_table_t *query_params, aos_string_t *querystr) {
    ossi_str_t s;
    char *text = NULL;
    size_t len = 0;
    ossi_str_init(&s, p, OSSI_MAX_URL);
    const apr_array_header_t *entries = query_params == NULL ? NULL : apr_table_elts(query_params);
    for (int i = 0; entries != NULL && i < entries->nelts; i++) {
        const apr_table_entry_t *entry = &((const apr_table_entry_t *)entries->elts)[i];
        ossi_str_addc(&s, i == 0 ? '?' : '&');
        ossi_str_add_encoded(&s, entry->key, strlen(entry->key), 0);
        if (entry->val != NULL && entry->val[0] != '\0') {
            ossi_str_addc(&s, '=');
            ossi_str_add_encoded(&s, entry->val, strlen(entry->val), 0);
        }
    }
    int rc = ossi_str_take(&s, &text, &len);
    if (rc == AOSE_OK) {
        querystr->data = text;
        querystr->len = (int)len; /* OSSI_MAX_URL fits */
    }
    return rc;
}

int aos_base64_encode(const unsigned char *in, int inLen, char *out) {
    return inLen <= 0 ? 0 : (int)ossi_base64(in, (size_t)inLen, out);
}

long long aos_strtoll(const char *nptr, char **endptr, int base) {
    return strtoll(nptr, endptr, base);
}

int64_t aos_atoi64(const char *nptr) {
    return strtoll(nptr, NULL, 10);
}

unsigned long long aos_strtoull(const char *nptr, char **endptr, int base) {
    return strtoull(nptr, endptr, base);
}

uint64_t aos_atoui64(const char *nptr) {
    return strtoull(nptr, NULL, 10);
}
