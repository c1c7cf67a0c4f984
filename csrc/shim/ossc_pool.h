/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OSSC_POOL_H
#define OSSC_POOL_H

#include <apr_pools.h>

/*
 * Pools for requests. Each has an allocator of its own, so threads share no lock; a few cleared
 * ones are kept, because APR maps and unmaps every block and that costs more than a small request
 * does. Thread-safe without a lock, so a fork at any moment leaves it usable.
 */

/* An empty pool; NULL without memory. */
apr_pool_t *ossc_pool_take(void);

/* Clears the pool (its cleanups run now) and keeps or frees it. */
void ossc_pool_give(apr_pool_t *pool);

#endif
