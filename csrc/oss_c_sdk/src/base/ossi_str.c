/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_str.h"

#include <string.h>

#include "aos_define.h"
#include "ossi_mem.h"
#include "ossi_text.h"

#define S_FIRST_CAPACITY 128

/* Doubling keeps the sum of the blocks left behind below the size of the last one. */
static int s_grow(ossi_str_t *s, size_t need) {
    size_t limit = 0;
    if (ossi_size_add(s->ceiling, 1, &limit) != 0) {
        limit = SIZE_MAX;
    }
    size_t cap = s->cap == 0 ? (need > S_FIRST_CAPACITY ? need : S_FIRST_CAPACITY) : s->cap;
    while (cap < need) {
        cap = cap > limit / 2 ? limit : cap * 2;
    }
    if (cap > limit) {
        cap = limit;
    }
    char *data = apr_palloc(s->pool, cap);
    if (data == NULL) {
        return AOSE_OUT_MEMORY;
    }
    if (s->len > 0) {
        memcpy(data, s->data, s->len);
        ossi_wipe(s->data, s->len);
    }
    data[s->len] = '\0';
    s->data = data;
    s->cap = cap;
    return AOSE_OK;
}

/* Room for n more bytes and the terminator. */
static int s_reserve(ossi_str_t *s, size_t n) {
    if (s->rc != AOSE_OK) {
        return s->rc;
    }
    if (n > s->ceiling - s->len) {
        s->rc = AOSE_OVER_MEMORY;
        return s->rc;
    }
    if (s->cap - s->len <= n) {
        s->rc = s_grow(s, s->len + n + 1);
    }
    return s->rc;
}

void ossi_str_init(ossi_str_t *s, apr_pool_t *pool, size_t ceiling) {
    *s = (ossi_str_t){.pool = pool, .ceiling = ceiling < SIZE_MAX ? ceiling : SIZE_MAX - 1};
}

void ossi_str_expect(ossi_str_t *s, size_t n) {
    if (n > s->len) {
        (void)s_reserve(s, (n < s->ceiling ? n : s->ceiling) - s->len);
    }
}

int ossi_str_add(ossi_str_t *s, const char *bytes, size_t n) {
    if (n == 0 || s_reserve(s, n) != AOSE_OK) {
        return s->rc;
    }
    memcpy(s->data + s->len, bytes, n);
    s->len += n;
    s->data[s->len] = '\0';
    return AOSE_OK;
}

int ossi_str_addz(ossi_str_t *s, const char *text) {
    return text == NULL ? s->rc : ossi_str_add(s, text, strlen(text));
}

int ossi_str_addc(ossi_str_t *s, char c) {
    return ossi_str_add(s, &c, 1);
}

int ossi_str_add_u64(ossi_str_t *s, uint64_t value) {
    char digits[20]; /* UINT64_MAX has 20 */
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    return ossi_str_add(s, digits + at, sizeof(digits) - at);
}

int ossi_str_add_i64(ossi_str_t *s, int64_t value) {
    if (value >= 0) {
        return ossi_str_add_u64(s, (uint64_t)value);
    }
    ossi_str_addc(s, '-');
    return ossi_str_add_u64(s, 0 - (uint64_t)value);
}

int ossi_str_add_encoded(ossi_str_t *s, const char *bytes, size_t n, int keep_slash) {
    size_t plain = 0;
    for (size_t i = 0; i < n; i++) {
        char escape[3];
        if (ossi_is_unreserved(bytes[i]) || (bytes[i] == '/' && keep_slash)) {
            plain++;
            continue;
        }
        ossi_escape(bytes[i], escape);
        ossi_str_add(s, bytes + i - plain, plain);
        ossi_str_add(s, escape, sizeof(escape));
        plain = 0;
    }
    return ossi_str_add(s, n == 0 ? "" : bytes + n - plain, plain);
}

int ossi_str_take(ossi_str_t *s, char **text, size_t *len) {
    if (s->rc == AOSE_OK && s->data == NULL) {
        s->rc = s_grow(s, 1);
    }
    *text = s->rc == AOSE_OK ? s->data : NULL;
    if (len != NULL) {
        *len = s->rc == AOSE_OK ? s->len : 0;
    }
    return s->rc;
}
