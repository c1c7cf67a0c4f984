/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_MEM_H
#define OSSI_MEM_H

#include <stddef.h>

#include <apr_pools.h>
#include <apr_tables.h>

/*
 * APR's own pstrdup, table_make and table_add write through the NULL of a failed allocation. These
 * look first; ours uses them wherever it builds something. All return NULL or AOSE_OUT_MEMORY on
 * failure and leave what they were given unchanged. A pool and what is in it belong to one thread
 * at a time.
 */

/* n bytes, zeroed; n == 0 is one byte. */
void *ossi_alloc(apr_pool_t *pool, size_t n);

/* Copy of n bytes with a terminator added. */
char *ossi_dup(apr_pool_t *pool, const char *bytes, size_t n);
char *ossi_dupz(apr_pool_t *pool, const char *text);

/* A pool of its own under `parent` (which may be NULL). */
int ossi_pool_create(apr_pool_t **pool, apr_pool_t *parent);

/* Has `n` bytes at `p`, which live as long as the pool, overwritten with zeros when it goes; for
 * keys and tokens. */
int ossi_wipe_with_pool(apr_pool_t *pool, void *p, size_t n);

/* An empty table; it lives in a small sub-pool of `pool`, which several of them share. */
int ossi_table_make(apr_pool_t *pool, apr_table_t **table);

/* Adds a copy of name and value as one more entry, whatever is there already. The copies are put
 * into `pool`, which must live as long as the table does; NULL is the table's own pool. */
int ossi_table_add(apr_pool_t *pool, apr_table_t *table, const char *name, size_t name_len,
                   const char *value, size_t value_len);

/* Replaces every entry of that name (case-insensitive, as APR's tables are) by one; `pool` as
 * above. */
int ossi_table_set(apr_pool_t *pool, apr_table_t *table, const char *name, const char *value);

/* Zeros that the compiler does not leave out. */
void ossi_wipe(void *p, size_t n);

/* Sizes: 0 and *out on success, -1 on overflow. */
int ossi_size_add(size_t a, size_t b, size_t *out);
int ossi_size_mul(size_t a, size_t b, size_t *out);

#endif
