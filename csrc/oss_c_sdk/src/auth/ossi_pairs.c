/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_pairs.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ossi_mem.h"
#include "ossi_text.h"

#define S_FEW 16

int ossi_pairs_from_table(apr_pool_t *pool, const apr_table_t *table, ossi_pairs_filter_t filter,
                          const void *arg, ossi_pairs_t *out) {
    *out = (ossi_pairs_t){NULL, 0};
    const apr_array_header_t *entries = table == NULL ? NULL : apr_table_elts(table);
    if (entries == NULL || entries->nelts == 0) {
        return AOSE_OK;
    }
    size_t size = 0;
    if (ossi_size_mul((size_t)entries->nelts, sizeof(ossi_pair_t), &size) != 0) {
        return AOSE_OUT_MEMORY;
    }
    out->items = apr_palloc(pool, size);
    if (out->items == NULL) {
        return AOSE_OUT_MEMORY;
    }
    for (int i = 0; i < entries->nelts; i++) {
        const apr_table_entry_t *entry = &((const apr_table_entry_t *)entries->elts)[i];
        if (entry->key != NULL && (filter == NULL || filter(entry->key, arg))) {
            const char *value = entry->val == NULL ? "" : entry->val;
            out->items[out->count++] = (ossi_pair_t){entry->key, value, strlen(value)};
        }
    }
    return AOSE_OK;
}

static int s_is_blank(char c) {
    return c == ' ' || c == '\t';
}

int ossi_pairs_as_headers(apr_pool_t *pool, ossi_pairs_t *pairs) {
    for (size_t i = 0; i < pairs->count; i++) {
        ossi_pair_t *pair = &pairs->items[i];
        char *name = ossi_dupz(pool, pair->name);
        if (name == NULL) {
            return AOSE_OUT_MEMORY;
        }
        for (char *c = name; *c != '\0'; c++) {
            *c = ossi_lower(*c);
        }
        pair->name = name;
        while (pair->value_len > 0 && s_is_blank(pair->value[0])) {
            pair->value++;
            pair->value_len--;
        }
        while (pair->value_len > 0 && s_is_blank(pair->value[pair->value_len - 1])) {
            pair->value_len--;
        }
    }
    return AOSE_OK;
}

static int s_encode(apr_pool_t *pool, const char *bytes, size_t n, const char **out, size_t *len) {
    ossi_str_t s;
    char *text = NULL;
    ossi_str_init(&s, pool, OSSI_MAX_CANONICAL);
    ossi_str_add_encoded(&s, bytes, n, 0);
    int rc = ossi_str_take(&s, &text, len);
    *out = text;
    return rc;
}

int ossi_pairs_encode(apr_pool_t *pool, ossi_pairs_t *pairs) {
    int rc = AOSE_OK;
    for (size_t i = 0; rc == AOSE_OK && i < pairs->count; i++) {
        ossi_pair_t *pair = &pairs->items[i];
        rc = s_encode(pool, pair->name, strlen(pair->name), &pair->name, NULL);
        if (rc == AOSE_OK) {
            rc = s_encode(pool, pair->value, pair->value_len, &pair->value, &pair->value_len);
        }
    }
    return rc;
}

static int s_compare(const void *left, const void *right) {
    const ossi_pair_t *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    if (order != 0) {
        return order;
    }
    size_t n = a->value_len < b->value_len ? a->value_len : b->value_len;
    order = memcmp(a->value, b->value, n);
    return order != 0 ? order : (a->value_len > b->value_len) - (a->value_len < b->value_len);
}

/* Mostly a handful, mostly in order. */
static void s_sort_few(ossi_pairs_t *pairs) {
    for (size_t i = 1; i < pairs->count; i++) {
        ossi_pair_t pair = pairs->items[i];
        size_t at = i;
        for (; at > 0 && s_compare(&pair, &pairs->items[at - 1]) < 0; at--) {
            pairs->items[at] = pairs->items[at - 1];
        }
        pairs->items[at] = pair;
    }
}

void ossi_pairs_sort(ossi_pairs_t *pairs) {
    if (pairs->count <= S_FEW) {
        s_sort_few(pairs);
    } else {
        qsort(pairs->items, pairs->count, sizeof(pairs->items[0]), s_compare);
    }
}

void ossi_pairs_write_headers(const ossi_pairs_t *pairs, ossi_str_t *out) {
    for (size_t i = 0; i < pairs->count; i++) {
        const ossi_pair_t *pair = &pairs->items[i];
        ossi_str_addz(out, pair->name);
        ossi_str_addc(out, ':');
        ossi_str_add(out, pair->value, pair->value_len);
        ossi_str_addc(out, '\n');
    }
}

void ossi_pairs_write_query(const ossi_pairs_t *pairs, ossi_str_t *out) {
    for (size_t i = 0; i < pairs->count; i++) {
        const ossi_pair_t *pair = &pairs->items[i];
        if (i > 0) {
            ossi_str_addc(out, '&');
        }
        ossi_str_addz(out, pair->name);
        if (pair->value_len > 0) {
            ossi_str_addc(out, '=');
            ossi_str_add(out, pair->value, pair->value_len);
        }
    }
}

int ossi_str_take_string(ossi_str_t *s, aos_string_t *out) {
    char *text = NULL;
    size_t len = 0;
    int rc = ossi_str_take(s, &text, &len);
    if (rc != AOSE_OK || len > INT_MAX) {
        return rc == AOSE_OK ? AOSE_OVER_MEMORY : rc;
    }
    out->data = text;
    out->len = (int)len;
    return AOSE_OK;
}
