/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSI_PAIRS_H
#define OSSI_PAIRS_H

#include <stddef.h>

#include <apr_pools.h>
#include <apr_tables.h>

#include "aos_string.h"
#include "ossi_str.h"

/* Names and values in an array that can be sorted by byte: tables compare names without case, which
 * would join two query parameters that differ in it. Not thread-safe; memory is the pool's. */
typedef struct ossi_pair {
    const char *name;
    const char *value; /* never NULL, not always terminated */
    size_t value_len;
} ossi_pair_t;

typedef struct ossi_pairs {
    ossi_pair_t *items;
    size_t count;
} ossi_pairs_t;

/* Which pairs of a table to take; `arg` is the caller's. */
typedef int (*ossi_pairs_filter_t)(const char *name, const void *arg);

/* The pairs of `table` (NULL: none) that `filter` takes (NULL: all), in the table's order; names
 * and values are borrowed from it. AOSE_OK or AOSE_OUT_MEMORY. */
int ossi_pairs_from_table(apr_pool_t *pool, const apr_table_t *table, ossi_pairs_filter_t filter,
                          const void *arg, ossi_pairs_t *out);

/* Turns them into header lines: names copied in lower case, values without surrounding blanks. */
int ossi_pairs_as_headers(apr_pool_t *pool, ossi_pairs_t *pairs);

/* Turns them into query parameters: names and values percent-encoded. */
int ossi_pairs_encode(apr_pool_t *pool, ossi_pairs_t *pairs);

/* By byte of the name, then of the value. */
void ossi_pairs_sort(ossi_pairs_t *pairs);

/* Appends "name:value\n" for each. */
void ossi_pairs_write_headers(const ossi_pairs_t *pairs, ossi_str_t *out);

/* Appends "name=value&name", a name alone where the value is empty. */
void ossi_pairs_write_query(const ossi_pairs_t *pairs, ossi_str_t *out);

/* ossi_str_take() into a string record. */
int ossi_str_take_string(ossi_str_t *s, aos_string_t *out);

#endif
