/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_mem.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include <openssl/crypto.h>

#include "aos_define.h"

#define S_TABLE_ENTRIES 32

int ossi_size_add(size_t a, size_t b, size_t *out) {
    if (a > SIZE_MAX - b) {
        return -1;
    }
    *out = a + b;
    return 0;
}

int ossi_size_mul(size_t a, size_t b, size_t *out) {
    if (b != 0 && a > SIZE_MAX / b) {
        return -1;
    }
    *out = a * b;
    return 0;
}

void *ossi_alloc(apr_pool_t *pool, size_t n) {
    size_t size = n == 0 ? 1 : n;
    void *p = apr_palloc(pool, size);
    if (p != NULL) {
        memset(p, 0, size);
    }
    return p;
}

char *ossi_dup(apr_pool_t *pool, const char *bytes, size_t n) {
    size_t size = 0;
    if (ossi_size_add(n, 1, &size) != 0) {
        return NULL;
    }
    char *copy = apr_palloc(pool, size);
    if (copy == NULL) {
        return NULL;
    }
    if (n > 0) {
        memcpy(copy, bytes, n);
    }
    copy[n] = '\0';
    return copy;
}

char *ossi_dupz(apr_pool_t *pool, const char *text) {
    return ossi_dup(pool, text, strlen(text));
}

int ossi_pool_create(apr_pool_t **pool, apr_pool_t *parent) {
    apr_pool_t *made = NULL;
    if (apr_pool_create_ex(&made, parent, NULL, NULL) != APR_SUCCESS) {
        return AOSE_OUT_MEMORY;
    }
    *pool = made;
    return AOSE_OK;
}

void ossi_wipe(void *p, size_t n) {
    OPENSSL_cleanse(p, n);
}

typedef struct s_secret {
    void *p;
    size_t n;
} s_secret_t;

static apr_status_t s_wipe(void *arg) {
    const s_secret_t *secret = arg;
    ossi_wipe(secret->p, secret->n);
    return APR_SUCCESS;
}

/*
 * apr_pool_cleanup_register writes through a failed allocation. The first block of a fresh pool has
 * room for what it needs, and a parent's children go before its own memory does.
 */
int ossi_wipe_with_pool(apr_pool_t *pool, void *p, size_t n) {
    apr_pool_t *child = NULL;
    if (ossi_pool_create(&child, pool) != AOSE_OK) {
        return AOSE_OUT_MEMORY;
    }
    s_secret_t *secret = ossi_alloc(child, sizeof(*secret));
    if (secret == NULL) {
        apr_pool_destroy(child);
        return AOSE_OUT_MEMORY;
    }
    secret->p = p;
    secret->n = n;
    apr_pool_cleanup_register(child, secret, s_wipe, apr_pool_cleanup_null);
    return AOSE_OK;
}

int ossi_table_make(apr_pool_t *pool, apr_table_t **table) {
    apr_pool_t *child = NULL;
    if (ossi_pool_create(&child, pool) != AOSE_OK) {
        return AOSE_OUT_MEMORY;
    }
    *table = apr_table_make(child, S_TABLE_ENTRIES);
    return AOSE_OK;
}

/* Room for one more entry, so that apr_table_addn has nothing to allocate. */
static int s_table_reserve(apr_table_t *table) {
    apr_array_header_t *entries = (apr_array_header_t *)apr_table_elts(table);
    if (entries->nelts < entries->nalloc) {
        return AOSE_OK;
    }
    if (entries->nalloc > INT_MAX / 2) {
        return AOSE_OUT_MEMORY;
    }
    int nalloc = entries->nalloc < S_TABLE_ENTRIES ? S_TABLE_ENTRIES : entries->nalloc * 2;
    size_t size = 0;
    if (ossi_size_mul((size_t)nalloc, (size_t)entries->elt_size, &size) != 0) {
        return AOSE_OUT_MEMORY;
    }
    char *elts = apr_palloc(entries->pool, size);
    if (elts == NULL) {
        return AOSE_OUT_MEMORY;
    }
    memcpy(elts, entries->elts, (size_t)entries->nelts * (size_t)entries->elt_size);
    entries->elts = elts;
    entries->nalloc = nalloc;
    return AOSE_OK;
}

static int s_table_put(apr_pool_t *pool, apr_table_t *table, const char *name, size_t name_len,
                       const char *value, size_t value_len, int replace) {
    apr_pool_t *owner = pool == NULL ? apr_table_elts(table)->pool : pool;
    char *name_copy = ossi_dup(owner, name, name_len);
    char *value_copy = ossi_dup(owner, value, value_len);
    if (name_copy == NULL || value_copy == NULL || s_table_reserve(table) != AOSE_OK) {
        return AOSE_OUT_MEMORY;
    }
    if (replace) {
        apr_table_unset(table, name_copy);
    }
    apr_table_addn(table, name_copy, value_copy);
    return AOSE_OK;
}

int ossi_table_add(apr_pool_t *pool, apr_table_t *table, const char *name, size_t name_len,
                   const char *value, size_t value_len) {
    return s_table_put(pool, table, name, name_len, value, value_len, 0);
}

int ossi_table_set(apr_pool_t *pool, apr_table_t *table, const char *name, const char *value) {
    return s_table_put(pool, table, name, strlen(name), value, strlen(value), 1);
}
