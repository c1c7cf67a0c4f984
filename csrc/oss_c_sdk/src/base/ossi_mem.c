/* SPDX-License-Identifier: Apache-2.0 */
#include "ossi_mem.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include "aos_define.h"

#define S_TABLE_ENTRIES 16

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
    memset(p, 0, n);
    __asm__ __volatile__("" : : "r"(p) : "memory"); /* as if they were read here */
}

/* --- annexes: tables and secrets of a pool --- */

/*
 * apr_table_make and apr_pool_cleanup_register write through a failed allocation. The first block
 * of a fresh pool has room for what they need, so an annex, a child of the pool that it is for, is
 * filled at once: with the one cleanup that wipes all secrets, and with some tables to give out. A
 * pool's children go before its own memory does.
 */
#define S_TABLES 5
#define S_SLOTS  256

typedef struct s_secret {
    struct s_secret *next;
    void *p;
    size_t n;
} s_secret_t;

typedef struct s_annex {
    apr_pool_t *owner;
    apr_pool_t *pool; /* its own */
    s_secret_t *secrets;
    size_t given; /* of the tables */
    apr_table_t *tables[S_TABLES];
} s_annex_t;

/* A pool, and the annex's own, find the annex where their address says. Both have one thread at a
 * time: only that takes a free slot for them, looks into it, and frees it when the annex goes.
 * Where the slot is another pool's, an annex serves once. */
typedef struct s_slot {
    _Atomic(apr_pool_t *) user;
    s_annex_t *annex;
} s_slot_t;

static s_slot_t s_slots[S_SLOTS];

static s_slot_t *s_slot_of(const apr_pool_t *pool) {
    uint64_t mixed = (uint64_t)(uintptr_t)pool * UINT64_C(0x9E3779B97F4A7C15);
    return &s_slots[mixed >> 56];
}

static s_annex_t *s_find_annex(const apr_pool_t *pool) {
    s_slot_t *slot = s_slot_of(pool);
    return atomic_load_explicit(&slot->user, memory_order_relaxed) == pool ? slot->annex : NULL;
}

static void s_take_slot(apr_pool_t *user, s_annex_t *annex) {
    s_slot_t *slot = s_slot_of(user);
    apr_pool_t *before = NULL;
    if (atomic_compare_exchange_strong_explicit(&slot->user, &before, user, memory_order_acquire,
                                                memory_order_relaxed) ||
        before == user) {
        slot->annex = annex;
    }
}

static void s_free_slot(const apr_pool_t *user, const s_annex_t *annex) {
    s_slot_t *slot = s_slot_of(user);
    if (s_find_annex(user) == annex) {
        slot->annex = NULL;
        atomic_store_explicit(&slot->user, NULL, memory_order_release);
    }
}

static apr_status_t s_close_annex(void *arg) {
    s_annex_t *annex = arg;
    for (const s_secret_t *secret = annex->secrets; secret != NULL; secret = secret->next) {
        ossi_wipe(secret->p, secret->n);
    }
    s_free_slot(annex->pool, annex);
    s_free_slot(annex->owner, annex);
    return APR_SUCCESS;
}

static s_annex_t *s_make_annex(apr_pool_t *owner) {
    apr_pool_t *pool = NULL;
    if (ossi_pool_create(&pool, owner) != AOSE_OK) {
        return NULL;
    }
    s_annex_t *annex = apr_palloc(pool, sizeof(*annex));
    if (annex == NULL) {
        apr_pool_destroy(pool);
        return NULL;
    }
    *annex = (s_annex_t){.owner = owner, .pool = pool};
    apr_pool_cleanup_register(pool, annex, s_close_annex, apr_pool_cleanup_null);
    for (size_t i = 0; i < S_TABLES; i++) {
        annex->tables[i] = apr_table_make(pool, S_TABLE_ENTRIES);
    }
    s_take_slot(owner, annex);
    s_take_slot(pool, annex);
    return annex;
}

int ossi_wipe_with_pool(apr_pool_t *pool, void *p, size_t n) {
    s_secret_t *secret = ossi_alloc(pool, sizeof(*secret));
    s_annex_t *annex = s_find_annex(pool);
    if (secret != NULL && annex == NULL) {
        annex = s_make_annex(pool);
    }
    if (secret == NULL || annex == NULL) {
        return AOSE_OUT_MEMORY;
    }
    *secret = (s_secret_t){.next = annex->secrets, .p = p, .n = n};
    annex->secrets = secret;
    return AOSE_OK;
}

int ossi_table_make(apr_pool_t *pool, apr_table_t **table) {
    s_annex_t *annex = s_find_annex(pool);
    if (annex == NULL || annex->given == S_TABLES) {
        annex = s_make_annex(pool);
    }
    if (annex == NULL) {
        return AOSE_OUT_MEMORY;
    }
    *table = annex->tables[annex->given++];
    return AOSE_OK;
}

/* --- entries --- */

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

/* Name and value lie side by side. */
static int s_table_put(apr_pool_t *pool, apr_table_t *table, const char *name, size_t name_len,
                       const char *value, size_t value_len, int replace) {
    apr_pool_t *owner = pool == NULL ? apr_table_elts(table)->pool : pool;
    size_t size = 0;
    if (ossi_size_add(name_len, value_len, &size) != 0 || ossi_size_add(size, 2, &size) != 0) {
        return AOSE_OUT_MEMORY;
    }
    char *name_copy = apr_palloc(owner, size);
    if (name_copy == NULL || s_table_reserve(table) != AOSE_OK) {
        return AOSE_OUT_MEMORY;
    }
    char *value_copy = name_copy + name_len + 1;
    if (name_len > 0) {
        memcpy(name_copy, name, name_len);
    }
    if (value_len > 0) {
        memcpy(value_copy, value, value_len);
    }
    name_copy[name_len] = '\0';
    value_copy[value_len] = '\0';
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
