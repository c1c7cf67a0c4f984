/* SPDX-License-Identifier: Apache-2.0 */
#include "aos_string.h"

#include "ossi_mem.h"

static void s_trim(aos_string_t *str, int (*is_trimmed)(char)) {
    if (aos_string_is_empty(str)) {
        return;
    }
    while (str->len > 0 && is_trimmed(str->data[0])) {
        str->data++;
        str->len--;
    }
    while (str->len > 0 && is_trimmed(str->data[str->len - 1])) {
        str->len--;
    }
}

void aos_strip_space(aos_string_t *str) {
    s_trim(str, aos_is_space);
}

void aos_trip_space_and_cntrl(aos_string_t *str) {
    s_trim(str, aos_is_space_or_cntrl);
}

void aos_unquote_str(aos_string_t *str) {
    if (!aos_string_is_empty(str) && str->len >= 2 && aos_is_quote(str->data[0]) &&
        aos_is_quote(str->data[str->len - 1])) {
        str->data++;
        str->len -= 2;
    }
}

char *aos_pstrdup(aos_pool_t *p, const aos_string_t *s) {
    return s->data == NULL || s->len < 0 ? NULL : ossi_dup(p, s->data, (size_t)s->len);
}

int aos_ends_with(const aos_string_t *str, const aos_string_t *suffix) {
    if (aos_string_is_empty(suffix)) {
        return 1;
    }
    return !aos_string_is_empty(str) && str->len >= suffix->len &&
           memcmp(str->data + (str->len - suffix->len), suffix->data, (size_t)suffix->len) == 0;
}
